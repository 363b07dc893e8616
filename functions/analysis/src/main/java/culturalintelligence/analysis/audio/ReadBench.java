package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How fast files are read, in one run and in CPU time of one thread, against what bounds it:
 * hashing alone, and Mutagen for tags alone, where {@code python3} has it.
 *
 * <p>Test fixtures are too short to say anything about hashing: when the files of the folder are,
 * some of real length are made for that part, with a picture in front and an ID3v1 tag behind.
 */
public final class ReadBench {
  private static final int ROUNDS = 5;
  private static final int TURNS = 30;
  private static final long REAL_LENGTH = 1 << 20;

  private final PrintStream out;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private ReadBench(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    String python = "/usr/bin/python3";
    int p = words.indexOf("--python");
    if (p >= 0) {
      words.remove(p);
      python = words.remove(p);
    }
    if (words.size() != 1) {
      System.err.println("usage: bench analyse DIR [--python PATH]");
      System.exit(64);
    }
    new ReadBench(new PrintStream(System.out, true, StandardCharsets.UTF_8))
        .run(Path.of(words.getFirst()), python);
  }

  private void run(Path folder, String python) throws IOException, InterruptedException {
    List<Path> files = audioFiles(folder);
    if (files.isEmpty()) {
      out.println("no audio files in " + folder);
      return;
    }
    long bytes = bytes(files);
    out.printf(Locale.ROOT, "%d audio files, %.1f MB in %s%n", files.size(), bytes / 1e6, folder);
    tagsAlone(files, bytes, python);
    if (bytes / files.size() >= REAL_LENGTH) {
      hashing(files);
      return;
    }
    Path made = Files.createTempDirectory("read-bench");
    try {
      hashing(makeFiles(made));
    } finally {
      try (Stream<Path> all = Files.list(made)) {
        for (Path f : all.toList()) {
          Files.delete(f);
        }
      }
      Files.delete(made);
    }
  }

