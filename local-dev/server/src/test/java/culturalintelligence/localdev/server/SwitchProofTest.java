package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.archive.FolderPlace;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.phase.BackDrain;
import culturalintelligence.persistence.phase.PhaseLedger;
import culturalintelligence.persistence.phase.Standing;
import culturalintelligence.persistence.phase.Switch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a switch must never do, tried from every side: edges that are not there, two masters, a
 * write lost by flips, by a rollback, by operators at once, by a drain that runs meanwhile.
 */
class SwitchProofTest {
  private static final String TABLE = "public.artists";

  @TempDir Path folder;

  private int archives;

  private static Scene ready() throws SQLException {
    Scene scene =
        Scene.of(
            """
            create table artists (id bigint primary key, name text not null, rank int);
            insert into artists select n, 'artist ' || n, 0 from generate_series(1, 50) n;
            """);
    scene.copy();
    scene.capture();
    scene.drain();
    assertThat(scene.verify()).isEmpty();
    return scene;
  }

  private static PlannedTable table(Scene scene) throws SQLException {
    return scene.plans.carriedTables(scene.plan()).getFirst();
  }

  private static BackDrain back(Scene scene) {
    return new BackDrain(scene.sourceDatabase, scene.targetDatabase, scene.plans);
  }

  private static PhaseLedger phases(Scene scene) {
    return new PhaseLedger(scene.targetDatabase);
  }

  private Switch.Outcome go(Scene scene, Phase to) throws Exception {
    Switch changer =
        new Switch(
            scene.sourceDatabase,
            scene.targetDatabase,
            phases(scene),
            scene.drainer(),
            back(scene),
            scene.installer());
    Phase now = phases(scene).standing(table(scene)).phase();
    if (to == Phase.RETIRED && now == Phase.WRITE_NEW) {
      archives++;
    }
    Path archive = folder.resolve("archive " + archives);
    return changer.to(
        table(scene),
        new Switch.Wish(
            to,
            Thread.currentThread().getName(),
            false,
            new FolderPlace(archive),
            archive.toString(),
            TABLE,
            Duration.ZERO));
  }

