package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** DSF (Sony, version 1.01): three chunks, and an ID3v2 tag where the first one points. */
final class DsfReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long tag = in.i64le(start + 20);
    long format = start + 28;
    if (in.i64le(start + 4) != 28 && !in.at(format, "fmt ")) {
      format = start + Math.clamp(in.i64le(start + 4), 28, 4096);
    }
    if (!in.at(format, "fmt ")) {
      scan.unreadable("the file has no fmt chunk");
      return;
    }
    long channels = in.u32le(format + 24);
    long rate = in.u32le(format + 28);
    long samples = in.i64le(format + 36);
    scan.codec("DSD", true);
    scan.channels(channels);
    scan.sampleRate(rate);
    scan.bitDepth(1);
    scan.bitrate((double) rate * channels);
    scan.bitrateMode(BitrateMode.CONSTANT);
    long data = format + Math.clamp(in.i64le(format + 4), 12, 4096);
    double counted = samples;
    if (in.at(data, "data")) {
      long length = in.i64le(data + 4);
      boolean cut = length < 12 || length > in.size() - data;
      long end = cut ? in.size() : data + length;
      if (cut) {
        scan.damage(Damage.TRUNCATED, "the file ends inside its data chunk");
      }
      scan.payload(data + 12, end);
      // The blocks are filled up, so the data may hold a little more than the samples counted.
      double held = channels > 0 ? (double) (end - data - 12) * 8 / channels : 0;
      if (samples <= 0 || (!cut && samples > held)) {
        counted = held;
      }
    }
    scan.duration(Math.max(0, counted), (double) rate);
    if (tag > 0 && tag < in.size()) {
      Id3v2Tag.read(in, tag, in.size(), scan, scan.tags.block(40));
    }
  }
}
