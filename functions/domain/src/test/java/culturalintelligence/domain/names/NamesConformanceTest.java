package culturalintelligence.domain.names;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.names.NamesConformance.Measure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesConformanceTest {
  @Test
  void aMadeUpLibraryIsReadAsItsTagsSay() {
    Measure measure = NamesConformance.measure(NamesConformance.read(library()));
    assertThat(measure.exactRate()).isGreaterThanOrEqualTo(0.88);
    assertThat(measure.mixRate()).isGreaterThanOrEqualTo(0.98);
    assertThat(measure.calibrationError()).isLessThanOrEqualTo(0.05);
  }

  @Test
  void agreementForgivesCaseSpacesAndCompositionButNotAccents() {
    Measure measure =
        NamesConformance.measure(
            NamesConformance.read(
                List.of(
                    "file_path\tartist\ttitle",
                    "/m/LENA - Tide.mp3\tLena \ttide",
                    "/m/Mu\u0308ller - Tide.mp3\tM\u00fcller\tTide",
                    "/m/Rene - Tide.mp3\tRené\tTide")));
    assertThat(measure.rows()).isEqualTo(3);
    assertThat(measure.right()).isEqualTo(2);
  }

  /**
   * 100 rows in the proportions of DJs' libraries. The misses are those that libraries have: a
   * downloader that kept the first artist only, tags without accents, files that had no tags.
   */
  private static List<String> library() {
    List<String> rows = new ArrayList<>(List.of("file_path\tartist\ttitle"));
    String[] acts = {"Lena Ortiz", "Kavo, Moro", "DJ Pellum", "Zoë Brandt", "The Tall Ships"};
    String[] works = {
      "Night Ferry", "Tide (Original Mix)", "Ebb (Kavo Remix)", "Low Water", "Harbour (Dub Mix)"
    };
    for (int i = 0; i < 55; i++) {
      String act = acts[i % 5];
      String work = works[(i / 5) % 5] + (i % 2 == 0 ? "" : " " + i);
      String truth = i % 27 == 9 ? act.replace("ë", "e") + "." : act;
      rows.add(
          "/m/Crate %d/%02d. %s - %s.aiff\t%s\t%s".formatted(i, i + 1, act, work, truth, work));
    }
    for (int i = 0; i < 20; i++) {
      String act = acts[i % 5];
      String work = works[(i * 2) % 5];
      boolean dropped = i % 5 == 0 || i == 11;
      String truth = dropped ? act + ", Somebody Else" : act;
      rows.add("/m/List %d/%02d - %s - %s.mp3\t%s\t%s".formatted(i, i + 1, act, work, truth, work));
    }
    for (int i = 0; i < 25; i++) {
      String act = acts[i % 5];
      String work = works[(i * 3) % 5];
      boolean untagged = i % 10 == 4;
      rows.add(
          untagged
              ? "/m/%s - Loop %d.wav\tUnknown Artist\t%s - Loop %d".formatted(act, i, act, i)
              : "/m/%s - %s.mp3\t%s\t%s".formatted(act, work, act, work));
    }
    return rows;
  }
}