  private static boolean taken(Connections to, String sql) throws SQLException {
    try (Connection connection = to.open()) {
      connection.createStatement().execute(sql);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Opens one side. */
  private interface Connections {
    Connection open() throws SQLException;
  }

  /** Never two masters, and never another than the phase names. */
  private static void assertOneMaster(Scene scene, Phase phase, int number) throws SQLException {
    boolean old =
        taken(
            scene::openSource,
            "insert into public.artists values (%d, 'old')".formatted(1_000_000 + 2 * number));
    boolean fresh =
        taken(
            scene::openTarget,
            "insert into metacrate.artists values (%d, 'new')".formatted(1_000_001 + 2 * number));
    assertThat(fresh).as("the view takes writes in " + phase).isEqualTo(phase.newSideIsMaster());
    assertThat(old).as("the table takes writes in " + phase).isEqualTo(!phase.newSideIsMaster());
  }

  private static void assertSame(Scene scene) throws SQLException {
    String sql = "select t::text from %s.artists t order by id";
    assertThat(scene.target(sql.formatted("metacrate")))
        .isEqualTo(scene.source(sql.formatted("public")));
  }

  /** The shortest way there, over edges that are there. */
  private void travel(Scene scene, Phase to) throws Exception {
    Phase from = phases(scene).standing(table(scene)).phase();
    Map<Phase, Phase> cameFrom = new EnumMap<>(Phase.class);
    Deque<Phase> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Phase at = open.remove();
      for (Phase next : Phase.values()) {
        if (at.leadsTo(next) && next != from && cameFrom.putIfAbsent(next, at) == null) {
          open.add(next);
        }
      }
    }
    Deque<Phase> way = new ArrayDeque<>();
    for (Phase at = to; at != from; at = Objects.requireNonNull(cameFrom.get(at))) {
      way.push(at);
    }
    for (Phase next : way) {
      step(scene, next);
    }
  }

  private void step(Scene scene, Phase to) throws Exception {
    if (to == Phase.READ_NEW && !phases(scene).standing(table(scene)).phase().newSideIsMaster()) {
      scene.drain();
      assertThat(scene.verify()).isEmpty();
    }
    assertThat(go(scene, to)).as("to " + to).isInstanceOf(Switch.Outcome.Changed.class);
  }

  @Test
  void everyEdgeThatIsThereLeadsThereAndNoOtherDoes() throws Exception {
    try (Scene scene = ready()) {
      int number = 0;
      for (Phase from : Phase.values()) {
        for (Phase to : Phase.values()) {
          travel(scene, from);
          Standing before = phases(scene).standing(table(scene));
          if (from == to) {
            assertThat(go(scene, to)).isInstanceOf(Switch.Outcome.Already.class);
          } else if (from.leadsTo(to)) {
            step(scene, to);
            assertThat(phases(scene).standing(table(scene)).phase()).isEqualTo(to);
            assertOneMaster(scene, to, number++);
          } else {
            assertThat(go(scene, to))
                .as(from + " to " + to)
                .isInstanceOf(Switch.Outcome.Refused.class);
            assertThat(phases(scene).standing(table(scene))).isEqualTo(before);
          }
        }
      }
      travel(scene, Phase.OLD);
      scene.drain();
      assertSame(scene);
      assertThat(scene.verify()).isEmpty();
    }
  }

  @Test
  void aFewFlipsUnderWritersLoseNothing() throws Exception {
    flips(4);
  }

  @Test
  @Tag("long")
  void twentyFlipsUnderWritersLoseNothing() throws Exception {
    flips(20);
  }

  private void flips(int many) throws Exception {
    try (Scene scene = ready();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      step(scene, Phase.SHADOW);
      step(scene, Phase.READ_NEW);
      AtomicBoolean stop = new AtomicBoolean();
      List<Future<Map<Long, Integer>>> writers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int writer = i;
        writers.add(threads.submit(() -> follow(scene, writer, stop)));
      }
      long longest = 0;
      try {
        for (int flip = 0; flip < many; flip++) {
          Switch.Outcome outcome = flip(scene, flip % 2 == 0 ? Phase.WRITE_NEW : Phase.READ_NEW);
          Long pause = ((Switch.Outcome.Changed) outcome).pauseMillis();
          longest = Math.max(longest, pause == null ? 0 : pause);
        }
      } finally {
        stop.set(true);
      }
      Map<Long, Integer> written = new TreeMap<>();
      for (Future<Map<Long, Integer>> writer : writers) {
        written.putAll(writer.get());
      }
      travel(scene, Phase.OLD);
      scene.drain();
      System.out.printf(
          "%d flips, %d rows written meanwhile, the longest pause %d ms%n",
          many, written.size(), longest);
      assertSame(scene);
      Map<Long, Integer> found = new TreeMap<>();
      for (String row :
          scene.source("select id || ' ' || rank from public.artists where id >= 10000")) {
        int space = row.indexOf(' ');
        found.put(Long.valueOf(row.substring(0, space)), Integer.valueOf(row.substring(space + 1)));
      }
      assertThat(found).isEqualTo(written);
      assertThat(scene.verify()).isEmpty();
    }
  }

  /** A gate that is closed for a moment, because what was just written waits, opens again. */
  private Switch.Outcome flip(Scene scene, Phase to) throws Exception {
    for (int tries = 0; ; tries++) {
      Switch.Outcome outcome = go(scene, to);
      if (outcome instanceof Switch.Outcome.Changed) {
        return outcome;
      }
      assertThat(tries).as("%s after many tries: %s", to, outcome).isLessThan(30);
      scene.drainOnce();
      scene.verify();
    }
  }

  /** Writes wherever it is taken; remembers what was confirmed. */
  private static Map<Long, Integer> follow(Scene scene, int writer, AtomicBoolean stop)
      throws Exception {
    Map<Long, Integer> mine = new TreeMap<>();
    Random random = new Random(writer);
    String[] names = {"public.artists", "metacrate.artists"};
    long next = 10_000L + writer;
    int side = 0;
    try (Connection old = scene.openSource();
        Connection fresh = scene.openTarget()) {
      Connection[] sides = {old, fresh};
      while (!stop.get()) {
        boolean insert = mine.isEmpty() || random.nextInt(3) > 0;
        long id = insert ? next : mine.keySet().iterator().next();
        int rank = random.nextInt(1_000);
        try (PreparedStatement statement =
            sides[side].prepareStatement(
                insert
                    ? "insert into %s (rank, name, id) values (?, 'w', ?)".formatted(names[side])
                    : "update %s set rank = ? where id = ?".formatted(names[side]))) {
          statement.setInt(1, rank);
          statement.setLong(2, id);
          statement.executeUpdate();
          mine.put(id, rank);
          if (insert) {
            next += 2;
          }
        } catch (SQLException e) {
          if (!List.of("25006", "55000", "40P01", "40001").contains(e.getSQLState())) {
            throw e;
          }
          side = 1 - side;
        }
        // Slower than a drain: one that has no end never lets a gate be asked.
        Thread.sleep(40);
      }
    }
    return mine;
  }

