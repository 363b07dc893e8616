package culturalintelligence.persistence.phase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.phase.Gate;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.archive.ArchivePlace;
import culturalintelligence.persistence.archive.Manifest;
import culturalintelligence.persistence.archive.TableArchive;
import culturalintelligence.persistence.capture.BackCapture;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.Outbox;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes one table from phase to phase. The invariant and the order of the steps are decision 0080's;
 * every step can be repeated, so a transition that was cut off is finished by asking for it again.
 */
@ApplicationScoped
public class Switch {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final int MOST_TRIES = 50;
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final int LONGEST_NAME = 63;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PhaseLedger phases;
  private final Drain drain;
  private final BackDrain back;
  private final CaptureInstaller capture;

  public Switch(
      SourceDatabase source,
      TargetDatabase target,
      PhaseLedger phases,
      Drain drain,
      BackDrain back,
      CaptureInstaller capture) {
    this.source = source;
    this.target = target;
    this.phases = phases;
    this.drain = drain;
    this.back = back;
    this.capture = capture;
  }

  /**
   * What is asked for.
   *
   * @param who asks, for the history
   * @param forwards in WRITE_NEW: whether old writers are let through and followed
   * @param archive for RETIRED, DROPPED and a restoration: where the archive lies
   * @param archiveName how the ledger names that place
   * @param typedName for DROPPED: the table's name as the operator typed it
   * @param grace for DROPPED: how long it must have been retired
   */
  public record Wish(
      Phase phase,
      String who,
      boolean forwards,
      @Nullable ArchivePlace archive,
      @Nullable String archiveName,
      @Nullable String typedName,
      Duration grace) {}

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * The phase is the one wished for.
     *
     * @param pauseMillis for how long neither side took writes; null where both reading and
     *     writing went on
     */
    record Changed(Standing now, @Nullable Long pauseMillis, List<Gate> gates) implements Outcome {}

    /** It was that already. */
    record Already(Standing now) implements Outcome {}

    /** Something does not hold; nothing was changed. */
    record Closed(Standing now, List<Gate> gates) implements Outcome {}

