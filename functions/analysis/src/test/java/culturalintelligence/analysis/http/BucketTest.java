package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.analyseAskingForStatusCodes;
import static culturalintelligence.analysis.http.Client.batch;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.Client.lookUp;
import static culturalintelligence.analysis.http.MusicLibrary.bucket;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static culturalintelligence.analysis.http.MusicLibrary.putInBucket;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.storage.BucketServer.Mood;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A library root in a bucket is one like any other. */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class BucketTest {
  private static byte[] track(String title) {
    return AudioFixture.mp3().title(title).artist("Bucket Artist").bpm("124").seconds(60).bytes();
  }

  @AfterEach
  void beWell() {
    bucket().forget();
  }

  @Test
  void aFileInABucketIsAnalysedAsOneInAFolder() {
    byte[] bytes = track("In Both Places");
    String far = putInBucket("both/a.mp3", bytes);
    String near = put("both/a.mp3", bytes);

    Answer first = analyse(far);
    Answer other = analyse(near);

    assertThat(first.text("/status")).isEqualTo("success");
    assertThat(first.text("/source")).isEqualTo("realtime_analysis");
    assertThat(first.at("/classification")).isEqualTo(other.at("/classification"));
    assertThat(first.at("/metadata/normalized")).isEqualTo(other.at("/metadata/normalized"));
    assertThat(first.text("/file_hash")).isEqualTo(other.text("/file_hash"));
    assertThat(other.at("/duplicates/duplicate_count").intValue()).isEqualTo(2);
  }

  @Test
  void aKnownUnchangedFileIsOneHeadAndNoGet() {
    String path = putInBucket("known/a.mp3", track("Known"));
    Answer first = analyse(path);
    bucket().forget();

    Answer second = analyse(path);

    assertThat(second.text("/source")).isEqualTo("cached");
    assertThat(second.lasting()).isEqualTo(first.lasting());
    assertThat(bucket().heads()).isEqualTo(1);
    assertThat(bucket().gets()).isEmpty();
    assertThat(bucket().lists()).isZero();
    assertThat(lookUp(path).lasting()).isEqualTo(first.lasting());
  }

  @Test
  void aNewFileIsOneHeadAndItsBytesOnce() {
    byte[] bytes = track("New");
    String path = putInBucket("new/a.mp3", bytes);

    assertThat(analyse(path).text("/status")).isEqualTo("success");
    assertThat(bucket().heads()).isEqualTo(1);
    assertThat(bucket().gets()).hasSizeLessThanOrEqualTo(4);
    assertThat(bucket().bytesSent()).isLessThan(bytes.length + 3 * 128 * 1024);
  }

  @Test
  void aReplacedFileIsReadAgain() {
    String path = putInBucket("replaced/a.mp3", track("Before"));
    Answer before = analyse(path);
    putInBucket("replaced/a.mp3", track("Behind"));

    Answer after = analyse(path);

    assertThat(after.text("/source")).isEqualTo("realtime_analysis");
    assertThat(after.text("/file_hash")).isNotEqualTo(before.text("/file_hash"));
    assertThat(after.text("/classification/track_name")).isEqualTo("Behind");
  }

  @Test
  void aFileReplacedInTheMiddleOfItsReadingIsReadWhole() {
    String path = putInBucket("middle/a.mp3", track("Before"));
    bucket().beforeNextGet(() -> putInBucket("middle/a.mp3", track("Behind")));

    Answer answer = analyse(path);

    assertThat(answer.text("/status")).isEqualTo("success");
    assertThat(answer.text("/classification/track_name")).isEqualTo("Behind");
    assertThat(analyse(path).text("/source")).isEqualTo("cached");
  }

  @Test
  void aFaultOfTheStorageHasItsCodeAndItsStatus() {
    String path = putInBucket("faults/a.mp3", track("Faults"));
    bucket().mood(Mood.DENIES);
    assertError(path, 403, "STORAGE_DENIED");
    bucket().mood(Mood.FAILS);
    assertError(path, 503, "STORAGE_UNAVAILABLE");
    bucket().mood(Mood.SILENT);
    assertError(path, 503, "STORAGE_UNAVAILABLE");
    bucket().mood(Mood.ARCHIVED);
    assertError(path, 403, "FILE_ARCHIVED");
    bucket().mood(Mood.SENDS_NOTHING);
    assertError(path, 503, "STORAGE_UNAVAILABLE");
    bucket().mood(Mood.WELL);

    assertThat(analyse(path).text("/source")).isEqualTo("realtime_analysis");
    assertError("/srv/bucket/faults", 422, "IS_A_DIRECTORY");
    assertError("/srv/bucket/faults/none.mp3", 404, "FILE_NOT_FOUND");
  }

  private static void assertError(String path, int status, String code) {
    Answer answer = analyse(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/status")).isEqualTo("error");
    assertThat(answer.text("/code")).isEqualTo(code);
    assertThat(answer.at("/file_hash").isNull()).isTrue();
    assertThat(analyseAskingForStatusCodes(path).status()).isEqualTo(status);
  }

  @Test
  void aBatchMayMixFoldersAndBuckets() {
    Answer answer =
        batch(
            List.of(
                putInBucket("mixed/a.mp3", track("Mixed A")),
                put("mixed/b.mp3", track("Mixed B")),
                "B:\\Crate\\mixed\\A.MP3"));

    assertThat(answer.at("/successful").intValue()).isEqualTo(3);
  }

  @Test
  void healthSaysWhichRootCannotBeRead() throws InterruptedException {
    assertThat(get("/api/v3.2/health").status()).isEqualTo(200);
    bucket().mood(Mood.DENIES);
    Answer health = get("/api/v3.2/health");
    for (int i = 0; i < 100 && health.status() == 200; i++) {
      Thread.sleep(100);
      health = get("/api/v3.2/health");
    }

    assertThat(health.status()).isEqualTo(503);
    assertThat(health.text("/status")).isEqualTo("unhealthy");
    assertThat(health.text("/library")).startsWith("error: library root 3 of 4: ");
    assertThat(health.text("/database")).isEqualTo("connected");
    bucket().mood(Mood.WELL);
    for (int i = 0; i < 100 && health.status() != 200; i++) {
      Thread.sleep(100);
      health = get("/api/v3.2/health");
    }
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.at("/library").isMissingNode()).isTrue();
  }
}
