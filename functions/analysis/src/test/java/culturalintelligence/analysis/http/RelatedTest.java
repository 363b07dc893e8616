package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The same audio under different tags. What is expected is counted here, from what was put there.
 */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class RelatedTest {
  private static byte[] audio(double pitch, String comment) {
    return AudioFixture.mp3().artist("Retagged").pitch(pitch).comment(comment).bytes();
  }

  private static Map<String, JsonNode> allGroups(int limit) {
    Map<String, JsonNode> groups = new HashMap<>();
    List<String> order = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      Answer page = get("/api/v3.2/related?limit=" + limit + "&after=" + after);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.text("/primary_rule")).contains("shortest path");
      long sum = 0;
      for (JsonNode group : page.at("/related_groups")) {
        order.add(group.path("payload_digest").asText());
        groups.put(group.path("payload_digest").asText(), group);
        sum += group.path("space_waste_bytes").longValue();
      }
      assertThat(page.at("/groups_in_page").intValue()).isLessThanOrEqualTo(limit);
      assertThat(page.at("/space_waste_bytes").longValue()).isEqualTo(sum);
      more = page.at("/has_more").booleanValue();
      after = page.text("/next_after");
    }
    assertThat(order).doesNotHaveDuplicates().isSorted();
    return groups;
  }

  @Test
  void aRetaggedCopyIsRelatedAndNoDuplicate() {
    byte[] plain = audio(311, "");
    byte[] tagged = audio(311, "tagged anew, with a longer comment");
    String first = put("related/b/one.mp3", plain);
    String copy = put("related/b/longer/one.mp3", plain);
    String second = put("related/a.mp3", tagged);
    String hash = analyse(first).text("/file_hash");
    analyse(copy);
    Answer other = analyse(second);

    assertThat(other.at("/duplicates/is_duplicate").booleanValue()).isFalse();
    Answer answer = get("/api/v3.2/related?file_hash=" + hash);
    JsonNode group = answer.at("/related_groups/0");
    assertThat(answer.at("/groups_in_page").intValue()).isEqualTo(1);
    assertThat(group.path("content_count").intValue()).isEqualTo(2);
    assertThat(group.path("primary_file").asText()).isEqualTo(second);
    assertThat(group.at("/contents/0/file_hash").asText()).isEqualTo(other.text("/file_hash"));
    assertThat(group.at("/contents/0/file_size_bytes").intValue()).isEqualTo(tagged.length);
    assertThat(group.at("/contents/1/file_hash").asText()).isEqualTo(hash);
    assertThat(group.at("/contents/1/duplicate_count").intValue()).isEqualTo(2);
    assertThat(group.at("/contents/1/primary_file").asText()).isEqualTo(first);
    // One of the plain copies is redundant as a duplicate; the other one here.
    assertThat(group.path("space_waste_bytes").longValue()).isEqualTo(plain.length);
    assertThat(
            get("/api/v3.2/related?file_hash="
                    + other.text("/file_hash").toUpperCase(java.util.Locale.ROOT))
                .at("/related_groups/0"))
        .isEqualTo(group);
  }

  @Test
  void everyGroupIsListedOnceHoweverSmallThePages() {
    Map<String, Long> wasted = new HashMap<>();
    for (int song = 0; song < 4; song++) {
      long sum = 0;
      String hash = "";
      for (int version = 0; version <= song; version++) {
        byte[] bytes = audio(500 + 10 * song, "x".repeat(100 * version));
        // The shortest path is the plainest one's: the others are beside it.
        Answer answer =
            analyse(put("versions/" + song + "/" + "v".repeat(version + 1) + ".mp3", bytes));
        hash = version == 0 ? answer.text("/file_hash") : hash;
        sum += version == 0 ? 0 : bytes.length;
      }
      wasted.put(hash, sum);
    }

    Map<String, JsonNode> groups = allGroups(1);
    assertThat(groups.keySet()).isEqualTo(allGroups(500).keySet());
    for (Map.Entry<String, Long> song : wasted.entrySet()) {
      List<JsonNode> mine =
          groups.values().stream()
              .filter(g -> g.at("/contents/0/file_hash").asText().equals(song.getKey()))
              .toList();
      assertThat(mine).hasSize(song.getValue() == 0 ? 0 : 1);
      mine.forEach(
          group ->
              assertThat(group.path("space_waste_bytes").longValue()).isEqualTo(song.getValue()));
    }
  }

  @Test
  void aFileTaggedInItsPlaceIsNotRelatedToWhatItWas() {
    String path = put("inplace/a.mp3", audio(700, "before"));
    String before = analyse(path).text("/file_hash");
    put("inplace/a.mp3", audio(700, "and after that"));
    String after = analyse(path).text("/file_hash");

    assertThat(after).isNotEqualTo(before);
    assertThat(get("/api/v3.2/related?file_hash=" + before).at("/groups_in_page").intValue())
        .isZero();
    Answer now = get("/api/v3.2/related?file_hash=" + after);
    assertThat(now.at("/related_groups/0/content_count").intValue()).isEqualTo(1);
    assertThat(now.at("/space_waste_bytes").longValue()).isZero();
    assertThat(allGroups(500).values())
        .noneMatch(group -> group.at("/contents/0/file_hash").asText().equals(after));
  }

  @Test
  void whatNobodyHasIsAnEmptyList() {
    assertThat(get("/api/v3.2/related?file_hash=" + "e".repeat(64)).at("/related_groups"))
        .isEmpty();
    assertThat(get("/api/v3.2/related?file_hash=x").text("/code")).isEqualTo("MALFORMED_HASH");
    assertThat(get("/api/v3.2/related?limit=501").text("/code")).isEqualTo("INVALID_PAGE");
    assertThat(get("/api/v3.2/related?after=x").text("/code")).isEqualTo("INVALID_PAGE");
  }

  /** A migrated hash has no size until a file of it is read: nothing is guessed, nothing fails. */
  @Test
  void duplicatesOfUnknownSizeAreListedWithoutOne() {
    String hash = "d".repeat(64);
    StringBuilder sql =
        new StringBuilder(
            "insert into content (sha256, facts_source) values ('\\x%s', 'migrated');"
                .formatted(hash));
    for (String name : List.of("one", "two")) {
      var key = culturalintelligence.domain.library.PathKey.of("Z:\\Gone\\" + name + ".mp3");
      sql.append(
          """
          insert into track (path_digest, match_digest, path, folder, file_name, extension, origin, content_sha256)
          values ('%s', '%s', '%s', 'Z:\\Gone', '%s.mp3', 'mp3', 'migrated', '\\x%s');
          """
              .formatted(key.digest(), key.matchDigest(), key.path(), name, hash));
    }
    TargetDatabaseResource.database().execute(sql.toString());

    Answer page = get("/api/v3.2/duplicates?limit=1&after=" + "d".repeat(63) + "c");
    JsonNode group = page.at("/duplicate_groups/0");
    assertThat(group.path("file_hash").asText()).isEqualTo(hash);
    assertThat(group.path("file_size_bytes").isNull()).isTrue();
    assertThat(group.path("space_waste_bytes").isNull()).isTrue();
    assertThat(page.at("/groups_of_unknown_size").intValue()).isEqualTo(1);
    assertThat(page.at("/space_waste_bytes").longValue()).isZero();
    TargetDatabaseResource.database()
        .execute(
            "delete from track where path like 'Z:%Gone%'; delete from content where sha256 = '\\x"
                + hash
                + "'");
  }
}
