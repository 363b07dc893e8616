package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.Client.post;
import static culturalintelligence.analysis.http.Client.validate;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class ServiceTest {
  private static TestDatabase database() {
    return TargetDatabaseResource.database();
  }

  @Test
  void healthSaysWhatIsHeld() {
    analyse(put("health/a.wav", AudioFixture.wav().title("H")));
    Answer health = get("/api/v3.2/health");

    assertThat(health.status()).isEqualTo(200);
    assertThat(health.text("/status")).isEqualTo("healthy");
    assertThat(health.text("/database")).isEqualTo("connected");
    assertThat(health.at("/database_connected").booleanValue()).isTrue();
    assertThat(health.text("/version")).isEqualTo("3.2");
    assertThat(health.at("/statistics/tracks_in_database").longValue())
        .isEqualTo(database().number("select count(*) from track"));
    assertThat(get("/api/health").text("/status")).isEqualTo("healthy");
  }

  @Test
  void theRequestsAreCounted() {
    long before = get("/api/v3.2/stats").at("/service_stats/total_requests").longValue();
    long analysed = get("/api/v3.2/stats").at("/api_statistics/new_analyses").longValue();
    long cached = get("/api/v3.2/stats").at("/api_statistics/cache_hits").longValue();
    long errors = get("/api/v3.2/stats").at("/api_statistics/errors").longValue();
    String path = put("count/a.wav", AudioFixture.wav().title("C").artist("Counted"));
    analyse(path);
    analyse(path);
    analyse("/etc/passwd");
    Answer after = eventually("/api/v3.2/stats", "/service_stats/total_requests", before + 7);

    assertThat(after.at("/service_stats/total_requests").longValue()).isEqualTo(before + 7);
    assertThat(after.at("/api_statistics/new_analyses").longValue()).isEqualTo(analysed + 1);
    assertThat(after.at("/api_statistics/cache_hits").longValue()).isEqualTo(cached + 1);
    assertThat(after.at("/api_statistics/errors").longValue()).isEqualTo(errors + 1);
    assertThat(after.at("/service_stats/requests_per_minute").doubleValue()).isPositive();
    assertThat(after.at("/supported_operations").isArray()).isTrue();
  }

  /** The log is written behind the answers: a request may be counted an instant after its end. */
  private static Answer eventually(String route, String pointer, long wanted) {
    Answer answer = get(route);
    for (int i = 0; i < 20 && answer.at(pointer).longValue() < wanted; i++) {
      wanted++;
      answer = get(route);
    }
    return answer;
  }

  @Test
  void theLogKnowsNoPathsAndNoHashes() throws InterruptedException {
    analyse("/srv/music/private/name.mp3");
    get("/api/v3.2/file/hash/" + "b".repeat(64));
    for (int i = 0; i < 50 && database().number("select count(*) from api_request") < 2; i++) {
      Thread.sleep(100);
    }

    assertThat(database().number("select count(*) from api_request")).isPositive();
    assertThat(
            database()
                .number(
                    "select count(*) from api_request where route like '%private%' or route like '%bbbb%'"))
        .isZero();
  }

  @Test
  void duplicatesAreListedPageByPageWithWhatTheyWaste() {
    for (int group = 0; group < 5; group++) {
      byte[] bytes = AudioFixture.wav().title("Group " + group).bytes();
      for (int copy = 0; copy <= group; copy++) {
        analyse(put("pages/" + group + "/" + copy + "/a.wav", bytes));
      }
    }
    List<String> seen = new ArrayList<>();
    long wasted = 0;
    String after = "";
    boolean more = true;
    while (more) {
      Answer page = get("/api/v3.2/duplicates?limit=2&after=" + after);
      assertThat(page.status()).isEqualTo(200);
      page.at("/duplicate_groups").forEach(one -> seen.add(one.path("file_hash").asText()));
      wasted += page.at("/space_waste_bytes").longValue();
      more = page.at("/has_more").booleanValue();
      after = page.text("/next_after");
    }

    assertThat(seen).doesNotHaveDuplicates().isSorted();
    assertThat(seen)
        .hasSize(
            (int)
                database()
                    .number(
                        "select count(*) from (select 1 from track where content_sha256 is not null"
                            + " group by content_sha256 having count(*) > 1) g"));
    assertThat(wasted)
        .isEqualTo(
            database()
                .number(
                    "select sum((n - 1) * size_bytes) from (select content_sha256, count(*) as n from track"
                        + " where content_sha256 is not null group by 1) g"
                        + " join content c on c.sha256 = g.content_sha256"));
    assertThat(get("/api/v3.2/duplicates?limit=0").status()).isEqualTo(400);
    assertThat(get("/api/v3.2/duplicates?limit=x").text("/code")).isEqualTo("INVALID_PAGE");
    assertThat(get("/api/v3.2/duplicates?after=x").text("/code")).isEqualTo("INVALID_PAGE");
  }

  @Test
  void aPersonsWordHoldsForEver() {
    AudioFixture audio = AudioFixture.wav().title("Wrong").artist("Wrong Artist");
    String path = put("human/a.wav", audio);
    analyse(path);
    Map<String, Object> word = new HashMap<>();
    word.put("artist", "Right Artist");
    word.put("genre", "Techno");
    word.put("subgenre", "Dub Techno");
    word.put("bpm", 127.25);
    word.put("musical_key", "8A");
    word.put("label", null);

    Answer corrected = validate(path, word);
    Answer later = analyse(path);
    put("human/a.wav", audio.comment("other bytes now"));
    Answer replaced = analyse(path);

    assertThat(corrected.text("/status")).isEqualTo("success");
    assertThat(corrected.text("/classification/artist")).isEqualTo("Right Artist");
    assertThat(corrected.text("/classification/track_name")).contains("Wrong");
    assertThat(corrected.text("/classification/musical_key")).isEqualTo("Am");
    assertThat(corrected.at("/classification/bpm").doubleValue()).isEqualTo(127.25);
    assertThat(corrected.at("/classification/confidence").doubleValue()).isEqualTo(1);
    assertThat(corrected.at("/classification/human_validated").booleanValue()).isTrue();
    assertThat(corrected.at("/classification/needs_review").booleanValue()).isFalse();
    assertThat(later.lasting()).isEqualTo(corrected.lasting());
    assertThat(replaced.text("/classification/artist")).isEqualTo("Right Artist");
    assertThat(replaced.text("/file_hash")).isNotEqualTo(later.text("/file_hash"));
  }

  @Test
  void profilesLearnFromWhatIsValidatedNow() {
    String path = put("learn/a.wav", AudioFixture.wav().title("L").artist("Learned Artist"));
    analyse(path);
    validate(path, Map.of("genre", "House", "label", "Learned Label"));
    validate(path, Map.of("genre", "Techno"));

    assertThat(profile("artist", "House")).isZero();
    assertThat(profile("artist", "Techno")).isEqualTo(1);
    assertThat(profile("label", "Techno")).isEqualTo(1);
  }

  private static long profile(String what, String genre) {
    return database()
        .number(
            "select coalesce(sum(validated_tracks), 0) from %1$s_profile where %1$s = 'Learned %2$s' and genre = '%3$s'"
                .formatted(what, what.equals("artist") ? "Artist" : "Label", genre));
  }

  @Test
  void aWordThatMakesNoSenseIsRefused() {
    String path = put("nonsense/a.wav", AudioFixture.wav().title("N"));
    analyse(path);

    assertThat(validate(path, Map.of("bpm", 4000)).text("/code")).isEqualTo("INVALID_CORRECTION");
    assertThat(validate(path, Map.of("bpm", "fast")).status()).isEqualTo(400);
    assertThat(validate(path, Map.of("remix_info", "Wild Mix")).status()).isEqualTo(400);
    assertThat(validate(path, Map.of("musical_key", "Z#")).status()).isEqualTo(400);
    assertThat(validate(path, Map.of("artist", "")).status()).isEqualTo(400);
    assertThat(validate(path, Collections.singletonMap("artist", null)).status()).isEqualTo(400);
    assertThat(validate(path, Map.of("colour", "blue")).status()).isEqualTo(400);
    assertThat(validate("/srv/music/never/seen.wav", Map.of()).text("/code"))
        .isEqualTo("TRACK_NOT_FOUND");
    assertThat(post("/api/v3.2/file/validate", Map.of()).text("/code"))
        .isEqualTo("FILE_PATH_REQUIRED");
  }

  @Test
  void aMigratedTrackIsAnsweredThoughItsFileCannotBeReached() {
    PathKey key = PathKey.of("X:\\Elsewhere\\Old Row.mp3");
    database()
        .execute(
            """
            insert into track (path_digest, match_digest, path, folder, file_name, extension, origin)
            values ('%1$s', '%2$s', '%3$s', 'X:\\Elsewhere', 'Old Row.mp3', 'mp3', 'migrated');
            insert into classification (id, path_digest, origin, artist, title, mix_kind, genre, confidence,
              sources, metadata, decided_at)
            values (gen_random_uuid(), '%1$s', 'metacrate', 'Old Artist', null, 'Original Mix', 'House',
              0.123456789012345, '["filename"]', '{"normalized": 1, "bitrate": "x"}', now());
            """
                .formatted(key.digest(), key.matchDigest(), key.path()));

    Answer answer = analyse("x:\\elsewhere\\OLD ROW.mp3");

    assertThat(answer.text("/status")).isEqualTo("success");
    assertThat(answer.text("/source")).isEqualTo("cached");
    assertThat(answer.text("/classification/artist")).isEqualTo("Old Artist");
    assertThat(answer.text("/classification/track_name")).isEqualTo("Old Row");
    assertThat(answer.at("/classification/confidence").decimalValue())
        .isEqualByComparingTo("0.123456789012345");
    assertThat(answer.at("/classification/remix_info").isNull()).isTrue();
    assertThat(answer.at("/metadata/normalized").isObject()).isTrue();
    assertThat(answer.at("/metadata/extraction_success").booleanValue()).isFalse();
    assertThat(answer.text("/track/remix_info")).isEqualTo("Original Mix");
  }

  /** Whatever another maker wrote into a row's metadata, its answer has the contract's types. */
  @Test
  void aMigratedRowsMetadataIsGivenTheContractsTypes() {
    PathKey key = PathKey.of("X:\\Elsewhere\\Typed Row.mp3");
    database()
        .execute(
            """
            insert into track (path_digest, match_digest, path, folder, file_name, extension, origin)
            values ('%1$s', '%2$s', '%3$s', 'X:\\Elsewhere', 'Typed Row.mp3', 'mp3', 'migrated');
            insert into classification (id, path_digest, origin, artist, confidence, metadata, decided_at)
            values (gen_random_uuid(), '%1$s', 'metacrate', 'Typed', 0.5,
              '{"normalized": {"title": 42, "artist": ["A", "B"], "bpm": 128.5, "album": null, "genre": {"x": 1},
                  "duration": "245.5", "bitrate": "320000", "channels": 2.0, "sample_rate": "44.1k", "extra": true},
                "raw_tags": {"TBPM": 128, "TPE1": ["A", 1, null, {}], "APIC:cover": "QUJD", "covr": ["QUJD"],
                  "----:com.apple.iTunes:apID": "somebody@example.org", "ownr": "Some Body", "NEST": {"a": 1}},
                "artwork": "QUJD", "pages": [1, 2], "extraction_success": "yes", "error": 5, "reader": "old"}', now());
            """
                .formatted(key.digest(), key.matchDigest(), key.path()));

    Answer answer = analyse(key.path());

    assertThat(answer.at("/metadata/normalized").toString())
        .isEqualTo(
            // In jsonb's own order.
            "{\"bpm\":\"128.5\",\"extra\":true,\"title\":\"42\",\"artist\":\"A; B\",\"bitrate\":320000,"
                + "\"channels\":2,\"duration\":245.5}");
    assertThat(answer.at("/metadata/raw_tags").toString())
        .isEqualTo("{\"TBPM\":\"128\",\"TPE1\":[\"A\",\"1\"]}");
    assertThat(answer.at("/metadata/extraction_success").booleanValue()).isTrue();
    assertThat(answer.at("/metadata/error").isMissingNode()).isTrue();
    assertThat(answer.text("/metadata/reader")).isEqualTo("old");
    assertThat(answer.body().toString()).doesNotContain("QUJD", "somebody@", "Some Body");
  }
}
