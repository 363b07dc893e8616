package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.DjData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what DJ programs keep beside the tags. */
final class DjCollector {
  private static final int MAX_MARKERS = 10_000;
  private @Nullable Double bpm;
  private @Nullable Double autoGain;
  private final List<DjData.Cue> cues = new ArrayList<>();
  private final List<DjData.BeatMarker> beatGrid = new ArrayList<>();
  private final List<String> sources = new ArrayList<>();

  void bpm(double value) {
    if (value > 0 && value < 1000) {
      bpm = value;
    }
  }

  void autoGain(double db) {
    if (Math.abs(db) < 100) {
      autoGain = db;
    }
  }

  void cue(DjData.Cue cue) {
    if (cues.size() < MAX_MARKERS && cue.seconds() >= 0 && cue.seconds() < 1e6) {
      cues.add(cue);
    }
  }

  void beat(DjData.BeatMarker marker) {
    if (beatGrid.size() < MAX_MARKERS && Math.abs(marker.seconds()) < 1e6) {
      beatGrid.add(marker);
    }
  }

  void source(String name) {
    if (sources.size() < 20 && !sources.contains(name)) {
      sources.add(name);
    }
  }

  boolean hasCues() {
    return !cues.isEmpty();
  }

  DjData result() {
    return sources.isEmpty() ? DjData.NONE : new DjData(bpm, autoGain, cues, beatGrid, sources);
  }
}
