package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Reads damaged copies of the files of a folder: cut short, with bits flipped, lengths replaced by
 * the worst there are, parts doubled, moved or zeroed. Seeded: the same seed gives the same files.
 *
 * <p>Counts what may never be: a reader that fails, more than 250 ms (twice in a row, so that a
 * busy machine isn't blamed on a file), more than 32 MB allocated. Exit code 0 when there is none.
 */
public final class AudioMutants {
  private static final long MAX_NANOS = 250_000_000L;
  private static final long MAX_ALLOCATED = 32L << 20;
  private static final long MAX_FILE = 4 << 20;

  /** What a run came to. */
  record Outcome(
      int count, int crashes, int slow, int greedy, double worstMillis, double worstMegabytes) {
    boolean clean() {
      return crashes == 0 && slow == 0 && greedy == 0;
    }
  }

  private AudioMutants() {}

  public static void main(String[] args) throws IOException {
    int count = 200_000;
    long seed = 1;
    Path folder = null;
    List<String> words = Arrays.asList(args);
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--count" -> count = Integer.parseInt(words.get(++i));
        case "--seed" -> seed = Long.parseLong(words.get(++i));
        default -> folder = Path.of(words.get(i));
      }
    }
    if (folder == null) {
      System.err.println("usage: mutants DIR [--count N] [--seed N]");
      System.exit(64);
      return;
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.filter(Files::isRegularFile).sorted().toList()) {
        if (Files.size(p) <= MAX_FILE && Files.size(p) > 0) {
          files.add(Files.readAllBytes(p));
        }
      }
    }
    out.println("mutants: " + count + " of " + files.size() + " files, seed " + seed);
    Outcome o = run(files, count, seed, out);
    out.printf(
        Locale.ROOT,
        "crashes %d · over 250 ms %d · over 32 MB %d · worst %.1f ms, %.1f MB%n",
        o.crashes(),
        o.slow(),
        o.greedy(),
        o.worstMillis(),
        o.worstMegabytes());
    System.exit(o.clean() ? 0 : 1);
  }

  static Outcome run(List<byte[]> files, int count, long seed, PrintStream out) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(seed);
    int crashes = 0;
    int slow = 0;
    int greedy = 0;
    long worstNanos = 0;
    long worstAllocated = 0;
    for (int i = 0; i < count; i++) {
      byte[] original = files.get(random.nextInt(files.size()));
      byte[] mutant = mutate(original, random);
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      String failure = read(mutant);
      long nanos = System.nanoTime() - begun;
      allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      if (nanos > MAX_NANOS) {
        begun = System.nanoTime();
        failure += read(mutant);
        nanos = Math.min(nanos, System.nanoTime() - begun);
      }
      worstNanos = Math.max(worstNanos, nanos);
      worstAllocated = Math.max(worstAllocated, allocated);
      boolean bad = false;
      if (!failure.isEmpty()) {
        crashes++;
        bad = true;
      }
      if (nanos > MAX_NANOS) {
        slow++;
        bad = true;
      }
      if (allocated > MAX_ALLOCATED) {
        greedy++;
        bad = true;
      }
      if (bad && crashes + slow + greedy <= 20) {
        out.printf(
            Locale.ROOT,
            "  mutant %d, %d bytes beginning %s: %s %.0f ms, %.1f MB%n",
            i,
            mutant.length,
            HexFormat.of().formatHex(mutant, 0, Math.min(12, mutant.length)),
            failure,
            nanos / 1e6,
            allocated / 1e6);
      }
    }
    return new Outcome(count, crashes, slow, greedy, worstNanos / 1e6, worstAllocated / 1e6);
  }

  /** Reads; returns what went wrong, empty when nothing did. */
  private static String read(byte[] file) {
    try (AudioSource source = AudioSource.of(file)) {
      if (new AudioReader().read(source) instanceof AudioReading.Read read) {
        for (String note : read.notes()) {
          if (note.startsWith(AudioReader.UNEXPECTED)) {
            return note;
          }
        }
      }
      return "";
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return e.toString();
    }
  }

  static byte[] mutate(byte[] original, Random random) {
    byte[] b = original.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && b.length > 0; i++) {
      b =
          switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(b, random.nextInt(b.length + 1));
            case 1, 2 -> flip(b, random);
            case 3, 4, 5 -> badLength(b, random);
            case 6 -> splice(b, random);
            default -> fill(b, random);
          };
    }
    return b;
  }

  /** Near the ends, mostly: that is where structures are. */
  private static int place(byte[] b, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(b.length);
      case 1 -> random.nextInt(Math.min(b.length, 64));
      case 2 -> random.nextInt(Math.min(b.length, 4096));
      default -> b.length - 1 - random.nextInt(Math.min(b.length, 512));
    };
  }

  private static byte[] flip(byte[] b, Random random) {
    int n = 1 + random.nextInt(16);
    for (int i = 0; i < n; i++) {
      b[place(b, random)] ^= (byte) (1 << random.nextInt(8));
    }
    return b;
  }

  private static byte[] badLength(byte[] b, Random random) {
    long[] worst = {
      0,
      1,
      2,
      7,
      8,
      0x7f,
      0xff,
      0xffff,
      0x7fff_ffffL,
      0x8000_0000L,
      0xffff_ffffL,
      0xffff_fff0L,
      b.length,
      b.length - 1L,
      b.length + 1L,
      0x7f7f_7f7fL,
      0x0fff_ffffL,
      random.nextInt(1 << 24)
    };
    long v = worst[random.nextInt(worst.length)];
    int width = new int[] {1, 2, 3, 4, 4, 4, 8}[random.nextInt(7)];
    boolean big = random.nextBoolean();
    int p = place(b, random);
    for (int i = 0; i < width && p + i < b.length; i++) {
      int shift = 8 * (big ? width - 1 - i : i);
      b[p + i] = (byte) (v >>> shift);
    }
    return b;
  }

  private static byte[] splice(byte[] b, Random random) {
    int from = place(b, random);
    int n = Math.min(b.length - from, 1 + random.nextInt(1024));
    int to = place(b, random);
    if (random.nextBoolean()) {
      byte[] part = Arrays.copyOfRange(b, from, from + n);
      System.arraycopy(part, 0, b, to, Math.min(n, b.length - to));
      return b;
    }
    byte[] longer = new byte[b.length + n];
    System.arraycopy(b, 0, longer, 0, to);
    System.arraycopy(b, from, longer, to, n);
    System.arraycopy(b, to, longer, to + n, b.length - to);
    return longer;
  }

  private static byte[] fill(byte[] b, Random random) {
    int from = place(b, random);
    byte with = (byte) (random.nextBoolean() ? 0 : random.nextBoolean() ? 0xff : random.nextInt());
    Arrays.fill(b, from, Math.min(b.length, from + 1 + random.nextInt(2048)), with);
    return b;
  }
}
