package culturalintelligence.domain.migration;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of copy and drain as a machine whose every state is looked at.
 *
 * <p>Two databases; two keys, each in a chunk of its own; three writers, each of which writes or
 * deletes one key, whichever; two workers that copy, either chunk, and may be believed dead and
 * come back; two drains that may die at any step. A writer takes its number in the outbox before it
 * commits, so numbers are not in the order of commits. What one process does between two steps of
 * another is the search's choice: each state is expanded by every step that is possible in it.
 *
 * <p>A state is wrong when everything is settled (the writers are done, the outbox is empty, no
 * attempt runs, no drain is at work) and a copied chunk's row is not the source's. A zombie that
 * writes later makes a later state wrong.
 */
final class ProtocolModel {
  /** What keeps it safe. */
  enum Rule {
    /** A writer of a chunk finds its attempt running, under a lock, or writes nothing. */
    FENCE,
    /** An attempt is committed before the source is looked at. */
    ATTEMPT_BEFORE_SNAPSHOT,
    /** A worker whose lease is over counts as alive until its attempt is cancelled. */
    CANCEL_BEFORE_TAKING_OVER,
    /** Drains of one key are serial. */
    LOCK,
    /** A drain looks at the source after it has the lock. */
    SNAPSHOT_UNDER_LOCK,
    /** A drain looks at the chunks after it has read the outbox. */
    CHUNKS_AFTER_OUTBOX,
    /** Entries of a chunk that is being copied stay. */
    HOLD_WHILE_COPIED,
    /** The target commits before the outbox loses an entry. */
    TARGET_FIRST,
    /** Exactly the entries that were read go, not all of their key. */
    EXACTLY_THOSE,
    /** Every drain reads from the beginning: no place is remembered. */
    NO_CURSOR,
    /** What is written is the row's state, not what its entry said. */
    STATE_NOT_EVENT
  }

  private static final int KEYS = 2;
  private static final int WRITERS = 3;
  private static final int WORKERS = 2;
  private static final int DRAINS = 2;

  private static final int GONE = 0;
  private static final int AT_FIRST = 1;

  private final Set<Rule> rules;
  private final int writers;
  private final Visited visited = new Visited();

  /**
   * A machine.
   *
   * @param writers three for all there is to see; two are enough to show what a missing rule does
   */
  ProtocolModel(Set<Rule> rules, int writers) {
    this.writers = writers;
    this.rules = rules.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(rules);
  }

  private boolean keeps(Rule rule) {
    return rules.contains(rule);
  }

  /**
   * What the search found.
   *
   * @param states how many there are, or were seen until one was wrong
   * @param trace the shortest way to a wrong state, one step a line; null when there is none
   */
  record Verdict(int states, int settled, @Nullable List<String> trace) {
    boolean isSafe() {
      return trace == null;
    }
  }

  Verdict search() {
    State first = new State();
    Arrays.fill(first.source, AT_FIRST);
    int settled = 0;
    visited.add(first, -1);
    for (int at = 0; at < visited.size(); at++) {
      State state = visited.state(at);
      if (state.isSettled()) {
        settled++;
        String wrong = state.wrong();
        if (wrong != null) {
          return new Verdict(visited.size(), settled, trace(at, wrong));
        }
      }
      int parent = at;
      successors(state, (next, step) -> visited.add(next, parent));
    }
    return new Verdict(visited.size(), settled, null);
  }

  private List<String> trace(int wrongAt, String wrong) {
    Deque<Integer> way = new ArrayDeque<>();
    for (int at = wrongAt; at >= 0; at = visited.parent(at)) {
      way.push(at);
    }
    List<String> lines = new ArrayList<>();
    int from = way.pop();
    while (!way.isEmpty()) {
      State to = visited.state(way.peek());
      successors(
          visited.state(from),
          (next, step) -> {
            next.normalise();
            if (next.equals(to) && lines.stream().noneMatch(l -> l.endsWith("#"))) {
              lines.add(step + "#");
            }
          });
      lines.set(lines.size() - 1, lines.getLast().replace("#", ""));
      from = way.pop();
    }
    lines.add(wrong);
    return lines;
  }

  private interface Next {
    void is(State state, String step);
  }

  private void successors(State state, Next next) {
    for (int w = 0; w < writers; w++) {
      writer(state, w, next);
    }
    for (int w = 0; w < WORKERS; w++) {
      worker(state, w, next);
    }
    for (int d = 0; d < DRAINS; d++) {
      drain(state, d, next);
    }
  }

  // ---- MetaCrate's writers

  private static final int OPEN = 1;
  private static final int DONE = 2;