  @Test
  void aRollbackBringsHundredsOfWritesBack() throws Exception {
    rollback(500);
  }

  @Test
  @Tag("long")
  void aRollbackBringsTenThousandWritesBack() throws Exception {
    rollback(10_000);
  }

  private void rollback(int writes) throws Exception {
    try (Scene scene = ready()) {
      travel(scene, Phase.WRITE_NEW);
      scene.inTarget(
          "insert into metacrate.artists select n, 'after', n from generate_series(100001, 100000 + %d) n"
              .formatted(writes / 2));
      scene.inTarget(
          "update metacrate.artists set rank = rank + 1 where id > 100000; delete from metacrate.artists where id <= 10");

      long began = System.nanoTime();
      Switch.Outcome.Changed back = (Switch.Outcome.Changed) go(scene, Phase.OLD);

      System.out.printf(
          "rollback with %d writes: %d ms, of which nobody could write for %d ms%n",
          writes, (System.nanoTime() - began) / 1_000_000, back.pauseMillis());
      assertSame(scene);
      assertThat(scene.source("select count(*), sum(rank) from public.artists where id > 100000"))
          .containsExactly(Integer.toString(writes / 2));
      scene.drain();
      assertThat(scene.verify()).isEmpty();
    }
  }

  @Test
  void operatorsAtOnceNeverMakeTwoMastersAndTheirHistoryIsOneChain() throws Exception {
    try (Scene scene = ready();
        ExecutorService operators = Executors.newFixedThreadPool(4)) {
      step(scene, Phase.SHADOW);
      step(scene, Phase.READ_NEW);
      List<Callable<@Nullable Void>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Random random = new Random(i);
        work.add(
            () -> {
              for (int round = 0; round < 6; round++) {
                Phase to =
                    List.of(Phase.WRITE_NEW, Phase.READ_NEW, Phase.WRITE_NEW, Phase.SHADOW)
                        .get(random.nextInt(4));
                assertThat(go(scene, to)).isNotNull();
              }
              return null;
            });
      }
      for (Future<?> one : operators.invokeAll(work)) {
        one.get();
      }
      Standing now = phases(scene).standing(table(scene));
      assertThat(now.towards()).isNull();
      assertOneMaster(scene, now.phase(), 0);
      String before = "OLD";
      for (String change :
          scene.target(
              "select from_phase || '>' || to_phase from migration.phase_change order by id")) {
        assertThat(change).startsWith(before + ">");
        before = change.substring(change.indexOf('>') + 1);
      }
      assertThat(before).isEqualTo(now.phase().name());
      travel(scene, Phase.OLD);
      scene.drain();
      assertSame(scene);
    }
  }

  @Test
  void aSwitchWhileDrainsRunLosesNothing() throws Exception {
    try (Scene scene = ready();
        ExecutorService drains = Executors.newCachedThreadPool()) {
      step(scene, Phase.SHADOW);
      step(scene, Phase.READ_NEW);
      AtomicBoolean stop = new AtomicBoolean();
      Future<?> running =
          drains.submit(
              () -> {
                while (!stop.get()) {
                  back(scene).drain(scene.plan(), Duration.ofMillis(200));
                  scene.drainOnce();
                }
                return null;
              });
      try {
        for (int round = 0; round < 4; round++) {
          scene.inSource(
              "insert into artists select n, 'old', n from generate_series(%1$d, %1$d + 299) n; update artists set rank = %1$d where id <= 50"
                  .formatted(20_000 + round * 1_000));
          flip(scene, Phase.WRITE_NEW);
          scene.inTarget(
              "insert into metacrate.artists select n, 'new', n from generate_series(%1$d, %1$d + 299) n; update metacrate.artists set rank = %1$d where id <= 50"
                  .formatted(20_500 + round * 1_000));
          flip(scene, Phase.READ_NEW);
        }
      } finally {
        stop.set(true);
        running.get();
      }
      travel(scene, Phase.OLD);
      scene.drain();
      assertSame(scene);
      assertThat(scene.source("select count(*) from public.artists")).containsExactly("2450");
      assertThat(scene.source("select count(*) from public.artists where rank = 23500"))
          .containsExactly("51");
      assertThat(scene.verify()).isEmpty();
    }
  }
}
