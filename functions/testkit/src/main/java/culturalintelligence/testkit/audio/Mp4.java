package culturalintelligence.testkit.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * MP4 (ISO 14496-12 and -14) with silent AAC-LC or uncompressed-escape ALAC frames, and iTunes'
 * {@code ilst}.
 */
final class Mp4 {
  private static final int AAC_FRAME = 1024;
  private static final int ALAC_FRAME = 4096;
  private static final int LANGUAGE_UNDETERMINED = 0x55C4;

  private Mp4() {}

  static byte[] aac(Sound sound, TagText tags) {
    int count = Math.max(1, Math.ceilDiv(sound.frames(), AAC_FRAME));
    byte[] frame = silentAac(sound.channels());
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(frame);
    }
    return file(
        sound,
        tags,
        frames,
        AAC_FRAME,
        (long) count * AAC_FRAME,
        entry("mp4a", sound, 16, esds(sound, frame.length)));
  }

  static byte[] alac(Sound sound, TagText tags) {
    List<byte[]> frames = new ArrayList<>();
    for (int from = 0; from < sound.frames(); from += ALAC_FRAME) {
      frames.add(alacFrame(sound, from, Math.min(ALAC_FRAME, sound.frames() - from)));
    }
    Bytes cookie =
        new Bytes()
            .big32(0)
            .big32(ALAC_FRAME)
            .u8(0)
            .u8(sound.bitDepth())
            .u8(40)
            .u8(10)
            .u8(14)
            .u8(sound.channels());
    cookie
        .big16(255)
        .big32(0)
        .big32((long) sound.sampleRate() * sound.channels() * sound.bitDepth())
        .big32(sound.sampleRate());
    byte[] entry = entry("alac", sound, sound.bitDepth(), box("alac", cookie.done()));
    return file(sound, tags, frames, ALAC_FRAME, sound.frames(), entry);
  }

  /** A raw data block (ISO 14496-3, 4.4.2) whose channels have no scale factor band. */
  private static byte[] silentAac(int channels) {
    Bits bits = Bits.highestFirst();
    bits.put(3, channels == 1 ? 0 : 1).put(4, 0);
    if (channels == 2) {
      bits.put(1, 0); // each channel has its own window
    }
    for (int channel = 0; channel < channels; channel++) {
      bits.put(8, 100).put(11, 0).put(3, 0);
    }
    return bits.put(3, 7).done();
  }

  private static byte[] alacFrame(Sound sound, int from, int size) {
    Bits bits = Bits.highestFirst().put(3, sound.channels() == 1 ? 0 : 1).put(4, 0).put(12, 0);
    boolean partial = size < ALAC_FRAME;
    bits.put(1, partial ? 1 : 0).put(2, 0).put(1, 1);
    if (partial) {
      bits.put(32, size);
    }
    for (int i = 0; i < size; i++) {
      for (int channel = 0; channel < sound.channels(); channel++) {
        bits.put(sound.bitDepth(), sound.sample(from + i));
      }
    }
    return bits.put(3, 7).done();
  }

  private static byte[] file(
      Sound sound,
      TagText tags,
      List<byte[]> frames,
      int perFrame,
      long duration,
      byte[] sampleEntry) {
    byte[] type =
        box("ftyp", new Bytes().code("M4A ").big32(0x200).code("M4A mp42isom").big32(0).done());
    byte[] sized = movie(sound, tags, frames, perFrame, duration, sampleEntry, 0);
    byte[] movie =
        movie(sound, tags, frames, perFrame, duration, sampleEntry, type.length + sized.length + 8);
    Bytes data = new Bytes();
    frames.forEach(data::raw);
    return new Bytes().raw(type).raw(movie).raw(box("mdat", data.done())).done();
  }

  private static byte[] movie(
      Sound sound,
      TagText tags,
      List<byte[]> frames,
      int perFrame,
      long duration,
      byte[] sampleEntry,
      long offset) {
    Bytes sizes = new Bytes().big32(0).big32(0).big32(frames.size());
    frames.forEach(frame -> sizes.big32(frame.length));
    long lastFrame = duration - (frames.size() - 1L) * perFrame;
    Bytes times = new Bytes().big32(0);
    if (lastFrame == perFrame || frames.size() == 1) {
      times.big32(1).big32(frames.size()).big32(Math.min(perFrame, lastFrame));
    } else {
      times.big32(2).big32(frames.size() - 1L).big32(perFrame).big32(1).big32(lastFrame);
    }
    byte[] table =
        box(
            "stbl",
            box("stsd", new Bytes().big32(0).big32(1).raw(sampleEntry).done()),
            box("stts", times.done()),
            box(
                "stsc",
                new Bytes().big32(0).big32(1).big32(1).big32(frames.size()).big32(1).done()),
            box("stsz", sizes.done()),
            box("stco", new Bytes().big32(0).big32(1).big32(offset).done()));
    byte[] media =
        box(
            "mdia",
            box(
                "mdhd",
                new Bytes()
                    .big32(0)
                    .big32(0)
                    .big32(0)
                    .big32(sound.sampleRate())
                    .big32(duration)
                    .big16(LANGUAGE_UNDETERMINED)
                    .big16(0)
                    .done()),
            box("hdlr", new Bytes().big32(0).big32(0).code("soun").zeros(12).u8(0).done()),
            box(
                "minf",
                box("smhd", new byte[8]),
                box(
                    "dinf",
                    box(
                        "dref",
                        new Bytes()
                            .big32(0)
                            .big32(1)
                            .raw(box("url ", new Bytes().big32(1).done()))
                            .done())),
                table));
    Bytes track =
        new Bytes()
            .big32(7)
            .big32(0)
            .big32(0)
            .big32(1)
            .big32(0)
            .big32(duration)
            .zeros(8)
            .big16(0)
            .big16(0)
            .big16(0x100)
            .big16(0);
    byte[] header =
        new Bytes()
            .big32(0)
            .big32(0)
            .big32(0)
            .big32(sound.sampleRate())
            .big32(duration)
            .big32(0x10000)
            .big16(0x100)
            .zeros(10)
            .raw(matrix())
            .zeros(24)
            .big32(2)
            .done();
    byte[] user = tags.isEmpty() ? new byte[0] : box("udta", meta(tags));
    return box(
        "moov",
        box("mvhd", header),
        box("trak", box("tkhd", track.raw(matrix()).big32(0).big32(0).done()), media),
        user);
  }

  private static byte[] matrix() {
    return new Bytes().big32(0x10000).zeros(12).big32(0x10000).zeros(12).big32(0x40000000).done();
  }

  private static byte[] entry(String code, Sound sound, int depth, byte[] inner) {
    return box(
        code,
        new Bytes()
            .zeros(6)
            .big16(1)
            .zeros(8)
            .big16(sound.channels())
            .big16(depth)
            .big32(0)
            .big16(sound.sampleRate())
            .big16(0)
            .raw(inner)
            .done());
  }

  private static byte[] esds(Sound sound, int frameBytes) {
    long bitrate = 8L * frameBytes * sound.sampleRate() / AAC_FRAME;
    int rateCode =
        switch (sound.sampleRate()) {
          case 48_000 -> 3;
          case 44_100 -> 4;
          case 32_000 -> 5;
          case 22_050 -> 7;
          default ->
              throw new IllegalArgumentException("no AAC rate code here for " + sound.sampleRate());
        };
    byte[] config =
        Bits.highestFirst().put(5, 2).put(4, rateCode).put(4, sound.channels()).put(3, 0).done();
    Bytes decoder =
        new Bytes()
            .u8(0x40)
            .u8(0x15)
            .big24(0)
            .big32(bitrate)
            .big32(bitrate)
            .raw(descriptor(5, config));
    Bytes stream =
        new Bytes()
            .big16(1)
            .u8(0)
            .raw(descriptor(4, decoder.done()))
            .raw(descriptor(6, new byte[] {2}));
    return box("esds", new Bytes().big32(0).raw(descriptor(3, stream.done())).done());
  }

  private static byte[] descriptor(int tag, byte[] body) {
    return new Bytes().u8(tag).u8(body.length).raw(body).done();
  }

  private static byte[] meta(TagText tags) {
    Bytes list = new Bytes();
    tags.fields.forEach((field, values) -> item(list, field.mp4, values));
    tags.named.forEach((name, values) -> item(list, name, values));
    byte[] jpeg = tags.jpeg;
    if (jpeg != null) {
      list.raw(box("covr", data(13, jpeg)));
    }
    return box(
        "meta",
        new Bytes().big32(0).done(),
        box("hdlr", new Bytes().big32(0).big32(0).code("mdirappl").zeros(9).done()),
        box("ilst", list.done()));
  }

  private static void item(Bytes list, String name, List<String> values) {
    String first = values.getFirst();
    switch (name) {
      case "tmpo" -> // whole numbers only, which is where decimals get lost in real files
          list.raw(
              box(
                  "tmpo",
                  data(21, new Bytes().big16((int) Math.round(Double.parseDouble(first))).done())));
      case "trkn" -> {
        String[] parts = first.split("/", 2);
        Bytes pair = new Bytes().big16(0).big16(Integer.parseInt(parts[0]));
        list.raw(
            box(
                "trkn",
                data(
                    0,
                    pair.big16(parts.length > 1 ? Integer.parseInt(parts[1]) : 0)
                        .big16(0)
                        .done())));
      }
      default -> {
        Bytes body = new Bytes();
        String code = name;
        if (name.startsWith("----:")) {
          String[] parts = name.split(":", 3);
          body.raw(box("mean", new Bytes().big32(0).text(parts[1]).done()));
          body.raw(box("name", new Bytes().big32(0).text(parts[2]).done()));
          code = "----";
        }
        values.forEach(value -> body.raw(data(1, new Bytes().text(value).done())));
        list.raw(box(code, body.done()));
      }
    }
  }

  private static byte[] data(int type, byte[] value) {
    return box("data", new Bytes().big32(type).big32(0).raw(value).done());
  }

  private static byte[] box(String code, byte[]... parts) {
    Bytes body = new Bytes();
    for (byte[] part : parts) {
      body.raw(part);
    }
    return new Bytes().big32(body.size() + 8L).code(code).raw(body.done()).done();
  }
}
