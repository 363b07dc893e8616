package culturalintelligence.analysis.audio;

/** The file formats that are read, and by whom. */
enum Container {
  MPEG("MP3"),
  ADTS("AAC"),
  FLAC("FLAC"),
  OGG("Ogg"),
  MONKEYS("Monkey's Audio"),
  WAVPACK("WavPack"),
  MUSEPACK("Musepack"),
  TTA("TTA"),
  TAK("TAK"),
  OPTIMFROG("OptimFROG"),
  AC3("AC-3"),
  SHORTEN("Shorten"),
  MP4("MP4"),
  ASF("ASF"),
  MATROSKA("Matroska"),
  WAVE("WAV"),
  WAVE64("Wave64"),
  AIFF("AIFF"),
  DSF("DSF"),
  DFF("DSDIFF"),
  CAF("CAF"),
  REAL("RealAudio"),
  AU("AU"),
  AMR("AMR"),
  VOC("VOC"),
  DTS("DTS"),
  LOAS("AAC"),
  SVX("8SVX");

  /** As in {@link culturalintelligence.domain.music.StreamFacts#container()}. */
  final String title;

  Container(String title) {
    this.title = title;
  }

  FormatReader reader() {
    return switch (this) {
      case MPEG -> new MpegReader();
      case ADTS -> new AdtsReader();
      case FLAC -> new FlacReader();
      case OGG -> new OggReader();
      case MONKEYS -> new MonkeysReader();
      case WAVPACK -> new WavPackReader();
      case MUSEPACK -> new MusepackReader();
      case TTA -> new TtaReader();
      case TAK -> new TakReader();
      case OPTIMFROG -> new OptimFrogReader();
      case AC3 -> new Ac3Reader();
      case SHORTEN -> new ShortenReader();
      case MP4 -> new Mp4Reader();
      case ASF -> new AsfReader();
      case MATROSKA -> new MatroskaReader();
      case WAVE, WAVE64 -> new WaveReader();
      case AIFF -> new AiffReader();
      case DSF -> new DsfReader();
      case DFF -> new DffReader();
      case CAF -> new CafReader();
      case REAL -> new RealReader();
      case AU -> new AuReader();
      case AMR -> new AmrReader();
      case VOC -> new VocReader();
      case DTS -> new DtsReader();
      case LOAS -> new LoasReader();
      case SVX -> new SvxReader();
    };
  }

  /** What an ID3v2 tag in front ranks among the tags of this format. */
  int id3Rank() {
    return switch (this) {
      case MPEG, ADTS, LOAS, TTA, AC3, DTS -> 40;
      // Nobody puts an ID3v2 tag before these but a tagger that has its last word there.
      case MONKEYS, WAVPACK, MUSEPACK, TAK, OPTIMFROG -> 45;
      default -> 20;
    };
  }
}
