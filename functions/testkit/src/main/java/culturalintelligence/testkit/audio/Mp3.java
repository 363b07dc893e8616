package culturalintelligence.testkit.audio;

import java.util.Arrays;

/**
 * MPEG-1 layer III (ISO 11172-3) at a constant bit rate: frames whose side information says that no
 * granule has any bits, which decodes to silence. The room behind it is ancillary data, filled from
 * the pitch, so that two fixtures differ.
 */
final class Mp3 {
  private static final int SAMPLES = 1152;
  private static final int SIDE_INFO_MONO = 17;
  private static final int SIDE_INFO_STEREO = 32;

  private Mp3() {}

  /**
   * The frames, after a first one that says how many there are ({@code Info}, as LAME writes it).
   *
   * @param kbps 32 to 320, one of the steps of the standard
   */
  static byte[] frames(Sound sound, int kbps, boolean info) {
    int rateCode =
        switch (sound.sampleRate()) {
          case 44_100 -> 0;
          case 48_000 -> 1;
          case 32_000 -> 2;
          default ->
              throw new IllegalArgumentException(
                  "MPEG-1 has 32, 44.1 and 48 kHz, not " + sound.sampleRate());
        };
    int[] steps = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    int bitrateCode = Arrays.binarySearch(steps, kbps);
    if (bitrateCode < 1) {
      throw new IllegalArgumentException("MPEG-1 layer III has no " + kbps + " kbit/s");
    }
    int count = Math.max(1, Math.ceilDiv(sound.frames(), SAMPLES));
    Bytes out = new Bytes();
    long total = 0;
    byte[][] frames = new byte[count][];
    for (int i = 0; i < count; i++) {
      // Padding keeps the mean exact: frame i ends at the whole bytes of (i + 1) frames.
      long end = (i + 1L) * 144_000L * kbps / sound.sampleRate();
      long start = (long) i * 144_000L * kbps / sound.sampleRate();
      int size = (int) (end - start);
      boolean padded = size > 144_000L * kbps / sound.sampleRate();
      frames[i] = frame(sound, bitrateCode, rateCode, size, padded, i);
      total += size;
    }
    if (info) {
      int size = (int) (144_000L * kbps / sound.sampleRate());
      byte[] first = frame(sound, bitrateCode, rateCode, size, false, -1);
      byte[] tag = infoTag(count, total + size);
      int at = 4 + (sound.channels() == 1 ? SIDE_INFO_MONO : SIDE_INFO_STEREO);
      System.arraycopy(tag, 0, first, at, Math.min(tag.length, first.length - at));
      out.raw(first);
    }
    for (byte[] frame : frames) {
      out.raw(frame);
    }
    return out.done();
  }

  private static byte[] frame(
      Sound sound, int bitrateCode, int rateCode, int size, boolean padded, int number) {
    byte[] frame = new byte[size];
    frame[0] = (byte) 0xFF;
    frame[1] = (byte) 0xFB; // MPEG-1, layer III, no CRC
    frame[2] = (byte) (bitrateCode << 4 | rateCode << 2 | (padded ? 2 : 0));
    frame[3] = (byte) (sound.channels() == 1 ? 0xC4 : 0x04); // "original" bit
    int side = sound.channels() == 1 ? SIDE_INFO_MONO : SIDE_INFO_STEREO;
    if (number >= 0) {
      long state = Double.doubleToLongBits(sound.pitch()) + number;
      for (int i = 4 + side; i < size; i++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        frame[i] = (byte) (state >>> 57); // below 128: never looks like a sync
      }
    }
    return frame;
  }

  private static byte[] infoTag(int frames, long bytes) {
    Bytes tag = new Bytes().code("Info").big32(7).big32(frames).big32(bytes);
    for (int i = 0; i < 100; i++) {
      tag.u8(i * 256 / 100);
    }
    return tag.done();
  }
}
