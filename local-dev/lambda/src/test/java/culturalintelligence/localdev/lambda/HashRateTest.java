package culturalintelligence.localdev.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.PackagedFunction.Kind;
import culturalintelligence.testkit.lambda.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hashing is the bound of analysis, and a native image for any processor hashes at a quarter of the
 * JVM's rate. Both sides read the same large files, in turn, in the same run.
 */
class HashRateTest {
  private static final int MEGABYTES = 256;
  private static final int ROUNDS = 4;
  private static final double LEAST = 0.9;

  @TempDir static Path music;

  @Test
  void theExecutableHashesAtNineTenthsOfTheJvmsRate() throws IOException {
    Optional<PackagedFunction> jvm = Built.find("analysis", Kind.JVM);
    Optional<PackagedFunction> executable = Built.find("analysis", Kind.NATIVE);
    if (jvm.isEmpty() || executable.isEmpty()) {
      return;
    }
    try (TestDatabase one = TestDatabase.migrated();
        TestDatabase other = TestDatabase.migrated();
        // The JVM as it is at its best: with its optimising compiler.
        Sandbox left =
            Sandbox.ready(
                jvm.get().with(java.util.List.of("-XX:TieredStopAtLevel=4")),
                AnalysisOnLambdaTest.environment(one, music));
        Sandbox right =
            Sandbox.ready(executable.get(), AnalysisOnLambdaTest.environment(other, music))) {
      double best = 0;
      double bestNative = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Path file = large(round);
        // Whoever is first finds the file in the cache all the same: it was written just now.
        best = Math.max(best, rate(left, file));
        bestNative = Math.max(bestNative, rate(right, file));
        Files.delete(file);
      }
      System.out.printf(
          "[hash] native %.2f GB/s, JVM %.2f GB/s, ratio %.2f (at least %.1f)%n",
          bestNative, best, bestNative / best, LEAST);
      assertThat(bestNative / best).isGreaterThanOrEqualTo(LEAST);
    }
  }

  private static double rate(Sandbox sandbox, Path file) throws IOException {
    long begun = System.nanoTime();
    LambdaCall.Reply reply = LambdaCall.analyse(sandbox, file.toString());
    long took = System.nanoTime() - begun;
    assertThat(reply.body().path("file_hash").asText()).as(reply.toString()).hasSize(64);
    return (double) Files.size(file) / took;
  }

  /** A sound file with random bytes behind its audio: a different one each time. */
  private static Path large(int seed) throws IOException {
    Path file = AudioFixture.wav().title("Large " + seed).writeTo(music.resolve(seed + ".wav"));
    byte[] block = new byte[1 << 20];
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      random.nextBytes(block);
      for (int i = 0; i < MEGABYTES; i++) {
        block[0] = (byte) i;
        out.write(block);
      }
    }
    return file;
  }
}