  private static void writer(State state, int w, Next next) {
    switch (state.writer[w]) {
      case 0 -> {
        // Writers are alike: they begin in order.
        if (w > 0 && state.writer[w - 1] == 0) {
          return;
        }
        // Keys are alike too: the first writer takes the first; so does the third, the second any.
        for (int key = 0; key < (w == 1 ? KEYS : 1); key++) {
          if (state.isLockedByWriter(key)) {
            continue;
          }
          for (int deletes = 0; deletes < 2; deletes++) {
            State to = state.copy();
            to.writer[w] = OPEN;
            to.writerKey[w] = key;
            to.writerDeletes[w] = deletes;
            next.is(
                to,
                "writer %d %s key %d and takes number %d"
                    .formatted(w, deletes == 1 ? "deletes" : "writes", key, w));
          }
        }
      }
      case OPEN -> {
        State to = state.copy();
        to.writer[w] = DONE;
        to.source[to.writerKey[w]] = to.valueOf(w);
        to.outbox |= 1 << w;
        next.is(to, "writer %d commits".formatted(w));
      }
      default -> {}
    }
  }

  // ---- workers that copy

  private static final int CLAIMED = 1;
  private static final int LOOKED = 2;
  private static final int FENCED = 3;
  private static final int ENDED = 4;

  private static final int NONE = 0;
  private static final int RUNNING = 1;
  private static final int SETTLED = 2;

  private void worker(State state, int w, Next next) {
    switch (state.worker[w]) {
      case 0 -> {
        for (int chunk = 0; chunk < KEYS; chunk++) {
          if (!keeps(Rule.ATTEMPT_BEFORE_SNAPSHOT) && state.copied[chunk] == 0) {
            State to = state.copy();
            to.worker[w] = LOOKED;
            to.workerChunk[w] = chunk;
            to.workerRow[w] = state.source[chunk];
            next.is(to, "a worker looks at the source for chunk %d".formatted(chunk));
          } else if (keeps(Rule.ATTEMPT_BEFORE_SNAPSHOT)) {
            State to = claim(state, w, chunk);
            if (to != null) {
              to.worker[w] = CLAIMED;
              next.is(to, "a worker claims chunk %d".formatted(chunk));
            }
          }
        }
      }
      case CLAIMED -> {
        State to = state.copy();
        if (keeps(Rule.FENCE) && state.attempt[w] != RUNNING) {
          // Whatever it sees, it will write nothing.
          to.end(w);
          next.is(to, "a worker will find its attempt cancelled");
          return;
        }
        to.worker[w] = LOOKED;
        to.workerRow[w] = state.source[state.workerChunk[w]];
        next.is(to, "a worker looks at the source");
      }
      case LOOKED -> {
        if (!keeps(Rule.ATTEMPT_BEFORE_SNAPSHOT) && state.attempt[w] == NONE) {
          State claimed = claim(state, w, state.workerChunk[w]);
          if (claimed != null) {
            next.is(claimed, "a worker claims its chunk");
          }
          return;
        }
        State to = state.copy();
        if (keeps(Rule.FENCE) && state.attempt[w] != RUNNING) {
          to.end(w);
          next.is(to, "a worker finds its attempt cancelled and gives up");
        } else {
          to.worker[w] = FENCED;
          next.is(to, "a worker begins to write");
        }
      }
      case FENCED -> {
        State to = state.copy();
        int key = state.workerChunk[w];
        if (to.target[key] == GONE) {
          to.target[key] = state.workerRow[w];
        }
        to.copied[key] = 1;
        to.attempt[w] = SETTLED;
        to.end(w);
        next.is(to, "a worker commits chunk %d".formatted(key));
        State dead = state.copy();
        dead.end(w);
        next.is(dead, "a worker dies while it writes");
      }
      default -> {}
    }
  }

  /** The lease of another is over whenever the search says so. */
  private @Nullable State claim(State state, int w, int chunk) {
    if (state.copied[chunk] == 1) {
      return null;
    }
    State to = state.copy();
    for (int other = 0; other < WORKERS; other++) {
      if (other != w && state.attempt[other] == RUNNING && state.workerChunk[other] == chunk) {
        if (state.worker[other] == FENCED && keeps(Rule.FENCE)) {
          // It waits for the lock that the writer holds.
          return null;
        }
        if (keeps(Rule.CANCEL_BEFORE_TAKING_OVER)) {
          to.attempt[other] = SETTLED;
        } else {
          to.overdue[other] = 1;
        }
      }
    }
    to.attempt[w] = RUNNING;
    to.workerChunk[w] = chunk;
    return to;
  }

