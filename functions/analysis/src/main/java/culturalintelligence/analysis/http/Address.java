package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address of a request, as it was sent. Whatever can be read in only one way is read, such as a
 * raw backslash or a semicolon in a query; an escape that is none, or bytes that are no UTF-8, are
 * not guessed at.
 */
final class Address {
  private static final int MOST_PARAMETERS = 100;

  private Address() {}

  /** What is wrong with it; null when nothing is. */
  static @Nullable Failure fault(@Nullable String address) {
    if (address == null || address.isEmpty()) {
      return malformed("The address is empty");
    }
    byte[] bytes = new byte[address.length()];
    int n = 0;
    for (int i = 0; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < address.length();
        int high = whole ? Character.digit(address.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(address.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return malformed("The address holds a '%' that begins no escape such as %25");
        }
        bytes[n++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c > 0xff || c < ' ') {
        return malformed("The address holds a character that no address may hold");
      } else {
        bytes[n++] = (byte) c;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, n));
      return null;
    } catch (CharacterCodingException e) {
      return malformed("The address holds bytes that are no UTF-8");
    }
  }

  private static Failure malformed(String sentence) {
    return new Failure(FailureCode.BAD_REQUEST, sentence);
  }

  /** The first of a query's parameters of this name; null when there is none. */
  static @Nullable String parameter(String address, String name) {
    List<String> values =
        new QueryStringDecoder(
                escaped(address), StandardCharsets.UTF_8, true, MOST_PARAMETERS, true)
            .parameters()
            .get(name);
    return values == null ? null : values.getFirst();
  }

  /** Bytes that came as they are, one in each character, as escapes. */
  private static String escaped(String address) {
    if (address.chars().allMatch(c -> c < 0x80)) {
      return address;
    }
    StringBuilder escaped = new StringBuilder(address.length() + 64);
    address
        .chars()
        .forEach(
            c -> {
              if (c < 0x80) {
                escaped.append((char) c);
              } else {
                escaped.append('%').append(HexFormat.of().toHexDigits((byte) c));
              }
            });
    return escaped.toString();
  }
}
