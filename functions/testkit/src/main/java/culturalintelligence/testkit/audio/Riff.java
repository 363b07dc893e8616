package culturalintelligence.testkit.audio;

/**
 * WAV (RIFF, little-endian chunks) and AIFF (IFF, big-endian chunks), each with the format's own
 * texts and an ID3 chunk.
 */
final class Riff {
  private Riff() {}

  static byte[] wav(Sound sound, TagText tags, int id3Version) {
    int block = sound.channels() * sound.bitDepth() / 8;
    Bytes body = new Bytes().code("WAVE");
    chunk(
        body,
        false,
        "fmt ",
        new Bytes()
            .little16(1)
            .little16(sound.channels())
            .little32(sound.sampleRate())
            .little32((long) sound.sampleRate() * block)
            .little16(block)
            .little16(sound.bitDepth())
            .done());
    Bytes info = new Bytes().code("INFO");
    tags.fields.forEach(
        (field, values) -> {
          if (!field.info.isEmpty()) {
            chunk(info, false, field.info, new Bytes().text(values.getFirst()).u8(0).done());
          }
        });
    if (info.size() > 4) {
      chunk(body, false, "LIST", info.done());
    }
    chunk(body, false, "data", sound.pcm(false));
    if (!tags.isEmpty()) {
      chunk(body, false, "id3 ", Id3.v2(tags, id3Version, 0));
    }
    return new Bytes().code("RIFF").little32(body.size()).raw(body.done()).done();
  }

  static byte[] aiff(Sound sound, TagText tags, int id3Version) {
    Bytes body = new Bytes().code("AIFF");
    chunk(
        body,
        true,
        "COMM",
        new Bytes()
            .big16(sound.channels())
            .big32(sound.frames())
            .big16(sound.bitDepth())
            .raw(extended(sound.sampleRate()))
            .done());
    String title = tags.first(TagText.Field.TITLE);
    if (!title.isEmpty()) {
      chunk(body, true, "NAME", new Bytes().text(title).done());
    }
    String artist = tags.first(TagText.Field.ARTIST);
    if (!artist.isEmpty()) {
      chunk(body, true, "AUTH", new Bytes().text(artist).done());
    }
    chunk(body, true, "SSND", new Bytes().big32(0).big32(0).raw(sound.pcm(true)).done());
    if (!tags.isEmpty()) {
      chunk(body, true, "ID3 ", Id3.v2(tags, id3Version, 0));
    }
    return new Bytes().code("FORM").big32(body.size()).raw(body.done()).done();
  }

  private static void chunk(Bytes out, boolean big, String id, byte[] body) {
    out.code(id);
    if (big) {
      out.big32(body.length);
    } else {
      out.little32(body.length);
    }
    out.raw(body).zeros(body.length % 2);
  }

  /** An IEEE 754 80-bit extended number, which AIFF uses for its sample rate. */
  private static byte[] extended(int value) {
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    return new Bytes().big16(16_383 + exponent).big64((long) value << (63 - exponent)).done();
  }
}