  // ---- drains

  private static final int READ = 1;
  private static final int STOOD = 2;
  private static final int SEEN = 3;
  private static final int APPLIED = 4;

  private static final int HELD = 0;
  private static final int NO_WRITE = 1;
  private static final int WRITE = 2;

  private void drain(State state, int d, Next next) {
    if (state.drain[d] > READ || (state.drain[d] == READ && state.drainIds[d] != 0)) {
      State dead = state.copy();
      dead.restDrain(d);
      next.is(dead, "a drain dies");
    }
    switch (state.drain[d]) {
      case 0 -> {
        if (!keeps(Rule.CHUNKS_AFTER_OUTBOX) && state.drainStood[d] == 0) {
          State to = state.copy();
          stand(to, d);
          to.drainStood[d] = 1;
          next.is(to, "a drain looks at the chunks");
          return;
        }
        read(state, d, next);
      }
      case READ -> {
        if (!keeps(Rule.SNAPSHOT_UNDER_LOCK) && state.drainSaw[d] == 0) {
          State to = state.copy();
          look(to, d);
          to.drainSaw[d] = 1;
          next.is(to, "a drain looks at the source");
        } else if (!keeps(Rule.LOCK) || !state.isLockedByDrain()) {
          // One step: nothing can come between that could not as well come before the lock.
          State to = state.copy();
          if (keeps(Rule.CHUNKS_AFTER_OUTBOX)) {
            stand(to, d);
          }
          to.drain[d] = STOOD;
          next.is(
              to,
              "a drain %s and looks at the chunks"
                  .formatted(keeps(Rule.LOCK) ? "locks" : "takes no lock"));
        }
      }
      case STOOD -> {
        State to = state.copy();
        if (keeps(Rule.SNAPSHOT_UNDER_LOCK)) {
          look(to, d);
        }
        to.drain[d] = SEEN;
        if (!keeps(Rule.TARGET_FIRST)) {
          remove(to, d);
        }
        next.is(
            to,
            "a drain looks at the source%s"
                .formatted(keeps(Rule.TARGET_FIRST) ? "" : " and deletes its entries"));
      }
      case SEEN -> {
        State to = state.copy();
        for (int key = 0; key < KEYS; key++) {
          if (state.drainWhat[d][key] == WRITE) {
            to.target[key] = state.drainRow[d][key];
          }
        }
        to.drain[d] = APPLIED;
        next.is(to, "a drain commits in the target");
      }
      case APPLIED -> {
        State to = state.copy();
        if (keeps(Rule.TARGET_FIRST)) {
          remove(to, d);
        }
        if (!keeps(Rule.NO_CURSOR) && (state.drainIds[d] & to.outbox) == 0) {
          to.cursor[0] |= (Integer.highestOneBit(state.drainIds[d]) << 1) - 1;
        }
        to.restDrain(d);
        next.is(to, "a drain deletes its entries");
      }
      default -> {}
    }
  }

  /** A bounded batch would be one of these with fewer writers. */
  private void read(State state, int d, Next next) {
    int ids = state.outbox & ~(keeps(Rule.NO_CURSOR) ? 0 : state.cursor[0]);
    if (ids != 0) {
      State to = state.copy();
      to.drain[d] = READ;
      to.drainIds[d] = ids;
      next.is(to, "a drain reads entries %s".formatted(numbers(ids)));
    }
  }

  private void stand(State to, int d) {
    for (int key = 0; key < KEYS; key++) {
      boolean running = false;
      for (int w = 0; w < WORKERS; w++) {
        running |= to.attempt[w] == RUNNING && to.overdue[w] == 0 && to.workerChunk[w] == key;
      }
      to.drainWhat[d][key] =
          running && keeps(Rule.HOLD_WHILE_COPIED)
              ? HELD
              : to.copied[key] == 1 || (running && to.target[key] != GONE) ? WRITE : NO_WRITE;
    }
  }

  private void look(State to, int d) {
    for (int key = 0; key < KEYS; key++) {
      boolean asked = false;
      for (int w = 0; w < WRITERS; w++) {
        if ((to.drainIds[d] >> w & 1) == 1 && to.writerKey[w] == key) {
          asked = true;
          if (!keeps(Rule.STATE_NOT_EVENT)) {
            to.drainRow[d][key] = to.valueOf(w);
          }
        }
      }
      if (!asked) {
        to.drainWhat[d][key] = HELD;
      } else if (keeps(Rule.STATE_NOT_EVENT)) {
        to.drainRow[d][key] = to.source[key];
      }
    }
  }

