package culturalintelligence.analysis.audio;

import java.util.function.Supplier;

/** The file formats that are read, and by whom. */
enum Container {
  MPEG("MP3", MpegReader::new),
  ADTS("AAC", AdtsReader::new),
  FLAC("FLAC", FlacReader::new),
  OGG("Ogg", OggReader::new),
  MONKEYS("Monkey's Audio", MonkeysReader::new),
  WAVPACK("WavPack", WavPackReader::new),
  MUSEPACK("Musepack", MusepackReader::new),
  TTA("TTA", TtaReader::new),
  TAK("TAK", TakReader::new),
  OPTIMFROG("OptimFROG", OptimFrogReader::new),
  AC3("AC-3", Ac3Reader::new),
  SHORTEN("Shorten", ShortenReader::new),
  MP4("MP4", Mp4Reader::new),
  ASF("ASF", AsfReader::new),
  MATROSKA("Matroska", MatroskaReader::new),
  WAVE("WAV", WaveReader::new),
  WAVE64("Wave64", WaveReader::new),
  AIFF("AIFF", AiffReader::new),
  DSF("DSF", DsfReader::new),
  DFF("DSDIFF", DffReader::new),
  CAF("CAF", CafReader::new),
  REAL("RealAudio", RealReader::new),
  AU("AU", AuReader::new);

  /** As in {@link culturalintelligence.domain.music.StreamFacts#container()}. */
  final String title;

  private final Supplier<FormatReader> reader;

  Container(String title, Supplier<FormatReader> reader) {
    this.title = title;
    this.reader = reader;
  }

  FormatReader reader() {
    return reader.get();
  }

  /** What an ID3v2 tag in front ranks among the tags of this format. */
  int id3Rank() {
    return switch (this) {
      case MPEG, ADTS, TTA, AC3 -> 40;
      // Nobody puts an ID3v2 tag before these but a tagger that has its last word there.
      case MONKEYS, WAVPACK, MUSEPACK, TAK, OPTIMFROG -> 45;
      default -> 20;
    };
  }
}
