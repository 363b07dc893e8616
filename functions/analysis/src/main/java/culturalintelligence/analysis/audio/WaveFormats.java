package culturalintelligence.analysis.audio;

/** Names for the format numbers of WAVEFORMATEX (Microsoft's mmreg.h), as in WAV, W64, ASF. */
final class WaveFormats {
  static final int PCM = 1;
  static final int MS_ADPCM = 2;
  static final int FLOAT = 3;
  static final int IMA_ADPCM = 0x11;
  static final int EXTENSIBLE = 0xfffe;

  private WaveFormats() {}

  static String name(int format) {
    return switch (format) {
      case PCM, FLOAT -> "PCM";
      case MS_ADPCM -> "MS ADPCM";
      case 0x0006 -> "A-law";
      case 0x0007 -> "µ-law";
      case 0x0008, 0x2001 -> "DTS";
      case 0x000a -> "WMA Voice";
      case IMA_ADPCM -> "IMA ADPCM";
      case 0x0031 -> "GSM 6.10";
      case 0x0042 -> "G.723.1";
      case 0x0050 -> "MP2";
      case 0x0055 -> "MP3";
      case 0x0075 -> "VoxWare";
      case 0x0092, 0x2000 -> "AC-3";
      case 0x00ff, 0x1600, 0x1601, 0x1602, 0x1610, 0xa106 -> "AAC";
      case 0x0160, 0x0161 -> "WMA";
      case 0x0162 -> "WMA Pro";
      case 0x0163 -> "WMA Lossless";
      case 0x0164 -> "WMA Pro over S/PDIF";
      case 0x0270 -> "ATRAC3";
      case 0x674f, 0x6750, 0x6751, 0x676f, 0x6770, 0x6771, 0x566f -> "Vorbis";
      case 0x704f -> "Opus";
      case 0x6c61 -> "ALAC";
      case 0xf1ac -> "FLAC";
      default -> String.format("format 0x%04x", format);
    };
  }

  static boolean isPcm(int format) {
    return format == PCM || format == FLOAT;
  }

  static boolean isLossless(int format) {
    return isPcm(format) || format == 0x163 || format == 0xf1ac || format == 0x6c61;
  }
}