  private void remove(State to, int d) {
    for (int w = 0; w < WRITERS; w++) {
      boolean read = (to.drainIds[d] >> w & 1) == 1;
      boolean ofItsKey = false;
      for (int other = 0; other < WRITERS; other++) {
        ofItsKey |= (to.drainIds[d] >> other & 1) == 1 && to.writerKey[other] == to.writerKey[w];
      }
      if ((read || (ofItsKey && !keeps(Rule.EXACTLY_THOSE)))
          && to.drainWhat[d][to.writerKey[w]] != HELD) {
        to.outbox &= ~(1 << w);
      }
    }
  }

  private static String numbers(int ids) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      if ((ids >> i & 1) == 1) {
        numbers.add(Integer.toString(i));
      }
    }
    return String.join(" and ", numbers);
  }

  /** Everything there is at one moment; small enough for two words. */
  private static final class State {
    final int[] source = new int[KEYS];
    final int[] target = new int[KEYS];
    final int[] copied = new int[KEYS];
    int outbox;
    final int[] writer = new int[WRITERS];
    final int[] writerKey = new int[WRITERS];
    final int[] writerDeletes = new int[WRITERS];
    final int[] worker = new int[WORKERS];
    final int[] workerChunk = new int[WORKERS];
    final int[] workerRow = new int[WORKERS];
    final int[] attempt = new int[WORKERS];
    final int[] overdue = new int[WORKERS];
    final int[] drain = new int[DRAINS];
    final int[] drainIds = new int[DRAINS];
    final int[] drainStood = new int[DRAINS];
    final int[] drainSaw = new int[DRAINS];

    /** What no drain reads any more, where a place is remembered. */
    final int[] cursor = new int[1];

    final int[][] drainWhat = new int[DRAINS][KEYS];
    final int[][] drainRow = new int[DRAINS][KEYS];

    private final int[][] fields = {
      source,
      target,
      copied,
      writer,
      writerKey,
      writerDeletes,
      worker,
      workerChunk,
      workerRow,
      attempt,
      overdue,
      drain,
      drainIds,
      drainStood,
      drainSaw,
      cursor,
      drainWhat[0],
      drainWhat[1],
      drainRow[0],
      drainRow[1]
    };
    private static final int[] BITS = {3, 3, 1, 2, 1, 1, 3, 1, 3, 2, 1, 3, 3, 1, 1, 3, 2, 2, 3, 3};

    State copy() {
      State to = new State();
      for (int i = 0; i < fields.length; i++) {
        System.arraycopy(fields[i], 0, to.fields[i], 0, fields[i].length);
      }
      to.outbox = outbox;
      return to;
    }

    int valueOf(int w) {
      return writerDeletes[w] == 1 ? GONE : AT_FIRST + 1 + w;
    }

    boolean isLockedByWriter(int key) {
      for (int w = 0; w < WRITERS; w++) {
        if (writer[w] == OPEN && writerKey[w] == key) {
          return true;
        }
      }
      return false;
    }

    boolean isLockedByDrain() {
      for (int d : drain) {
        if (d >= STOOD && d < APPLIED) {
          return true;
        }
      }
      return false;
    }

    void end(int w) {
      worker[w] = ENDED;
      workerRow[w] = 0;
    }

    void restDrain(int d) {
      drain[d] = 0;
      drainIds[d] = 0;
      drainStood[d] = 0;
      drainSaw[d] = 0;
      Arrays.fill(drainWhat[d], 0);
      Arrays.fill(drainRow[d], 0);
    }

    boolean isSettled() {
      for (int w : writer) {
        if (w == OPEN) {
          return false;
        }
      }
      for (int w = 0; w < WORKERS; w++) {
        if (attempt[w] == RUNNING && overdue[w] == 0) {
          return false;
        }
      }
      return (outbox & ~cursor[0]) == 0 && drain[0] == 0 && drain[1] == 0;
    }

    /** In one sentence, or null. */
    @Nullable String wrong() {
      for (int key = 0; key < KEYS; key++) {
        if (copied[key] == 1 && source[key] != target[key]) {
          return "WRONG: key %d is %s in the source and %s in the target: %s"
              .formatted(
                  key,
                  said(source[key]),
                  said(target[key]),
                  source[key] == GONE ? "RESURRECTED" : target[key] == GONE ? "LOST" : "STALE");
        }
      }
      return null;
    }

    private static String said(int value) {
      return value == GONE
          ? "gone"
          : value == AT_FIRST ? "as at first" : "by writer " + (value - 2);
    }

    /**
     * One of all states that differ in nothing but names: which worker or drain it is that stands
     * where, and what a writer did whose entry nobody holds any more.
     */
    private void normalise() {
      for (int w = 0; w < WORKERS; w++) {
        if (worker[w] == ENDED && attempt[w] != RUNNING) {
          workerChunk[w] = 0;
          overdue[w] = 0;
          attempt[w] = SETTLED;
        }
      }
      for (int w = 0; w < WRITERS; w++) {
        int id = 1 << w;
        if (writer[w] == DONE && ((outbox | drainIds[0] | drainIds[1]) & id) == 0) {
          writerKey[w] = 0;
          writerDeletes[w] = 0;
        }
      }
      if (order(worker, workerChunk, workerRow, attempt, overdue)) {
        swap(worker, workerChunk, workerRow, attempt, overdue);
      }
      int first = drainWord(0);
      int second = drainWord(1);
      if (first > second || (first == second && drainSize(0) > drainSize(1))) {
        swap(drain, drainIds, drainStood, drainSaw);
        for (int key = 0; key < KEYS; key++) {
          int what = drainWhat[0][key];
          drainWhat[0][key] = drainWhat[1][key];
          drainWhat[1][key] = what;
          int row = drainRow[0][key];
          drainRow[0][key] = drainRow[1][key];
          drainRow[1][key] = row;
        }
      }
    }

    private int drainWord(int d) {
      return ((drain[d] << 3 | drainIds[d]) << 1 | drainStood[d]) << 1 | drainSaw[d];
    }

    private int drainSize(int d) {
      return ((drainWhat[d][0] << 2 | drainWhat[d][1]) << 3 | drainRow[d][0]) << 3 | drainRow[d][1];
    }

    private static boolean order(int[]... fields) {
      for (int[] field : fields) {
        if (field[0] != field[1]) {
          return field[0] > field[1];
        }
      }
      return false;
    }

    private static void swap(int[]... fields) {
      for (int[] field : fields) {
        int first = field[0];
        field[0] = field[1];
        field[1] = first;
      }
    }

    /** Writers and tables in the first word, what is at work in the second. */
    long[] words() {
      long[] words = new long[2];
      int word = 0;
      int at = 3;
      words[0] = outbox;
      for (int i = 0; i < fields.length; i++) {
        for (int value : fields[i]) {
          if (at + BITS[i] > Long.SIZE) {
            word++;
            at = 0;
          }
          words[word] |= (long) value << at;
          at += BITS[i];
        }
      }
      return words;
    }

    void read(long low, long high) {
      long from = low;
      boolean first = true;
      int at = 3;
      outbox = (int) low & 7;
      for (int i = 0; i < fields.length; i++) {
        for (int j = 0; j < fields[i].length; j++) {
          if (first && at + BITS[i] > Long.SIZE) {
            first = false;
            from = high;
            at = 0;
          }
          fields[i][j] = (int) (from >>> at) & ((1 << BITS[i]) - 1);
          at += BITS[i];
        }
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof State state && Arrays.equals(words(), state.words());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(words());
    }
  }

  /** The states that were seen, in the order they were seen in, and where each came from. */
  private static final class Visited {
    private long[] low = new long[1 << 16];
    private long[] high = new long[1 << 16];
    private int[] parent = new int[1 << 16];
    private int[] table = new int[1 << 18];
    private int size;

    Visited() {
      Arrays.fill(table, -1);
    }

    int size() {
      return size;
    }

    int parent(int at) {
      return parent[at];
    }

    State state(int at) {
      State state = new State();
      state.read(low[at], high[at]);
      return state;
    }

    void add(State state, int from) {
      state.normalise();
      long[] words = state.words();
      int slot = slot(words[0], words[1]);
      if (table[slot] >= 0) {
        return;
      }
      if (size == low.length) {
        low = Arrays.copyOf(low, 2 * size);
        high = Arrays.copyOf(high, 2 * size);
        parent = Arrays.copyOf(parent, 2 * size);
      }
      low[size] = words[0];
      high[size] = words[1];
      parent[size] = from;
      table[slot] = size++;
      if (size > table.length / 2) {
        table = new int[2 * table.length];
        Arrays.fill(table, -1);
        for (int i = 0; i < size; i++) {
          table[slot(low[i], high[i])] = i;
        }
      }
    }

    private int slot(long a, long b) {
      long hash = (a * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(b * 0xC2B2AE3D27D4EB4FL, 31);
      hash ^= hash >>> 29;
      int mask = table.length - 1;
      int slot = (int) hash & mask;
      while (table[slot] >= 0 && (low[table[slot]] != a || high[table[slot]] != b)) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }
  }
}
