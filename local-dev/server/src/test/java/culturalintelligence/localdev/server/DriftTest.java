package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.persistence.capture.CaptureInstaller;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A source that is changed under a run stops it, with a reason and a next step; nothing is lost.
 */
class DriftTest {
  private Scene scene;

  @BeforeEach
  void aCapturedTable() throws SQLException {
    scene =
        Scene.of(
            """
            create table music (id int primary key, title text, length int);
            insert into music select g, 'title ' || g, g from generate_series(1, 20) g;
            """);
    scene.plan();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alter table music add column mood text                  | column mood was added
          alter table music drop column length                    | column length was dropped
          alter table music alter column length type bigint       | column length was integer and is bigint
          alter table music rename column title to name           | column title was dropped
          alter table music rename to songs                       | the table is gone
          alter table music disable trigger ci_capture_update     | the trigger ci_capture_update was switched off
          alter table music enable replica trigger ci_capture_insert | the trigger ci_capture_insert was switched off
          drop trigger ci_capture_delete on music                 | the trigger ci_capture_delete was dropped
          alter table music disable trigger all; update music set title = 'unseen'; alter table music enable always trigger ci_capture_update; alter table music enable always trigger ci_capture_insert; alter table music enable always trigger ci_capture_delete; alter table music enable always trigger ci_capture_truncate | was switched off, or made again, meanwhile
          """)
  void whatHappensToTheTableStopsTheRun(String change, String reason) throws SQLException {
    scene.capture();
    scene.copy();
    scene.inSource(change);

    assertThat(scene.drainOnce().stopped()).contains(reason);
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.STUCK);
    assertThat(scene.progress().failure()).contains("public.music", reason, "next:", "cratectl");
    assertThat(scene.drainOnce().stopped()).isEqualTo("the run is paused");
    assertThat(scene.target("select count(*) from carried.music")).containsExactly("20");
  }

  @Test
  void aCopyLooksTooAndWritesNothing() throws SQLException {
    scene.inSource("alter table music add column mood text");
    assertThat(scene.copy()).allMatch(CopyOutcome.Retry.class::isInstance);
    assertThat(scene.target("select count(*) from carried.music")).containsExactly("0");
    assertThat(scene.progress().failure()).contains("column mood was added");
  }

  @Test
  void mendedTriggersAndEveryRowLookedAtAgainBringBackWhatWasMissed() throws SQLException {
    scene.capture();
    scene.copy();
    scene.inSource(
        """
        alter table music disable trigger ci_capture_update;
        update music set title = 'missed' where id < 5;
        """);
    scene.drainOnce();

    scene.capture();
    scene.plans.start(scene.plan());
    scene.drain();
    assertThat(scene.verify()).isEmpty();
    assertThat(scene.progress().failure()).isNull();
  }

  @Test
  void aTableRewrittenWhileADrainWaitsForItIsNotTakenForEmpty() throws Exception {
    scene.capture();
    scene.copy();
    scene.inSource("update music set title = 'changed'");
    try (var rewriting = scene.openSource();
        var statement = rewriting.createStatement()) {
      rewriting.setAutoCommit(false);
      statement.execute(
          "alter table public.music alter column length type int using length + 0, set unlogged");
      Thread drain =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      scene.drainOnce();
                    } catch (SQLException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      while (scene
          .source(
              "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
          .isEmpty()) {
        Thread.sleep(10);
      }
      rewriting.commit();
      drain.join();
    }
    scene.drain();
    assertThat(scene.target("select count(*) from carried.music where title = 'changed'"))
        .containsExactly("20");
  }

  @Test
  void capturedAndUncapturedTheSourceIsWhatItWas() throws SQLException {
    List<String> before = catalogue();
    scene.capture();
    assertThat(catalogue()).isNotEqualTo(before);
    scene.inSource("update music set title = 'x' where id = 1");
    CaptureInstaller installer = scene.installer();
    long plan = scene.plan();
    assertThatThrownBy(() -> installer.uninstall(plan, false))
        .hasMessageContaining("1 changes wait");
    scene.drain();
    installer.uninstall(plan, false);
    assertThat(catalogue()).isEqualTo(before);
  }

  @Test
  void anOutboxThatFeedsAnotherTargetIsLeftAlone() throws SQLException {
    scene.capture();
    scene.inSource("update ci_capture.installation set token = gen_random_uuid()");
    assertThatThrownBy(() -> scene.drainOnce())
        .hasMessageContaining("another Cultural Intelligence");
    assertThatThrownBy(() -> scene.capture()).hasMessageContaining("another Cultural Intelligence");
  }

  /** Everything a dump would show. */
  private List<String> catalogue() throws SQLException {
    return scene.source(
        """
        select concat('schema ', nspname, nspacl) from pg_namespace where nspname !~ '^pg_(toast_)?temp'
        union all select concat('class ', oid::regclass, relkind, relreplident, relpersistence, relacl, reloptions)
          from pg_class where relnamespace::regnamespace::text !~ '^pg_toast'
        union all select concat('column ', attrelid::regclass, attname, atttypid::regtype, attnotnull, attgenerated, attacl)
          from pg_attribute where attnum > 0 and attrelid::regclass::text !~ '^pg_toast'
        union all select concat('trigger ', pg_get_triggerdef(oid), tgenabled) from pg_trigger
        union all select concat('function ', oid::regprocedure, proacl) from pg_proc
        union all select concat('constraint ', pg_get_constraintdef(oid)) from pg_constraint
        union all select concat('default acl ', defaclacl) from pg_default_acl
        order by 1
        """);
  }
}
