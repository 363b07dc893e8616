package culturalintelligence.domain.music;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What DJ programs keep in a file beside the tags (Serato's GEOB frames and their like).
 *
 * @param analysedBpm the program's own measurement, apart from the BPM tag
 * @param autoGain in dB
 * @param cues hot cues and loops, in the order of the file
 * @param beatGrid markers by time
 * @param sources the names of the blocks read, such as {@code Serato Markers2}
 */
public record DjData(
    @Nullable Double analysedBpm,
    @Nullable Double autoGain,
    List<Cue> cues,
    List<BeatMarker> beatGrid,
    List<String> sources) {
  public static final DjData NONE = new DjData(null, null, List.of(), List.of(), List.of());

  public DjData {
    cues = List.copyOf(cues);
    beatGrid = List.copyOf(beatGrid);
    sources = List.copyOf(sources);
  }

  /**
   * A place to jump to.
   *
   * @param index from 0, the pad it lies on
   * @param seconds from the start
   * @param endSeconds where a loop ends; null for a cue
   * @param name as typed, may be empty
   * @param rgb {@code 0xRRGGBB}, where a colour is kept
   */
  public record Cue(
      int index, double seconds, @Nullable Double endSeconds, String name, @Nullable Integer rgb) {}

  /**
   * A beat that is known to be one.
   *
   * @param seconds from the start
   * @param beatsToNext beats until the next marker; null for the last, which has a tempo instead
   * @param bpm from here to the end; only on the last
   */
  public record BeatMarker(double seconds, @Nullable Integer beatsToNext, @Nullable Double bpm) {}
}
