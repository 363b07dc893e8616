package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Mp4Boxes.Box;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.TagField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The tags of an MP4 file, wherever its writer put them: iTunes' {@code ilst}, QuickTime's keys and
 * user data, 3GPP's texts, Windows' {@code Xtra}, an ID3v2 tag in a box. Pictures are stepped over
 * unread; the purchaser's name and account are not read at all.
 */
final class Mp4Tags {
  private static final String FREE_FORM = "----";

  private final Bytes in;
  private final Scan scan;
  private final Mp4Boxes boxes;
  private final List<Long> itemTables = new ArrayList<>();
  private TagCollector.@Nullable Block ilst;
  private TagCollector.@Nullable Block userData;

  Mp4Tags(Bytes in, Scan scan, Mp4Boxes boxes) {
    this.in = in;
    this.scan = scan;
    this.boxes = boxes;
  }

  private TagCollector.Block ilstBlock() {
    TagCollector.Block block = ilst;
    if (block == null) {
      block = scan.tags.block(40);
      ilst = block;
    }
    return block;
  }

  private TagCollector.Block userDataBlock() {
    TagCollector.Block block = userData;
    if (block == null) {
      block = scan.tags.block(30);
      userData = block;
    }
    return block;
  }

  /** A child of {@code udta}. */
  void inUserData(Box b) {
    switch (b.type()) {
      case "meta" -> meta(b);
      case "ilst" -> ilst(b, List.of());
      case "Xtra" -> windowsFields(b);
      case "titl", "perf", "auth", "albm", "gnre", "dscp" -> threeGpText(b);
      case "yrrc" -> {
        if (b.length() >= 6) {
          userDataBlock().field(TagField.DATE, Integer.toString(in.u16be(b.from() + 4)));
        }
      }
      default -> {
        if (b.type().charAt(0) == '©') {
          quickTimeText(b);
        }
      }
    }
  }

  /** A full box in ISO files, a plain one in QuickTime's. */
  void meta(Box b) {
    boolean plain = in.at(b.from() + 4, "hdlr") && !in.at(b.from() + 8, "hdlr");
    long from = plain ? b.from() : b.from() + 4;
    List<String> keys = new ArrayList<>();
    boxes.each(
        from,
        b.end(),
        c -> {
          switch (c.type()) {
            case "keys" -> keys(c, keys);
            case "ilst" -> ilst(c, keys);
            case "ID32" -> id3(c);
            default -> {}
          }
        });
  }

  private void id3(Box b) {
    if (b.length() > 16 && in.at(b.from() + 6, "ID3")) {
      Id3v2Tag.read(in, b.from() + 6, b.end(), scan, scan.tags.block(30));
    }
  }

  /** QuickTime metadata keys: namespace and name, numbered from 1. */
  private void keys(Box b, List<String> keys) {
    long count = in.u32be(b.from() + 4);
    long p = b.from() + 8;
    for (long i = 0; i < count && keys.size() < 2_000 && p + 8 <= b.end(); i++) {
      in.limits().step();
      long length = in.u32be(p);
      if (length < 8 || p + length > b.end()) {
        return;
      }
      keys.add(text(p + 8, Math.min(length - 8, 256)));
      p += length;
    }
  }

  private void ilst(Box b, List<String> keys) {
    // The same table is seen twice where one box is both in udta and in moov; it counts once.
    if (itemTables.contains(b.from()) || itemTables.size() > 100) {
      return;
    }
    itemTables.add(b.from());
    boxes.each(
        b,
        item -> {
          if (item.type().equals(FREE_FORM)) {
            freeForm(item);
            return;
          }
          int index = in.i32be(item.from() - 4);
          if (index > 0 && index <= keys.size()) {
            values(item, keyName(keys.get(index - 1)));
          } else {
            values(item, item.type());
          }
        });
  }

  private String text(long p, long length) {
    return Text.utf8(in.copy(p, length));
  }

  /** UTF-16 behind its byte order mark, else UTF-8. */
  private String markedText(long p, long length) {
    byte[] bytes = in.copy(p, length);
    boolean marked = length >= 2 && (in.u16be(p) == 0xfeff || in.u16be(p) == 0xfffe);
    return marked ? Text.utf16(bytes, 0, bytes.length) : Text.utf8(bytes);
  }

  private static String toNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  private static String keyName(String key) {
    String apple = "com.apple.quicktime.";
    return FREE_FORM + ":mdta:" + (key.startsWith(apple) ? key.substring(apple.length()) : key);
  }

  private void freeForm(Box item) {
    String[] name = {"", ""};
    boxes.each(
        item,
        c -> {
          if (c.type().equals("mean") || c.type().equals("name")) {
            name[c.type().equals("mean") ? 0 : 1] =
                text(c.from() + 4, Math.clamp(c.length() - 4, 0, 512));
          }
        });
    if (!name[1].isEmpty()) {
      values(item, FREE_FORM + ":" + name[0] + ":" + name[1]);
    }
  }

  private void values(Box item, String name) {
    switch (name) {
      case "covr", "ownr", "apID", "purd" -> {
        return;
      }
      default -> {}
    }
    boxes.each(
        item,
        c -> {
          if (c.type().equals("data") && c.length() >= 8) {
            value(name, in.u24be(c.from() + 1), c.from() + 8, c.end());
          }
        });
  }

