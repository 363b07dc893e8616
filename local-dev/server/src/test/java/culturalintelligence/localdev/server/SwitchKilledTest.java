package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.archive.FolderPlace;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.StateDrain;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.phase.BackDrain;
import culturalintelligence.persistence.phase.PhaseLedger;
import culturalintelligence.persistence.phase.Switch;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every transition, killed at every statement boundary: never do both sides take writes, asking
 * again ends it, and then both sides hold the same rows.
 */
@Tag("long")
class SwitchKilledTest {
  /**
   * Every so manieth boundary, to keep the ordinary run short; -Dswitch.kill.stride=1 takes all.
   */
  private static final int STRIDE = Integer.getInteger("switch.kill.stride", 17);

  @TempDir Path folder;
  private int kills;

  @Test
  void overAndBack() throws Exception {
    try (Scene scene = ready()) {
      up(scene, Phase.SHADOW, Phase.READ_NEW);
      boolean more = true;
      for (int at = 1; more; at += STRIDE) {
        more = killedAt(scene, at, Phase.WRITE_NEW);
        scene.inTarget(
            "insert into metacrate.artists (name, rank) values ('new %d', %d)".formatted(at, at));
        scene.inTarget(
            "update metacrate.artists set rank = %d where id = 1; delete from metacrate.artists where id = %d"
                .formatted(at, at + 3));
        more |= killedAt(scene, at, Phase.READ_NEW);
        same(scene);
        scene.inSource(
            "insert into artists (name) values ('old'); update artists set name = 'o%d' where id = 2"
                .formatted(at));
        scene.drain();
        assertThat(scene.verify()).as("killed at %d", at).isEmpty();
      }
      same(scene);
      System.out.printf("over and back: %d kills, both sides equal after each%n", kills);
    }
  }

  @Test
  void retiredDroppedRestored() throws Exception {
    try (Scene scene = ready()) {
      up(scene, Phase.SHADOW, Phase.READ_NEW, Phase.WRITE_NEW);
      boolean more = true;
      for (int at = 1; more; at += STRIDE) {
        String place = "a" + at;
        more = killedAt(scene, at, Phase.RETIRED, place);
        scene.inTarget(
            "insert into metacrate.artists (name, rank) values ('retired %d', %d)"
                .formatted(at, at));
        more |= killedAt(scene, at, Phase.WRITE_NEW, place);
        same(scene);
        assertThat(to(scene, new Killer(0), Phase.RETIRED, place + "d"))
            .isInstanceOf(Switch.Outcome.Changed.class);
        more |= killedAt(scene, at, Phase.DROPPED, place + "d");
        scene.inTarget("update metacrate.artists set rank = %d where id = 1".formatted(at));
        more |= killedAt(scene, at, Phase.WRITE_NEW, place + "d");
        same(scene);
      }
      System.out.printf(
          "retired, dropped, restored: %d kills, both sides equal after each%n", kills);
    }
  }

  private boolean killedAt(Scene scene, int at, Phase phase) throws Exception {
    return killedAt(scene, at, phase, "none");
  }

  /**
   * Killed there, looked at, and asked for again until it is. False when it came to its end before.
   */
  private boolean killedAt(Scene scene, int at, Phase phase, String place) throws Exception {
    Killer killer = new Killer(at);
    Switch.Outcome outcome = null;
    try {
      outcome = to(scene, killer, phase, place);
    } catch (Exception e) {
      assertThat(killer.killed()).as(() -> at + " to " + phase + ": " + e).isTrue();
    }
    onlyOneIsWritten(scene, at + " to " + phase);
    if (!(outcome instanceof Switch.Outcome.Changed)) {
      outcome = to(scene, new Killer(0), phase, place);
      assertThat(outcome)
          .as("%d to %s", at, phase)
          .isInstanceOfAny(Switch.Outcome.Changed.class, Switch.Outcome.Already.class);
      onlyOneIsWritten(scene, at + " to " + phase + " again");
    }
    assertThat(
            scene.target(
                "select phase || coalesce(towards, '') from migration.phase where epoch > 0"))
        .containsExactly(phase.name());
    if (killer.killed()) {
      kills++;
    }
    return killer.killed();
  }

  private static void onlyOneIsWritten(Scene scene, String when) throws SQLException {
    boolean old;
    boolean here;
    try (Connection connection = scene.openSource()) {
      old = isWritten(connection, "public.artists");
    }
    try (Connection connection = scene.openTarget()) {
      here = isWritten(connection, "metacrate.artists");
    }
    assertThat(old && here).as("both sides are written: " + when).isFalse();
  }

  private static boolean isWritten(Connection connection, String table) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("update %s set rank = rank where id = 1".formatted(table));
      return true;
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isIn("25006", "42P01");
      return false;
    } finally {
      connection.rollback();
    }
  }

  private Switch.Outcome to(Scene scene, Killer killer, Phase phase, String place)
      throws Exception {
    SourceDatabase source = killer.source(scene.sourceAddress());
    TargetDatabase target = killer.target(scene.targetAddress());
    PlanLedger plans = new PlanLedger(source, target);
    Switch changer =
        new Switch(
            source,
            target,
            new PhaseLedger(target),
            new Drain(
                source,
                target,
                plans,
                new StateDrain(source, target, plans),
                new StopLedger(target)),
            new BackDrain(source, target, plans),
            new CaptureInstaller(
                source, target, plans, Duration.ofMillis(100), Duration.ofSeconds(10)));
    PlannedTable table =
        scene.plans.carriedTables(scene.plan()).stream()
            .filter(t -> t.source().name().equals("artists"))
            .findFirst()
            .orElseThrow();
    for (int tries = 1; ; tries++) {
      Switch.Outcome outcome =
          changer.to(
              table,
              new Switch.Wish(
                  phase,
                  "a test",
                  false,
                  new FolderPlace(folder.resolve(place)),
                  place,
                  "public.artists",
                  Duration.ZERO));
      // The server notices only after a moment that the killed one is gone.
      if (!(outcome instanceof Switch.Outcome.Refused refused)
          || !refused.reason().contains("somebody else is changing")
          || tries > 50) {
        return outcome;
      }
      Thread.sleep(20);
    }
  }

  private void up(Scene scene, Phase... phases) throws Exception {
    for (Phase phase : phases) {
      assertThat(to(scene, new Killer(0), phase, "none"))
          .isInstanceOf(Switch.Outcome.Changed.class);
    }
  }

  private static Scene ready() throws SQLException {
    Scene scene =
        Scene.of(
            """
            create table artists (id serial primary key, name text not null default 'nobody', rank int);
            insert into artists (name) select 'a' || n from generate_series(1, 10) n;
            """);
    scene.copy();
    scene.capture();
    scene.drain();
    assertThat(scene.verify()).isEmpty();
    return scene;
  }

  private static void same(Scene scene) throws SQLException {
    String sql = "select t::text from %s.artists t order by id";
    assertThat(scene.target(sql.formatted("metacrate")))
        .isEqualTo(scene.source(sql.formatted("public")));
  }
}