    /** No step leads there, or somebody else is at it. */
    record Refused(Standing now, String reason, String next) implements Outcome {}
  }

  /** The gates of a wish, looked at and not passed through. */
  public List<Gate> gates(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    try (Connection old = source.snapshot();
        Connection here = target.open()) {
      return gates(old, here, table, from, wish);
    }
  }

  /** Goes there, if all gates are open; goes on with what was begun. */
  public Outcome to(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    Phase wanted = wish.phase();
    if (from.towards() != null && from.towards() != wanted) {
      return new Outcome.Refused(
          from,
          "a transition to %s is under way".formatted(from.towards()),
          "finish it first: cratectl phase %s %s".formatted(from.towards(), table.source().qualifiedName()));
    }
    if (from.phase() == wanted && from.towards() == null) {
      return new Outcome.Already(from);
    }
    if (from.phase() != wanted && !from.phase().leadsTo(wanted)) {
      return new Outcome.Refused(
          from,
          "no step leads from %s to %s".formatted(from.phase(), wanted),
          "go step by step: OLD, SHADOW, READ_NEW, WRITE_NEW, RETIRED, DROPPED");
    }
    List<Gate> gates = List.of();
    // What was begun had its gates open then; from there on only finishing it is safe.
    if (from.towards() == null) {
      try (Connection old = source.snapshot();
          Connection here = target.open()) {
        gates = gates(old, here, table, from, wish);
      }
      if (!gates.stream().allMatch(Gate::passed)) {
        return new Outcome.Closed(from, gates);
      }
    }
    Passage passage = new Passage(table, from, wish, json(gates));
    boolean done =
        switch (wanted) {
          case OLD, SHADOW, READ_NEW -> passage.back();
          case WRITE_NEW ->
              switch (from.phase()) {
                case OLD, SHADOW, READ_NEW -> passage.over();
                case WRITE_NEW, RETIRED, DROPPED -> passage.again();
              };
          case RETIRED -> passage.retire();
          case DROPPED -> passage.drop();
        };
    Standing now = phases.standing(table);
    return done
        ? new Outcome.Changed(now, passage.pauseMillis, gates)
        : new Outcome.Refused(now, "somebody else changed the phase meanwhile", "cratectl phase");
  }

  private List<Gate> gates(
      Connection old, Connection here, PlannedTable table, Standing from, Wish wish)
      throws SQLException, IOException {
    Gates gates = new Gates(old, here, table);
    return switch (wish.phase()) {
      case OLD -> List.of();
      case SHADOW -> from.phase() == Phase.OLD ? gates.toShadow() : List.of();
      case READ_NEW -> from.phase() == Phase.SHADOW ? gates.toReadNew() : List.of();
      case WRITE_NEW -> from.phase() == Phase.READ_NEW ? gates.toWriteNew() : List.of();
      case RETIRED ->
          List.of(
              Gate.of(
                  "archive",
                  wish.archive() != null,
                  wish.archive() == null ? "no place is named" : "to " + wish.archiveName(),
                  "name a folder: --archive DIR"));
      case DROPPED -> toDropped(old, table, from, wish);
    };
  }

  private static List<Gate> toDropped(
      Connection old, PlannedTable table, Standing from, Wish wish)
      throws SQLException, IOException {
    OldTable oldTable = new OldTable(table.source());
    String retired = String.valueOf(from.retiredName());
    Instant since = from.retiredAt() == null ? Instant.now() : from.retiredAt();
    Duration age = Duration.between(since, Instant.now());
    long accesses = oldTable.accesses(old, retired) - from.retiredAccesses();
    List<String> dependents = oldTable.dependents(old, retired);
    List<Gate> gates = new ArrayList<>();
    gates.add(
        Gate.of(
            "name",
            table.source().qualifiedName().equals(wish.typedName()),
            wish.typedName() == null ? "not typed" : "typed: " + wish.typedName(),
            "type the table's name: --confirm " + table.source().qualifiedName()));
    gates.add(
        Gate.of(
            "grace period",
            age.compareTo(wish.grace()) >= 0,
            "retired for %d h of %d h".formatted(age.toHours(), wish.grace().toHours()),
            "wait"));
    gates.add(
        Gate.of(
            "accesses",
            accesses <= 0,
            accesses + " since it was retired",
            "find who still uses it (pg_stat_activity, the server's log), or roll back"));
    gates.add(
        Gate.of(
            "dependents",
            dependents.isEmpty(),
            dependents.isEmpty() ? "none" : String.join("; ", dependents),
            "retire and drop those first"));
    gates.add(archive(from, wish));
    return gates;
  }

  private static Gate archive(Standing from, Wish wish) throws IOException {
    String next = "roll back and retire again, with another place for the archive";
    if (wish.archive() == null) {
      return Gate.of("archive", false, "no place is named", "name the folder: --archive " + from.archive());
    }
    try {
      Manifest manifest = TableArchive.check(wish.archive());
      return Gate.of(
          "archive",
          manifest.fileSha256().equals(from.archiveSha256()),
          "%d rows read back, digest %s".formatted(manifest.rows(), manifest.fileSha256()),
          next);
    } catch (IOException e) {
      return Gate.of("archive", false, String.valueOf(e.getMessage()), next);
    }
  }

  /** One transition's steps. */
  private final class Passage {
    private final PlannedTable table;
    private final Standing from;
    private final Wish wish;
    private final String gates;
    private final OldTable old;
    private @Nullable Long pauseMillis;

    Passage(PlannedTable table, Standing from, Wish wish, String gates) {
      this.table = table;
      this.from = from;
      this.wish = wish;
      this.gates = gates;
      this.old = new OldTable(table.source());
    }

    /** To a phase in which the old side is the master. */
    boolean back() throws SQLException {
      return switch (from.phase()) {
        case OLD, SHADOW, READ_NEW -> from.towards() == null ? onlyTheRow() : finishBack();
        case WRITE_NEW -> leaveMaster() && finishBack();
        // First the old table has to be there again.
        case RETIRED, DROPPED -> {
          Outcome first =
              reopened(new Wish(Phase.WRITE_NEW, wish.who(), from.forwards(), wish.archive(), wish.archiveName(), null, wish.grace()));
          Standing now = phases.standing(table);
          yield first instanceof Outcome.Changed
              && new Passage(table, now, wish, gates).back();
        }
      };
    }

    private Outcome reopened(Wish first) throws SQLException {
      try {
        return to(table, first);
      } catch (IOException e) {
        throw new SQLException(e);
      }
    }

    private boolean onlyTheRow() throws SQLException {
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        return arrived(here, wish.phase(), null);
      }
    }

    private boolean leaveMaster() throws SQLException {
      long began = System.nanoTime();
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        PhaseLedger.holdWriters(here, table.id());
        if (!arrived(here, wish.phase(), wish.phase())) {
          return false;
        }
      }
      pauseMillis = began;
      return true;
    }

    private boolean finishBack() throws SQLException {
      long began = pauseMillis == null ? System.nanoTime() : pauseMillis;
      drainBack();
      List<OldTable.Counter> counters;
      try (Connection here = target.open()) {
        counters = counters(here);
      }
      patiently(
          writing -> {
            old.advance(writing, counters);
            old.unguard(writing);
          });
      pauseMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        BackCapture.remove(here, table);
        PhaseLedger.settled(here, table.id());
        paused(here);
        here.commit();
      }
      return true;
    }

    /** From a phase in which the old side is the master to WRITE_NEW. */
    boolean over() throws SQLException {
      try (Connection here = target.open();
          Connection there = source.snapshot()) {
        here.setAutoCommit(false);
        if (!PhaseLedger.begin(here, from, Phase.WRITE_NEW, wish.forwards())) {
          return false;
        }
        Map<String, String> defaults = old.defaults(there);
        for (OldTable.Counter counter : old.counters(there)) {
          defaults.put(counter.column(), "nextval(%s)".formatted(Sql.literal(sequence(counter.column()))));
          execute(
              here,
              "CREATE SEQUENCE IF NOT EXISTS %s INCREMENT %d"
                  .formatted(sequence(counter.column()), counter.increment()));
        }
        BackCapture.install(here, table, defaults);
        here.commit();
      }
      // As far as possible before anybody has to wait.
      drain.drain(DRAIN);
      long began = System.nanoTime();
      try {
        if (!wish.forwards()) {
          patiently(old::guard);
        }
        followToTheEnd();
      } catch (SQLException | RuntimeException e) {
        takeBack();
        throw e;
      }
      try (Connection here = target.open();
          Connection there = source.snapshot()) {
        here.setAutoCommit(false);
        for (OldTable.Counter counter : old.counters(there)) {
          execute(
              here,
              "SELECT setval(%s, %d, false)"
                  .formatted(Sql.literal(sequence(counter.column())), counter.next()));
        }
        PhaseLedger.holdWriters(here, table.id());
        if (!arrived(here, Phase.WRITE_NEW, null)) {
          return false;
        }
      }
      pauseMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      try (Connection here = target.open()) {
        paused(here);
      }
      return true;
    }

    /** Until nothing of the table waits; where old writers go on, until what waited now is gone. */
    private void followToTheEnd() throws SQLException {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        drain.drain(DRAIN);
        try (Connection there = source.snapshot()) {
          Outbox.Pending pending = Outbox.pending(there, table.source());
          if (wish.forwards() || (!pending.whole() && pending.keys().isEmpty())) {
            return;
          }
        }
      }
      throw new SQLException("the outbox of %s does not come to its end".formatted(table.source().qualifiedName()));
    }

    private void takeBack() throws SQLException {
      patiently(old::unguard);
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        BackCapture.remove(here, table);
        PhaseLedger.settled(here, table.id());
        here.commit();
      }
    }

    /** Back to WRITE_NEW from RETIRED or DROPPED: the old table is there again, and caught up. */
    boolean again() throws SQLException, IOException {
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        if (!PhaseLedger.begin(here, from, Phase.WRITE_NEW, from.forwards())) {
          return false;
        }
        here.commit();
      }
      String retired = from.retiredName();
      try (Connection there = source.outbox()) {
        there.setAutoCommit(false);
        execute(there, "SET LOCAL ci_capture.origin = 'drain'");
        if (!old.exists(there)) {
          if (retired != null && old.exists(there, retired)) {
            old.unretire(there, retired, from.retiredRights());
          } else if (wish.archive() != null) {
            TableArchive.restore(there, wish.archive());
          } else {
            throw new SQLException("the table is gone; name its archive to restore it: --archive DIR");
          }
          if (!from.forwards()) {
            old.guard(there);
          }
        }
        there.commit();
      }
      capture.install(table.plan());
      drainBack();
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        return arrived(here, Phase.WRITE_NEW, null);
      }
    }

    boolean retire() throws SQLException, IOException {
      String retired = retiredName();
      ArchivePlace place = wish.archive();
      if (place == null) {
        throw new SQLException("name a place for the archive: --archive DIR");
      }
      try (Connection here = target.open();
          Connection there = source.snapshot()) {
        here.setAutoCommit(false);
        if (!PhaseLedger.begin(here, from, Phase.RETIRED, from.forwards())) {
          return false;
        }
        if (old.exists(there)) {
          try (PreparedStatement update =
              here.prepareStatement(
                  "UPDATE migration.phase SET retired_name = ?, retired_rights = ? WHERE table_id = ?")) {
            update.setString(1, retired);
            update.setArray(2, here.createArrayOf("text", old.rights(there).toArray()));
            update.setLong(3, table.id());
            update.executeUpdate();
          }
        }
        here.commit();
      }
      drainBack();
      Manifest manifest = archived(place);
      patiently(
          writing -> {
            if (old.exists(writing)) {
              old.retire(writing, retired);
            }
          });
      long accesses;
      try (Connection there = source.outbox()) {
        execute(there, "SELECT pg_stat_clear_snapshot()");
        accesses = old.accesses(there, retired);
      }
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        if (!arrived(here, Phase.RETIRED, null)) {
          return false;
        }
        try (PreparedStatement update =
            here.prepareStatement(
                """
                UPDATE migration.phase SET retired_at = clock_timestamp(), retired_accesses = ?, archive = ?, archive_sha256 = ?
                 WHERE table_id = ?
                """)) {
          update.setLong(1, accesses);
          update.setString(2, wish.archiveName());
          update.setString(3, manifest.fileSha256());
          update.setLong(4, table.id());
          update.executeUpdate();
        }
        here.commit();
      }
      return true;
    }

    /** A whole archive in its place is this transition's own, from before it was cut off. */
    private Manifest archived(ArchivePlace place) throws SQLException, IOException {
      try (Connection there = source.snapshot()) {
        if (old.exists(there)) {
          return TableArchive.writeOrKeep(
              there, source.describe(), table.source().schema(), table.source().name(), place);
        }
      }
      return TableArchive.check(place);
    }

    boolean drop() throws SQLException {
      String retired = String.valueOf(from.retiredName());
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        if (!PhaseLedger.begin(here, from, Phase.DROPPED, from.forwards())) {
          return false;
        }
        here.commit();
      }
      patiently(writing -> old.drop(writing, retired));
      try (Connection here = target.open()) {
        here.setAutoCommit(false);
        return arrived(here, Phase.DROPPED, null);
      }
    }

    private void drainBack() throws SQLException {
      BackDrain.Back done = back.drain(table.plan(), DRAIN);
      while (!done.finished()) {
        done = back.drain(table.plan(), DRAIN);
      }
    }

    /** The row, its history, and the end of the transaction. */
    private boolean arrived(Connection here, Phase phase, @Nullable Phase towards)
        throws SQLException {
      Standing now = PhaseLedger.standing(here, table.id());
      if (now.epoch() != from.epoch() || !PhaseLedger.arrive(here, now, phase, towards)) {
        here.rollback();
        return false;
      }
      PhaseLedger.record(here, from, phase, wish.who(), gates, null);
      here.commit();
      return true;
    }

    private void paused(Connection here) throws SQLException {
      try (PreparedStatement update =
          here.prepareStatement(
              """
              UPDATE migration.phase_change SET pause_ms = ?
               WHERE id = (SELECT max(id) FROM migration.phase_change WHERE table_id = ?)
              """)) {
        update.setObject(1, pauseMillis, java.sql.Types.BIGINT);
        update.setLong(2, table.id());
        update.executeUpdate();
      }
    }

    private List<OldTable.Counter> counters(Connection here) throws SQLException {
      List<OldTable.Counter> counters = new ArrayList<>();
      for (var column : table.source().columns()) {
        try (PreparedStatement select =
            here.prepareStatement(
                """
                SELECT pg_sequence_last_value(s.seqrelid) + s.seqincrement, s.seqincrement FROM pg_sequence s
                 WHERE s.seqrelid = to_regclass(?) AND pg_sequence_last_value(s.seqrelid) IS NOT NULL
                """)) {
          select.setString(1, sequence(column.name()));
          try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
              counters.add(
                  new OldTable.Counter(column.name(), row.getLong(1), row.getLong(2)));
            }
          }
        }
      }
      return counters;
    }

    private String sequence(String column) {
      int number = table.source().columns().stream().map(c -> c.name()).toList().indexOf(column);
      return "carried.\"ci:%d:%d\"".formatted(table.id(), number);
    }

    private String retiredName() {
      String suffix = "__retired_" + table.id();
      String name = table.source().name();
      while ((name + suffix).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
      }
      return name + suffix;
    }
  }

  /** Work on the old table in one transaction of the source. */
  @FunctionalInterface
  private interface SourceWork {
    void run(Connection writing) throws SQLException;
  }

  /**
   * A table's lock is asked for with short patience again and again, so that whoever waits behind
   * us does not wait long.
   */
  private void patiently(SourceWork work) throws SQLException {
    for (int tries = 1; ; tries++) {
      try (Connection writing = source.outbox()) {
        writing.setAutoCommit(false);
        execute(writing, "SET LOCAL lock_timeout = '100ms'");
        execute(writing, "SET LOCAL ci_capture.origin = 'drain'");
        work.run(writing);
        writing.commit();
        return;
      } catch (SQLException e) {
        if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || tries >= MOST_TRIES) {
          throw e;
        }
      }
      try {
        Thread.sleep(Math.min(20L * tries, 500));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while it waited for the old table", e);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String json(List<Gate> gates) {
    try {
      return JSON.writeValueAsString(gates);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("gates are always JSON", e);
    }
  }
}