  private void value(String name, int type, long from, long end) {
    long length = end - from;
    switch (name) {
      case "trkn", "disk" -> {
        if (length >= 4) {
          int total = length >= 6 ? in.u16be(from + 4) : 0;
          put(name, in.u16be(from + 2) + (total > 0 ? "/" + total : ""));
        }
        return;
      }
      case "gnre" -> {
        if (length >= 2) {
          String genre = Genres.byNumber(in.u16be(from + length - 2) - 1);
          if (genre != null) {
            ilstBlock().field(TagField.GENRE, genre);
          }
        }
        return;
      }
      case "tmpo" -> {
        long bpm = integer(from, length);
        if (bpm > 0) {
          put(name, Long.toString(bpm));
        }
        return;
      }
      default -> {}
    }
    switch (type) {
      case 1, 4 -> put(name, text(from, length));
      case 2, 5 -> put(name, Text.utf16be(in.copy(from, length), 0, (int) length));
      case 12, 13, 14, 27 -> {}
      case 21, 22, 65, 66, 67, 74, 75, 76, 77, 78 -> {
        if (length >= 1 && length <= 8) {
          put(name, Long.toString(integer(from, length)));
        }
      }
      case 0 -> {
        // Unmarked: flags are a byte, text is text, the rest is nobody's.
        if (length >= 1 && length <= 8 && !printableBytes(from, length)) {
          put(name, Long.toString(integer(from, length)));
        } else if (printableBytes(from, length)) {
          put(name, text(from, length));
        }
      }
      default -> {}
    }
  }

  private boolean printableBytes(long from, long length) {
    long check = Math.min(length, 64);
    for (long i = 0; i < check; i++) {
      int c = in.u8(from + i);
      if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
        return false;
      }
    }
    return true;
  }

  private long integer(long from, long length) {
    long v = 0;
    for (long i = 0; i < Math.min(length, 8); i++) {
      int b = in.u8(from + i);
      v = i == 0 && length > 1 ? (byte) b : v << 8 | b;
    }
    return v;
  }

  private void put(String name, String value) {
    ilstBlock().put(Dialect.MP4, name, value);
    switch (name) {
      case "©too" -> scan.encoder(value);
      case "xid " -> {
        // vendor:isrc:CODE
        int at = value.toLowerCase(Locale.ROOT).indexOf(":isrc:");
        if (at >= 0) {
          userDataBlock().field(TagField.ISRC, value.substring(at + 6));
        }
      }
      default -> {
        String serato = FREE_FORM + ":com.serato.dj:";
        if (name.startsWith(serato)) {
          Serato.readBase64(name.substring(serato.length()), value, scan.dj);
        }
      }
    }
  }

  /** Texts of one language each: length, language, text. Some writers put a data box there. */
  private void quickTimeText(Box b) {
    if (b.length() >= 16 && in.at(b.from() + 4, "data")) {
      values(b, b.type());
      return;
    }
    if (b.length() < 4) {
      return;
    }
    long length = Math.min(in.u16be(b.from()), b.length() - 4);
    String text = toNul(text(b.from() + 4, length));
    userDataBlock().put(Dialect.MP4, b.type(), text);
    if (b.type().equals("©swr") || b.type().equals("©enc") || b.type().equals("©too")) {
      scan.encoder(text);
    }
  }

  /** 3GPP TS 26.244, 8: version and flags, language, text. */
  private void threeGpText(Box b) {
    if (b.length() <= 6) {
      return;
    }
    if (b.length() >= 16 && in.at(b.from() + 4, "data")) {
      values(b, b.type());
      return;
    }
    String text = toNul(markedText(b.from() + 6, b.length() - 6));
    switch (b.type()) {
      case "titl" -> userDataBlock().field(TagField.TITLE, text);
      case "perf" -> userDataBlock().field(TagField.ARTIST, text);
      case "albm" -> userDataBlock().field(TagField.ALBUM, text);
      case "gnre" -> userDataBlock().field(TagField.GENRE, text);
      case "auth" -> userDataBlock().field(TagField.COMPOSER, text);
      default -> userDataBlock().raw(b.type(), text);
    }
  }

  /**
   * What Windows writes: entries of a name and typed values, all lengths included in themselves.
   */
  private void windowsFields(Box b) {
    TagCollector.Block block = scan.tags.block(20);
    long p = b.from();
    while (p + 12 <= b.end()) {
      in.limits().step();
      long length = in.u32be(p);
      long nameLength = in.u32be(p + 4);
      if (length < 12 || p + length > b.end() || nameLength > 256 || nameLength > length - 12) {
        return;
      }
      String name = text(p + 8, nameLength);
      long q = p + 8 + nameLength;
      long count = Math.min(in.u32be(q), 100);
      q += 4;
      for (long i = 0; i < count && q + 6 <= p + length; i++) {
        in.limits().step();
        long valueLength = in.u32be(q);
        if (valueLength < 6 || q + valueLength > p + length) {
          break;
        }
        switch (in.u16be(q + 4)) {
          case 8 ->
              block.put(
                  Dialect.ASF,
                  name,
                  Text.utf16le(in.copy(q + 6, valueLength - 6), 0, (int) valueLength - 6));
          case 19 -> {
            if (valueLength >= 14) {
              block.put(Dialect.ASF, name, Long.toString(in.i64le(q + 6)));
            }
          }
          default -> {}
        }
        q += valueLength;
      }
      p += length;
    }
  }
}
