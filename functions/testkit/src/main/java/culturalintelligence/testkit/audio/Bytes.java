package culturalintelligence.testkit.audio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes in the making, in either order. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Bytes u8(int value) {
    out.write(value);
    return this;
  }

  Bytes big16(int value) {
    return u8(value >> 8).u8(value);
  }

  Bytes big24(int value) {
    return u8(value >> 16).big16(value);
  }

  Bytes big32(long value) {
    return big16((int) (value >> 16)).big16((int) value);
  }

  Bytes big64(long value) {
    return big32(value >> 32).big32(value);
  }

  Bytes little16(int value) {
    return u8(value).u8(value >> 8);
  }

  Bytes little32(long value) {
    return little16((int) value).little16((int) (value >> 16));
  }

  Bytes little64(long value) {
    return little32(value).little32(value >> 32);
  }

  Bytes text(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /** One byte a character, as four-character codes such as {@code ©nam} are written. */
  Bytes code(String code) {
    return raw(code.getBytes(StandardCharsets.ISO_8859_1));
  }

  Bytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  Bytes zeros(int count) {
    return raw(new byte[count]);
  }

  int size() {
    return out.size();
  }

  byte[] done() {
    return out.toByteArray();
  }
}