  private static List<Path> audioFiles(Path folder) throws IOException {
    List<Path> out = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path f : all.filter(Files::isRegularFile).sorted().toList()) {
        try (AudioSource source = AudioSource.open(f)) {
          if (new AudioReader().read(source) instanceof AudioReading.Read) {
            out.add(f);
          }
        }
      }
    }
    return out;
  }

  private static long bytes(List<Path> files) throws IOException {
    long n = 0;
    for (Path f : files) {
      n += Files.size(f);
    }
    return n;
  }

  // ---- Tags alone

  private void tagsAlone(List<Path> files, long bytes, String python)
      throws IOException, InterruptedException {
    warmUp(files);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long cpu = threads.getCurrentThreadCpuTime();
      readTags(files);
      best = Math.min(best, (threads.getCurrentThreadCpuTime() - cpu) / 1e9);
    }
    out.printf(
        Locale.ROOT,
        "tags alone        %9.0f files/s   %8.1f MB/s   (CPU time, one thread)%n",
        files.size() / best,
        bytes / best / 1e6);
    Double mutagen = mutagen(files, python);
    if (mutagen == null) {
      out.println("mutagen           not compared: " + python + " can't import it");
      return;
    }
    out.printf(
        Locale.ROOT,
        "mutagen           %9.0f files/s   %8.1f MB/s%n"
            + "ratio             %9.1f × mutagen (goal 5)%n",
        files.size() / mutagen,
        bytes / mutagen / 1e6,
        mutagen / best);
  }

  /** Until the reader's code is compiled: a service has soon read its five thousandth file. */
  private static void warmUp(List<Path> files) throws IOException {
    for (int i = 0; i < Math.max(2 * ROUNDS, 5000 / files.size()); i++) {
      readTags(files);
    }
  }

  private static void readTags(List<Path> files) throws IOException {
    AudioReader reader = new AudioReader();
    for (Path f : files) {
      try (AudioSource source = AudioSource.open(f)) {
        reader.read(source);
      }
    }
  }

  /** CPU seconds of the best of some rounds over the same files; null without Mutagen. */
  private static @Nullable Double mutagen(List<Path> files, String python)
      throws IOException, InterruptedException {
    String program =
        """
        import sys, time
        import mutagen
        files = [l.rstrip('\\n') for l in sys.stdin]
        best = None
        for turn in range(3):
            begun = time.process_time()
            for f in files:
                try:
                    mutagen.File(f)
                except Exception:
                    pass
            spent = time.process_time() - begun
            best = spent if best is None else min(best, spent)
        print(best)
        """;
    Process process;
    try {
      process =
          new ProcessBuilder(python, "-c", program)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return null;
    }
    StringBuilder list = new StringBuilder();
    for (Path f : files) {
      list.append(f.toAbsolutePath()).append('\n');
    }
    try (var in = process.getOutputStream()) {
      in.write(list.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended before it read the list: it has no Mutagen.
      return null;
    }
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0 || answer.isBlank()) {
      process.destroy();
      return null;
    }
    return Double.valueOf(answer.strip());
  }

  // ---- Hashing

  /** What is timed for a file, in turn; the order says what the next adds. */
  private enum Work {
    HASH_ONLY,
    READ_ONLY,
    HASH_AND_PAYLOAD,
    READ_AND_HASH
  }

  /**
   * All four kinds of work in turn for each file, in CPU time of this thread: a busy machine hits
   * neighbours alike, and the best of many turns is the one it hit least.
   */
  private void hashing(List<Path> files) throws IOException {
    long bytes = bytes(files);
    warmUp(files);
    Map<Work, Double> best = new EnumMap<>(Work.class);
    double[] ratios = new double[files.size()];
    for (int f = 0; f < files.size(); f++) {
      Map<Work, Long> least = new EnumMap<>(Work.class);
      AudioReading reading;
      try (AudioSource source = AudioSource.open(files.get(f))) {
        reading = new AudioReader().read(source);
      }
      for (int i = 0; i < TURNS; i++) {
        for (Work work : Work.values()) {
          long begun = threads.getCurrentThreadCpuTime();
          perform(work, files.get(f), reading);
          long spent = threads.getCurrentThreadCpuTime() - begun;
          least.merge(work, spent, Math::min);
        }
      }
      least.forEach((work, nanos) -> best.merge(work, nanos / 1e9, Double::sum));
      ratios[f] = (double) nanos(least, Work.HASH_ONLY) / nanos(least, Work.READ_AND_HASH);
    }
    double hashOnly = best.getOrDefault(Work.HASH_ONLY, 0.0);
    double analysed = best.getOrDefault(Work.READ_AND_HASH, 0.0);
    double payload = best.getOrDefault(Work.HASH_AND_PAYLOAD, 0.0) - hashOnly;
    double reading = best.getOrDefault(Work.READ_ONLY, 0.0);
    out.printf(
        Locale.ROOT,
        "%d files of real length, %.0f MB   (CPU time, one thread, best of %d turns)%n",
        files.size(),
        bytes / 1e6,
        TURNS);
    row("hash only", files, bytes, hashOnly);
    row("read and hash", files, bytes, analysed);
    Arrays.sort(ratios);
    out.printf(
        Locale.ROOT,
        "ratio             %9.3f of hash only (goal 0.95); by file %.3f to %.3f%n",
        hashOnly / analysed,
        ratios[0],
        ratios[ratios.length - 1]);
    out.printf(
        Locale.ROOT,
        "spent on          %9.1f %% SHA-256 of the file and reading its bytes%n"
            + "                  %9.1f %% the digest of the audio without tags%n"
            + "                  %9.1f %% opening, structure and tags%n",
        100 * hashOnly / analysed,
        100 * payload / analysed,
        100 * reading / analysed);
  }

  private static long nanos(Map<Work, Long> spent, Work work) {
    return spent.getOrDefault(work, 0L);
  }

  private static void perform(Work work, Path file, AudioReading reading) throws IOException {
    if (work == Work.HASH_ONLY) {
      hashOnly(file);
      return;
    }
    try (AudioSource source = AudioSource.open(file)) {
      switch (work) {
        case READ_ONLY -> new AudioReader().read(source);
        case HASH_AND_PAYLOAD -> FileHash.of(source, reading);
        default -> new AudioReader().readAndHash(source);
      }
    }
  }

  private void row(String what, List<Path> files, long bytes, double seconds) {
    out.printf(
        Locale.ROOT,
        "%-17s %9.1f files/s   %8.1f MB/s%n",
        what,
        files.size() / seconds,
        bytes / seconds / 1e6);
  }

  private static void hashOnly(Path file) throws IOException {
    MessageDigest digest = FileHash.sha256();
    try (AudioSource source = AudioSource.open(file)) {
      byte[] buffer = new byte[FileHash.BLOCK];
      long p = 0;
      int n;
      while ((n = source.read(p, buffer, 0, buffer.length)) > 0) {
        digest.update(buffer, 0, n);
        p += n;
      }
    }
    digest.digest();
  }

  /** MP3 files of five minutes at 320 kbit/s. */
  private static List<Path> makeFiles(Path folder) throws IOException {
    Random random = new Random(1);
    byte[] frame = new byte[1044];
    List<Path> out = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Path f = folder.resolve("track" + i + ".mp3");
      int frames = 11_500;
      byte[] picture = new byte[300_000];
      random.nextBytes(picture);
      byte[] title = ("\0Track " + i).getBytes(StandardCharsets.ISO_8859_1);
      int tag = 10 + title.length + 10 + picture.length;
      byte[] file = new byte[10 + tag + frames * frame.length];
      int p = put(file, 0, "ID3\3\0\0");
      for (int s = 21; s >= 0; s -= 7) {
        file[p++] = (byte) (tag >> s & 0x7f);
      }
      p = frame(file, p, "TIT2", title);
      p = frame(file, p, "APIC", picture);
      random.nextBytes(frame);
      frame[0] = (byte) 0xff;
      frame[1] = (byte) 0xfb;
      frame[2] = (byte) 0xe0;
      for (int n = 0; n < frames; n++) {
        System.arraycopy(frame, 0, file, p, frame.length);
        p += frame.length;
      }
      Files.write(f, file);
      out.add(f);
    }
    return out;
  }

  private static int frame(byte[] file, int at, String name, byte[] body) {
    int p = put(file, at, name);
    for (int s = 24; s >= 0; s -= 8) {
      file[p++] = (byte) (body.length >> s);
    }
    p += 2;
    System.arraycopy(body, 0, file, p, body.length);
    return p + body.length;
  }

  private static int put(byte[] file, int at, String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      file[at + i] = (byte) ascii.charAt(i);
    }
    return at + ascii.length();
  }
}
