package culturalintelligence.testkit.audio;

import culturalintelligence.testkit.audio.TagText.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** ID3v2.3 and v2.4 (id3.org's informal standards) and ID3v1.1. */
final class Id3 {
  private Id3() {}

  /**
   * A tag block with {@code padding} zero bytes at its end.
   *
   * @param version 3 or 4
   */
  static byte[] v2(TagText tags, int version, int padding) {
    Bytes frames = new Bytes();
    tags.fields.forEach(
        (field, values) ->
            frame(
                frames, version, version == 3 && field == Field.DATE ? "TYER" : field.id3, values));
    tags.named.forEach((name, values) -> frame(frames, version, name, values));
    byte[] jpeg = tags.jpeg;
    if (jpeg != null) {
      Bytes body = new Bytes().u8(0).text("image/jpeg").u8(0).u8(3).u8(0).raw(jpeg);
      put(frames, version, "APIC", body.done());
    }
    frames.zeros(padding);
    return new Bytes()
        .code("ID3")
        .u8(version)
        .u8(0)
        .u8(0)
        .big32(syncsafe(frames.size()))
        .raw(frames.done())
        .done();
  }

  /** The last 128 bytes of a file; what does not fit is cut, as ever. */
  static byte[] v1(TagText tags) {
    String track = tags.first(Field.TRACK).replaceAll("/.*|\\D", "");
    String date = tags.first(Field.DATE);
    return new Bytes()
        .code("TAG")
        .raw(fixed(tags.first(Field.TITLE), 30))
        .raw(fixed(tags.first(Field.ARTIST), 30))
        .raw(fixed(tags.first(Field.ALBUM), 30))
        .raw(fixed(date.length() > 4 ? date.substring(0, 4) : date, 4))
        .raw(fixed(tags.first(Field.COMMENT), 28))
        .u8(0)
        .u8(track.isEmpty() ? 0 : Integer.parseInt(track))
        .u8(255)
        .done();
  }

  private static void frame(Bytes out, int version, String name, List<String> values) {
    Bytes body = new Bytes();
    boolean latin = values.stream().allMatch(StandardCharsets.ISO_8859_1.newEncoder()::canEncode);
    int encoding = latin ? 0 : version == 3 ? 1 : 3;
    // v2.4 has several values in one frame, parted by NUL; v2.3 writers use a slash.
    String value = version == 4 ? String.join("\0", values) : String.join("/", values);
    String id = name.substring(0, Math.min(4, name.length()));
    if (name.startsWith("PRIV:")) {
      body.text(name.substring(5)).u8(0).text(value);
    } else if (name.startsWith("W") && !name.startsWith("WXXX")) {
      body.text(value);
    } else {
      body.u8(encoding);
      if (name.startsWith("TXXX:")) {
        put(body, encoding, name.substring(5));
        end(body, encoding);
      } else if (id.equals("COMM")) {
        body.text("eng");
        put(body, encoding, name.length() > 5 ? name.substring(5) : "");
        end(body, encoding);
      }
      put(body, encoding, value);
    }
    put(out, version, id, body.done());
  }

  private static void put(Bytes out, int version, String id, byte[] body) {
    out.code(id).big32(version == 4 ? syncsafe(body.length) : body.length).big16(0).raw(body);
  }

  private static void put(Bytes out, int encoding, String text) {
    switch (encoding) {
      case 0 -> out.raw(text.getBytes(StandardCharsets.ISO_8859_1));
      case 1 -> out.u8(0xFF).u8(0xFE).raw(text.getBytes(StandardCharsets.UTF_16LE));
      default -> out.text(text);
    }
  }

  private static void end(Bytes out, int encoding) {
    out.zeros(encoding == 1 ? 2 : 1);
  }

  private static byte[] fixed(String text, int length) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), length);
  }

  /** Seven bits a byte, so that no size looks like a frame's sync. */
  private static long syncsafe(int size) {
    return (size & 0x7FL)
        | (size & 0x3F80L) << 1
        | (size & 0x1FC000L) << 2
        | (size & 0xFE00000L) << 3;
  }
}
