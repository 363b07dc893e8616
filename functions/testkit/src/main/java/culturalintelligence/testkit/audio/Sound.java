package culturalintelligence.testkit.audio;

/**
 * The samples of a fixture: a quiet tone of a pitch of its own, so that two fixtures differ in
 * their audio and not in their tags only, then silence.
 *
 * @param frames samples of each channel
 * @param toneFrames how many of them sound
 * @param pitch in Hz
 */
record Sound(int sampleRate, int channels, int bitDepth, int frames, int toneFrames, double pitch) {
  /** The same in every channel; a square wave, which every machine computes alike. */
  int sample(int frame) {
    if (frame >= toneFrames) {
      return 0;
    }
    long half = Math.max(1, Math.round(sampleRate / pitch / 2));
    int loud = 1 << (bitDepth - 5);
    return frame / half % 2 == 0 ? loud : -loud;
  }

  boolean silent(int from) {
    return from >= toneFrames;
  }

  byte[] pcm(boolean bigEndian) {
    Bytes out = new Bytes();
    for (int frame = 0; frame < frames; frame++) {
      int sample = sample(frame);
      for (int channel = 0; channel < channels; channel++) {
        for (int at = 0; at < bitDepth; at += 8) {
          out.u8(sample >> (bigEndian ? bitDepth - 8 - at : at));
        }
      }
    }
    return out.done();
  }
}
