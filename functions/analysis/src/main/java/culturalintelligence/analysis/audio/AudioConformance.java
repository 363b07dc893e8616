package culturalintelligence.analysis.audio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.TagField;
import culturalintelligence.domain.music.Tags;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder of audio files and holds the answers against its {@code expected.jsonl}: one line
 * a file with {@code file}, {@code format}, {@code valid_audio}, {@code tags} and {@code stream}
 * ({@code duration} in seconds, {@code sr}, {@code ch}, {@code br} in bit/s). The files lie beside
 * it or in {@code files/}.
 *
 * <p>A value no audio can have (a rate of 1.7 GHz) is right when it is absent, and counted apart. A
 * file that isn't read counts as a miss of each of its values. Tolerances: duration 1 % or 0.1 s,
 * bitrate 3 %, years by their first four digits, tempi rounded; texts without regard to case and
 * white space, and with {@code /}, {@code ;} and {@code ,} taken for the same; several values
 * joined, or any one of them.
 *
 * <p>Exit code 0 when no file made the reader fail.
 */
public final class AudioConformance {
  private static final Map<String, TagField> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("TITLE", TagField.TITLE);
    FIELDS.put("ARTIST", TagField.ARTIST);
    FIELDS.put("ALBUM", TagField.ALBUM);
    FIELDS.put("ALBUM_ARTIST", TagField.ALBUM_ARTIST);
    FIELDS.put("GENRE", TagField.GENRE);
    FIELDS.put("YEAR", TagField.DATE);
    FIELDS.put("TRACK", TagField.TRACK_NUMBER);
    FIELDS.put("COMPOSER", TagField.COMPOSER);
    FIELDS.put("REMIXER", TagField.REMIXER);
    FIELDS.put("ISRC", TagField.ISRC);
    FIELDS.put("BPM", TagField.BPM);
    FIELDS.put("KEY", TagField.KEY);
    FIELDS.put("RECORD_LABEL", TagField.LABEL);
    FIELDS.put("CATALOG_NO", TagField.CATALOGUE_NUMBER);
  }

  private static final String EXPECTED = "expected.jsonl";
  private static final String EXAMPLE =
      "{\"file\": \"a.mp3\", \"format\": \"MP3\", \"valid_audio\": true, \"tags\": {\"TITLE\":"
          + " \"Tide\"}, \"stream\": {\"duration\": 12.5, \"sr\": 44100, \"ch\": 2, \"br\":"
          + " 320000}}";
  private static final int SHOWN = 10;

  private static final List<String> OF_DJS = List.of("BPM", "KEY", "RECORD_LABEL", "CATALOG_NO");

  /** Hits of tries. */
  private static final class Score {
    int hits;
    int tries;

    void add(boolean hit) {
      tries++;
      if (hit) {
        hits++;
      }
    }

    @Override
    public String toString() {
      return tries == 0
          ? "       –"
          : String.format(Locale.ROOT, "%6.2f %%  %5d of %5d", 100.0 * hits / tries, hits, tries);
    }
  }

  private final PrintStream out;
  private final boolean showMisses;
  private final Map<String, Score> scores = new LinkedHashMap<>();
  private final Map<String, Score> readByFormat = new TreeMap<>();
  private final Map<String, Integer> others = new TreeMap<>();
  private final List<String> crashes = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();

  private AudioConformance(PrintStream out, boolean showMisses) {
    this.out = out;
    this.showMisses = showMisses;
  }

  public static void main(String[] args) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    boolean misses = words.remove("--misses");
    if (words.size() != 1) {
      System.err.println("usage: conformance DIR [--misses]");
      System.exit(64);
    }
    Path folder = Path.of(words.getFirst());
    if (!Files.isRegularFile(folder.resolve(EXPECTED))) {
      System.err.println(
          "conformance: there is no "
              + EXPECTED
              + " in "
              + folder
              + ". Write one with a line for each file, such as "
              + EXAMPLE
              + "; the files lie in files/ or beside it.");
      System.exit(66);
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int crashes = new AudioConformance(out, misses).run(folder);
    System.exit(crashes == 0 ? 0 : 1);
  }

  /** Prints the table; returns how many files made the reader fail. */
  static int run(Path folder, PrintStream out, boolean showMisses) throws IOException {
    return new AudioConformance(out, showMisses).run(folder);
  }

  private int run(Path folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path files = Files.isDirectory(folder.resolve("files")) ? folder.resolve("files") : folder;
    int count = 0;
    List<String> missing = new ArrayList<>();
    int number = 0;
    String all =
        new String(Files.readAllBytes(folder.resolve(EXPECTED)), StandardCharsets.UTF_8)
            .replace("\ufeff", "");
    for (String line : all.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      JsonNode row = parsed(json, line);
      String name = row == null ? "" : row.path("file").asText();
      if (row == null || name.isEmpty()) {
        unusable.add(
            EXPECTED
                + " line "
                + number
                + (row == null ? " is not a JSON object" : " names no \"file\"")
                + ": "
                + (line.length() > 60 ? line.substring(0, 60) + "…" : line));
        continue;
      }
      Path file = resolve(files, name);
      if (file == null || !Files.isRegularFile(file)) {
        missing.add(name);
        continue;
      }
      count++;
      one(file, row);
    }
    table(count, missing);
    return crashes.size();
  }

  private static @Nullable JsonNode parsed(ObjectMapper json, String line) {
    try {
      JsonNode row = json.readTree(line);
      return row != null && row.isObject() ? row : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static @Nullable Path resolve(Path folder, String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** One value's text; of several, joined as the answers are. */
  private static String text(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    List<String> all = new ArrayList<>();
    value.forEach(v -> all.add(v.asText()));
    return String.join("/", all);
  }

  private void one(Path file, JsonNode row) {
    String label = row.path("file").asText() + "  " + row.path("origin").asText();
    AudioReading reading;
    try (AudioSource source = AudioSource.open(file)) {
      reading = new AudioReader().read(source);
    } catch (IOException | UncheckedIOException e) {
      reading = new AudioReading.Unreadable("", String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      crashes.add(label + ": " + e);
      reading = new AudioReading.Unreadable("", e.toString());
    }
    if (reading instanceof AudioReading.Read read) {
      for (String note : read.notes()) {
        if (note.startsWith(AudioReader.UNEXPECTED)) {
          crashes.add(label + ": " + note);
        }
      }
    }
    String named = row.path("format").asText();
    String format = named.isEmpty() ? "(no format given)" : named;
    String kind =
        switch (reading) {
          case AudioReading.Read _ -> "read";
          case AudioReading.Unreadable _ -> "unreadable";
          case AudioReading.NotAudio _ -> "refused";
        };
    if (row.path("valid_audio").asBoolean()) {
      boolean ok = reading instanceof AudioReading.Read;
      score("valid audio read").add(ok);
      readByFormat.computeIfAbsent(format, _ -> new Score()).add(ok);
      if (!ok) {
        miss("read", label, "audio", reading.toString());
      }
    } else {
      others.merge(format + " " + kind, 1, Integer::sum);
      if (format.equals("TRACKER/MIDI")) {
        boolean ok = reading instanceof AudioReading.NotAudio;
        score("MIDI, modules refused").add(ok);
        if (!ok) {
          miss("refuse", label, "refusal", reading.toString());
        }
      }
    }
    Tags tags = reading instanceof AudioReading.Read r ? r.tags() : Tags.NONE;
    for (Map.Entry<String, JsonNode> e : row.path("tags").properties()) {
      tag(label, e.getKey(), text(e.getValue()), tags);
    }
    StreamFacts s = reading instanceof AudioReading.Read r ? r.stream() : null;
    boolean valid = row.path("valid_audio").asBoolean();
    JsonNode stream = row.path("stream");
    number(
        label, valid, "duration", stream.get("duration"), s == null ? null : s.durationSeconds());
    number(label, valid, "sr", stream.get("sr"), s == null ? null : s.sampleRate());
    number(label, valid, "ch", stream.get("ch"), s == null ? null : s.channels());
    number(label, valid, "br", stream.get("br"), s == null ? null : s.bitrate());
  }

  private void tag(String label, String name, String expected, Tags tags) {
    TagField field = FIELDS.get(name);
    if (field == null) {
      return;
    }
    List<String> values = tags.fields().getOrDefault(field, List.of());
    boolean ok = agrees(name, expected, values);
    score("tag " + name).add(ok);
    score("tags, all").add(ok);
    if (OF_DJS.contains(name)) {
      score("tags of DJs").add(ok);
    }
    if (!ok) {
      miss(name, label, expected, values.toString());
    }
  }

  private static boolean agrees(String name, String expected, List<String> values) {
    if (values.isEmpty()) {
      return false;
    }
    String first = values.getFirst();
    return switch (name) {
      case "YEAR" -> year(expected).equals(year(first));
      case "TRACK" -> expected.equals(first);
      case "BPM" -> sameTempo(expected, first);
      default -> {
        String want = plain(expected);
        boolean one = values.stream().anyMatch(v -> plain(v).equals(want));
        yield one || plain(String.join("/", values)).equals(want);
      }
    };
  }

  private static boolean sameTempo(String a, String b) {
    try {
      double x = Double.parseDouble(a.strip());
      double y = Double.parseDouble(b.strip().replace(',', '.'));
      return Math.round(x) == Math.round(y) || (long) x == (long) y;
    } catch (NumberFormatException e) {
      return a.strip().equals(b.strip());
    }
  }

  private static String year(String s) {
    for (int i = 0; i + 4 <= s.length(); i++) {
      if (s.substring(i, i + 4).chars().allMatch(c -> c >= '0' && c <= '9')) {
        return s.substring(i, i + 4);
      }
    }
    return s.strip();
  }

  private static String plain(String s) {
    return Normalizer.normalize(s, Normalizer.Form.NFC)
        .replaceAll("\\s+", " ")
        .replaceAll("\\s*[;,/]\\s*", "/")
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private void number(
      String label,
      boolean valid,
      String name,
      @Nullable JsonNode expected,
      @Nullable Number actual) {
    if (expected == null || !expected.isNumber()) {
      return;
    }
    double want = expected.asDouble();
    if (isImpossible(name, want)) {
      // Readers may agree on nonsense; the right answer is none.
      score("impossible, withheld").add(actual == null);
      return;
    }
    double have = actual == null ? Double.NaN : actual.doubleValue();
    boolean ok =
        switch (name) {
          case "duration" -> Math.abs(want - have) <= Math.max(0.1, want * 0.01);
          case "br" -> Math.abs(want - have) <= want * 0.03;
          default -> want == have;
        };
    String title =
        switch (name) {
          case "duration" -> "duration";
          case "sr" -> "sample rate";
          case "ch" -> "channels";
          default -> "bitrate";
        };
    score(valid ? title : "  " + title).add(ok);
    if (!ok) {
      miss(name, label, expected.asText(), String.valueOf(actual));
    }
  }

  private static boolean isImpossible(String name, double value) {
    return switch (name) {
      case "duration" -> value < 1e-6;
      case "sr" -> value < 100 || value > 45_158_400;
      case "ch" -> value > 64;
      default -> false;
    };
  }

  private Score score(String name) {
    return scores.computeIfAbsent(name, _ -> new Score());
  }

  private void miss(String what, String label, String expected, String actual) {
    if (showMisses) {
      out.println("miss " + what + "  " + label);
      out.println("       expected " + expected.replace('\n', ' '));
      out.println("       answered " + actual.replace('\n', ' '));
    }
  }

  private void table(int count, List<String> missing) {
    out.println(
        count
            + " files"
            + (missing.isEmpty() ? "" : ", " + missing.size() + " named but not there"));
    missing.stream().limit(SHOWN).forEach(name -> out.println("  not there: " + name));
    if (!unusable.isEmpty()) {
      out.println(unusable.size() + " lines not used; each should be such as " + EXAMPLE);
      unusable.stream().limit(SHOWN).forEach(line -> out.println("  " + line));
    }
    if (count == 0) {
      out.println("Nothing was measured: put the files beside " + EXPECTED + " or into files/.");
      return;
    }
    line("valid audio read");
    readByFormat.forEach(
        (format, score) -> {
          if (score.hits < score.tries) {
            out.printf("  %-24s %s%n", format, score);
          }
        });
    line("tags, all");
    line("tags of DJs");
    FIELDS.keySet().forEach(f -> line("tag " + f));
    line("duration");
    line("sample rate");
    line("channels");
    line("bitrate");
    out.println("the same of files of no settled kind:");
    line("  duration");
    line("  sample rate");
    line("  channels");
    line("  bitrate");
    line("impossible, withheld");
    line("MIDI, modules refused");
    out.println("what became of files of no settled kind:");
    others.forEach((kind, n) -> out.printf("  %-24s %6d%n", kind, n));
    out.println("crashes: " + crashes.size());
    crashes.forEach(c -> out.println("  " + c));
  }

  private void line(String name) {
    out.printf("%-26s %s%n", name, score(name));
  }
}
