package culturalintelligence.domain.music;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of reading one file. */
public sealed interface AudioReading {

  /**
   * The file is audio and was read.
   *
   * @param notes what was left out and why, one sentence each: an impossible duration, a tag block
   *     cut short
   * @param payload the audio bytes without tags, in the order of the file
   * @param dj what DJ programs keep beside the tags
   * @param audioMd5 the MD5 of the decoded samples, where the stream itself carries it (FLAC), in
   *     lower-case hex
   */
  record Read(
      StreamFacts stream,
      Tags tags,
      List<String> notes,
      @Nullable Damage damage,
      List<ByteRange> payload,
      DjData dj,
      @Nullable String audioMd5)
      implements AudioReading {
    public Read {
      notes = List.copyOf(notes);
      payload = List.copyOf(payload);
    }

    public Read(StreamFacts stream, Tags tags, List<String> notes, @Nullable Damage damage) {
      this(stream, tags, notes, damage, List.of(), DjData.NONE, null);
    }
  }

  /** The bytes begin like audio, but nothing could be read from them. */
  record Unreadable(String container, String reason) implements AudioReading {}

  /** The bytes are no audio: text, a picture, a MIDI score, a tracker module. */
  record NotAudio(String reason) implements AudioReading {}

  /** What is wrong with a file of which the rest could be read. */
  enum Damage {
    /** The file ends before its own headers say. */
    TRUNCATED,
    /** Bytes that should be a frame, an atom or a chunk are not. */
    CORRUPT
  }
}
