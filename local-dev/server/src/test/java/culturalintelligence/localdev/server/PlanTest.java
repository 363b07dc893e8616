package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final String CATALOGUE =
      "select string_agg(n.nspname || '.' || c.relname || c.relkind::text, ',' order by n.nspname, c.relname)"
          + " from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg\\_%'";

  private static Scene library() throws SQLException {
    return Scene.of(
        "create table artists (id int primary key); insert into artists values (1), (2);"
            + "create table unrelated (id int primary key)");
  }

  @Test
  void aPlanIsMadeOnce() throws SQLException {
    try (Scene scene = library()) {
      PlanLedger.Planned first = scene.plans.plan();
      scene.inSource("create table genres (id int primary key)");
      PlanLedger.Planned second = scene.plans.plan();

      assertThat(first.created()).isTrue();
      assertThat(second).isEqualTo(new PlanLedger.Planned(first.plan(), false));
      assertThat(scene.target("select table_name from migration.source_table"))
          .containsExactly("artists");
    }
  }

  @Test
  void twoWhoPlanAtOnceAreGivenOnePlan() throws Exception {
    try (Scene scene = library();
        ExecutorService two = Executors.newFixedThreadPool(2)) {
      Callable<PlanLedger.Planned> plan = scene.plans::plan;
      List<PlanLedger.Planned> plans =
          List.of(two.submit(plan), two.submit(plan)).stream()
              .map(
                  f -> {
                    try {
                      return f.get();
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  })
              .toList();

      assertThat(plans).extracting(PlanLedger.Planned::plan).containsOnly(plans.getFirst().plan());
      assertThat(plans).extracting(PlanLedger.Planned::created).containsOnlyOnce(true);
      assertThat(scene.target("select count(*) from migration.chunk")).containsExactly("1");
    }
  }

  @Test
  void oneDatabaseIsNotBothSides() throws SQLException {
    try (Scene scene = library()) {
      DatabaseAddress address = scene.targetDatabase.address();
      String otherName = address.jdbcUrl().replace("localhost", "127.0.0.1");
      PlanLedger plans =
          new PlanLedger(
              new SourceDatabase(
                  new Database(
                      DatabaseAddress.parse(otherName, address.user(), address.password()), "t")),
              scene.targetDatabase);

      assertThatThrownBy(plans::plan).isInstanceOf(PlanLedger.SameDatabase.class);
    }
  }

  @Test
  void aReaderWhoMayOnlySelectSufficesAndTheSourceStaysAsItWas() throws SQLException {
    try (Scene scene = library()) {
      String role = "reader_of_" + scene.source("select current_database()").getFirst();
      scene.inSource(
          "create role %1$s login password 'r'; grant usage on schema public to %1$s;"
                  .formatted(role)
              + "grant select on all tables in schema public to %s".formatted(role));
      List<String> catalogue = scene.source(CATALOGUE);
      DatabaseAddress owner = DatabaseAddress.parse(scene.sourceDatabase.describe(), role, "r");
      try (Scene asReader = scene.readBy(owner)) {
        asReader.copy();
        assertThat(asReader.verify()).isEmpty();
        assertThat(asReader.target("select count(*) from metacrate.artists")).containsExactly("2");
      }
      assertThat(scene.source(CATALOGUE)).isEqualTo(catalogue);
      assertThat(scene.source("select count(*) from public.artists")).containsExactly("2");
      scene.inSource("drop owned by %1$s; drop role %1$s".formatted(role));
    }
  }
}
