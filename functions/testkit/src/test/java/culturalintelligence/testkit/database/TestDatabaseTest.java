package culturalintelligence.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestDatabaseTest {
  @Test
  void aMigratedDatabaseHasTheSchemaAndIsItsOwn() {
    try (TestDatabase one = TestDatabase.migrated();
        TestDatabase other = TestDatabase.migrated()) {
      one.execute(
          """
          insert into track (path_digest, match_digest, path, folder, file_name, extension, origin)
          values (gen_random_uuid(), gen_random_uuid(), '/m/a.mp3', '/m', 'a.mp3', 'mp3', 'migrated')
          """);

      assertThat(one.number("select count(*) from track_answer")).isEqualTo(1);
      assertThat(other.number("select count(*) from track")).isZero();
    }
  }

  @Test
  void theRequestLogMakesItsDaysAndDropsOldOnes() {
    try (TestDatabase database = TestDatabase.migrated()) {
      database.execute("select maintain_api_request(date '2026-01-01', 30)");
      database.execute("select maintain_api_request(date '2026-02-15', 30)");
      database.execute("select maintain_api_request(date '2026-02-15', 30)");

      assertThat(
              database.value(
                  "select string_agg(relname, ',' order by relname) from pg_class where relname ~ '^api_request_[0-9]+$'"))
          .isEqualTo("api_request_20260215,api_request_20260216");
    }
  }
}
