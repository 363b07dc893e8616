package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Mix;
import culturalintelligence.domain.music.Text;
import culturalintelligence.domain.names.NameReading.Found;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures the name reader against names whose tags are known.
 *
 * <p>The input is a table with tabs and a header that has {@code file_path}, {@code artist} and
 * {@code title}. Two texts agree when they are equal in NFC, in any case, with runs of spaces as
 * one and none at the ends; accents and punctuation count. A row's mix is the version its true
 * title names; it agrees when the reading has the same text. Calibration error is the expected one
 * over ten bins: the mean over all rows of |how sure the bin was − how often it was right|.
 */
public final class NamesConformance {
  private static final int BINS = 10;

  private NamesConformance() {}

  /** One row: what was read, and whether it was right. */
  record Row(String path, String artist, String title, NameReading reading) {
    boolean isRight() {
      return agree(reading.artist(), artist) && agree(reading.title(), title);
    }

    Optional<Mix> mix() {
      return Mix.inTitle(title);
    }

    boolean hasRightMix() {
      Found<Mix> found = reading.mix();
      Optional<Mix> truth = mix();
      return found != null
          && truth.isPresent()
          && fold(found.value().text()).equals(fold(truth.get().text()));
    }

    private static boolean agree(@Nullable Found<String> found, String truth) {
      return fold(found == null ? "" : found.value()).equals(fold(truth));
    }
  }

  /** What was measured. Rates are 0..1; a rate of nothing is 1. */
  record Measure(int rows, int right, int withMix, int mixRight, double calibrationError) {
    double exactRate() {
      return rows == 0 ? 1 : (double) right / rows;
    }

    double mixRate() {
      return withMix == 0 ? 1 : (double) mixRight / withMix;
    }
  }

  /** Prints the measure of a table, and with {@code --misses} the rows that were read wrongly. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      System.err.println("usage: NamesConformance TABLE.tsv [--misses]");
      System.exit(2);
    }
    List<Row> rows = read(Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Measure measure = measure(rows);
    out.printf(
        Locale.ROOT,
        "rows                    %d%n"
            + "artist and title exact  %d  %.1f %%%n"
            + "mix of those with one   %d of %d  %.1f %%%n"
            + "calibration error       %.3f%n",
        measure.rows(),
        measure.right(),
        100 * measure.exactRate(),
        measure.mixRight(),
        measure.withMix(),
        100 * measure.mixRate(),
        measure.calibrationError());
    if (args.length > 1 && args[1].equals("--misses")) {
      rows.stream().filter(row -> !row.isRight()).forEach(row -> printMiss(out, row));
    }
  }

  private static void printMiss(PrintStream out, Row row) {
    NameReading reading = row.reading();
    out.printf(
        Locale.ROOT,
        "%s%n    tags  %s | %s%n    name  %s | %s  (%.2f)%n",
        row.path(),
        row.artist(),
        row.title(),
        reading.artist() == null ? "-" : reading.artist().value(),
        reading.title() == null ? "-" : reading.title().value(),
        reading.confidence());
  }

  static List<Row> read(List<String> lines) {
    List<String> header = List.of(lines.getFirst().split("\t", -1));
    int path = header.indexOf("file_path");
    int artist = header.indexOf("artist");
    int title = header.indexOf("title");
    if (path < 0 || artist < 0 || title < 0) {
      throw new IllegalArgumentException("no columns file_path, artist and title in the header");
    }
    List<Row> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      if (cells.length > Math.max(path, Math.max(artist, title))) {
        rows.add(new Row(cells[path], cells[artist], cells[title], NameReader.read(cells[path])));
      }
    }
    return rows;
  }

  static Measure measure(List<Row> rows) {
    int[] count = new int[BINS];
    int[] rightIn = new int[BINS];
    double[] sure = new double[BINS];
    int right = 0;
    int withMix = 0;
    int mixRight = 0;
    for (Row row : rows) {
      double confidence = row.reading().confidence();
      int bin = Math.min(BINS - 1, (int) (confidence * BINS));
      count[bin]++;
      sure[bin] += confidence;
      if (row.isRight()) {
        right++;
        rightIn[bin]++;
      }
      if (row.mix().isPresent()) {
        withMix++;
        mixRight += row.hasRightMix() ? 1 : 0;
      }
    }
    double error = 0;
    for (int i = 0; i < BINS; i++) {
      error += Math.abs(sure[i] - rightIn[i]) / Math.max(1, rows.size());
    }
    return new Measure(rows.size(), right, withMix, mixRight, error);
  }

  private static String fold(String text) {
    return Text.clean(text).toLowerCase(Locale.ROOT);
  }
}
