package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.TagField;

/**
 * RealMedia ({@code .RMF}) and RealAudio ({@code .ra}, versions 3, 4 and 5). Lengths are big
 * endian, texts Latin-1 or whatever the writer's machine used.
 */
final class RealReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    if (in.at(start, ".RMF")) {
      realMedia(in, start, scan);
    } else {
      TagCollector.Block tags = scan.tags.block(40);
      long headerEnd = realAudio(in, start, in.size(), scan, tags);
      scan.payload(headerEnd, in.size());
    }
  }

  private static void realMedia(Bytes in, long start, Scan scan) {
    scan.container("RealMedia");
    long size = in.size();
    long p = start;
    while (in.has(p, 10)) {
      in.limits().step();
      String id = in.fourcc(p);
      long length = in.u32be(p + 4);
      boolean data = id.equals("DATA");
      if (length < 10 && !data) {
        scan.damage(Damage.CORRUPT, "a chunk has an impossible length");
        return;
      }
      long end = Math.min(size, p + length);
      if (data && length < 18) {
        end = size;
      }
      if (p + length > size) {
        scan.damage(Damage.TRUNCATED, "the file ends inside its " + id.strip() + " chunk");
      }
      try {
        switch (id) {
          case "PROP" -> {
            if (length >= 30) {
              scan.duration(in.u32be(p + 30) / 1000.0);
            }
          }
          case "CONT" -> content(in, p + 10, end, scan);
          case "MDPR" -> mediaProperties(in, p, end, scan);
          case "DATA" -> scan.payload(p + 18, end);
          default -> {}
        }
      } catch (OutOfBytes e) {
        scan.damage(Damage.TRUNCATED, "a chunk is cut short");
      }
      p = end;
    }
    scan.unreadable("no stream of sound is described");
  }

  private static void content(Bytes in, long from, long end, Scan scan) {
    TagCollector.Block tags = scan.tags.block(40);
    long p = from;
    for (int i = 0; i < 4 && p + 2 <= end; i++) {
      long to = Math.min(end, p + 2 + in.u16be(p));
      text(tags, i, Chunks.text(in, p + 2, to));
      p = to;
    }
  }

  private static void text(TagCollector.Block tags, int which, String text) {
    switch (which) {
      case 0 -> tags.field(TagField.TITLE, text);
      case 1 -> tags.field(TagField.ARTIST, text);
      case 2 -> tags.raw("Copyright", text);
      default -> tags.field(TagField.COMMENT, text);
    }
  }

  private static void mediaProperties(Bytes in, long p, long end, Scan scan) {
    long bitrate = in.u32be(p + 16);
    long q = p + 40;
    q += 1 + in.u8(q);
    int mimeLength = in.u8(q);
    String mime = in.latin1(q + 1, mimeLength);
    q += 1 + mimeLength;
    if (!mime.startsWith("audio/") || scan.codec() != null) {
      return;
    }
    if (in.at(q + 4, ".ra\u00fd")) {
      realAudio(in, q + 4, end, scan, null);
    } else {
      scan.codec("RealAudio", mime.contains("lossless"));
    }
    if (bitrate > 0) {
      scan.bitrate((double) bitrate);
    }
  }

  /** A RealAudio header; returns where it ends. */
  private static long realAudio(
      Bytes in,
      long p,
      long end,
      Scan scan,
      TagCollector.@org.jspecify.annotations.Nullable Block tags) {
    int version = in.u16be(p + 4);
    if (version == 3) {
      scan.codec("RealAudio 1.0", false);
      scan.sampleRate(8000);
      scan.channels(1);
      long headerEnd = Math.min(end, p + 8 + in.u16be(p + 6));
      long q = p + 24;
      for (int i = 0; i < 4 && q < headerEnd; i++) {
        long to = Math.min(headerEnd, q + 1 + in.u8(q));
        if (tags != null) {
          text(tags, i, Chunks.text(in, q + 1, to));
        }
        q = to;
      }
      return headerEnd;
    }
    boolean five = version == 5;
    scan.sampleRate(in.u16be(p + (five ? 54 : 48)));
    scan.channels(in.u16be(p + (five ? 60 : 54)));
    String codec;
    if (five) {
      codec = in.fourcc(p + 66);
    } else {
      long q = p + 56;
      q += 1 + in.u8(q);
      codec = in.latin1(q + 1, Math.min(4, in.u8(q)));
    }
    scan.codec(
        switch (codec) {
          case "14_4" -> "RealAudio 1.0";
          case "28_8" -> "RealAudio 2.0";
          case "dnet" -> "AC-3";
          case "cook" -> "RealAudio Cook";
          case "atrc" -> "ATRAC3";
          case "sipr" -> "RealAudio Voice";
          case "raac", "racp" -> "AAC";
          case "ralf", "LSD:" -> "RealAudio Lossless";
          default -> "RealAudio";
        },
        codec.equals("ralf") || codec.equals("LSD:"));
    return Math.min(end, p + 16 + in.u32be(p + 18));
  }
}
