package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * ASF: WMA and the sound of WMV. Source: the Advanced Systems Format specification, revision
 * 01.20.05.
 *
 * <p>The play duration counts the preroll, the time a player buffers before it starts: it is taken
 * off. Tags lie in four objects of the header (content description, extended, metadata, metadata
 * library); Windows writes one field into several of them, so they are one block, where equal
 * values count once.
 */
final class AsfReader implements FormatReader {
  // The first eight bytes of each GUID, read as a big-endian number, tell them all apart.
  private static final long FILE_PROPERTIES = 0xa1dcab8c47a9cf11L;
  private static final long STREAM_PROPERTIES = 0x9107dcb7b7a9cf11L;
  private static final long EXTENDED_STREAM_PROPERTIES = 0xcba5e61472c63243L;
  private static final long HEADER_EXTENSION = 0xb503bf5f2ea9cf11L;
  private static final long CONTENT_DESCRIPTION = 0x3326b2758e66cf11L;
  private static final long EXTENDED_CONTENT_DESCRIPTION = 0x40a4d0d207e3d211L;
  private static final long METADATA = 0xeacbf8c5af5b7748L;
  private static final long METADATA_LIBRARY = 0x941c23449894d149L;
  private static final long CODEC_LIST = 0x4052d1861d31d011L;
  private static final long CONTENT_ENCRYPTION = 0xfbb3112223bdd211L;
  private static final long DATA = 0x3626b2758e66cf11L;
  private static final long AUDIO_MEDIA = 0x409e69f84d5bcf11L;
  private static final long VIDEO_MEDIA = 0xc0ef19bc4d5bcf11L;

  private static final int UNICODE = 0;
  private static final int BYTES = 1;
  private static final int BOOL = 2;
  private static final int DWORD = 3;
  private static final int QWORD = 4;
  private static final int WORD = 5;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Header(in, scan).read(start);
  }

  private static final class Header {
    private final Bytes in;
    private final Scan scan;
    private final TagCollector.Block tags;
    private boolean sound;
    private boolean film;
    private boolean broadcast;
    private double seconds;
    private int format;
    private long byteRate;
    private long extensionFrom;
    private long extensionEnd;
    private @Nullable String codecName;

    Header(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
      this.tags = scan.tags.block(40);
    }

    void read(long start) {
      try {
        objects(start, in.size());
      } finally {
        conclude();
      }
    }

    private void objects(long start, long size) {
      long headerEnd = start + Math.max(30, in.i64le(start + 16));
      if (headerEnd < start || headerEnd > size) {
        headerEnd = size;
        scan.damage(Damage.TRUNCATED, "the file ends inside its header object");
      }
      each(start + 30, headerEnd, 0);
      // The extension comes last, wherever it stands: of several values its are the further ones.
      if (extensionFrom > 0) {
        each(extensionFrom, extensionEnd, 1);
      }
      long p = headerEnd;
      while (in.has(p, 24)) {
        in.limits().step();
        long length = in.i64le(p + 16);
        if (in.i64be(p) == DATA) {
          // A data object without a size is a live recording's: it goes on to the end.
          boolean known = length >= 50 && length <= size - p;
          scan.payload(p + 50, known ? p + length : size);
          if (length > size - p) {
            scan.damage(Damage.TRUNCATED, "the file ends inside its data object");
          }
        }
        if (length < 24 || length > size - p) {
          return;
        }
        p += length;
      }
    }

    private void each(long from, long end, int depth) {
      long p = from;
      while (p + 24 <= end && in.has(p, 24)) {
        in.limits().step();
        long length = in.i64le(p + 16);
        if (length < 24 || length > end - p) {
          // The data object may begin where a header that lies about its size goes on.
          if (in.i64be(p) != DATA) {
            scan.damage(Damage.CORRUPT, "an object of the header has an impossible size");
          }
          return;
        }
        try {
          object(in.i64be(p), p + 24, p + length, depth);
        } catch (OutOfBytes e) {
          scan.damage(Damage.TRUNCATED, "an object of the header is cut short");
        }
        p += length;
      }
    }

    private void object(long guid, long p, long end, int depth) {
      if (guid == FILE_PROPERTIES) {
        fileProperties(p, end);
      } else if (guid == STREAM_PROPERTIES) {
        streamProperties(p, end);
      } else if (guid == HEADER_EXTENSION) {
        if (depth == 0 && end - p >= 22) {
          extensionFrom = p + 22;
          extensionEnd = Math.min(end, extensionFrom + in.u32le(p + 18));
        }
      } else if (guid == EXTENDED_STREAM_PROPERTIES) {
        extendedStreamProperties(p, end);
      } else if (guid == CONTENT_DESCRIPTION) {
        contentDescription(p, end);
      } else if (guid == EXTENDED_CONTENT_DESCRIPTION) {
        extendedContentDescription(p, end);
      } else if (guid == METADATA || guid == METADATA_LIBRARY) {
        metadata(p, end);
      } else if (guid == CODEC_LIST) {
        codecList(p, end);
      } else if (guid == CONTENT_ENCRYPTION) {
        scan.note("the sound is encrypted");
      }
    }

    private void fileProperties(long p, long end) {
      if (end - p < 80) {
        return;
      }
      // In 100 ns; the preroll in ms.
      double play = in.i64le(p + 40) / 1e7;
      double preroll = in.i64le(p + 56) / 1e3;
      broadcast = (in.u8(p + 64) & 1) != 0;
      seconds = preroll >= 0 && preroll < play ? play - preroll : play;
    }

    private void streamProperties(long p, long end) {
      if (end - p < 54) {
        return;
      }
      long media = in.i64be(p);
      if (media == VIDEO_MEDIA) {
        film = true;
        return;
      }
      if (media != AUDIO_MEDIA || sound) {
        return;
      }
      long data = p + 54;
      long length = in.u32le(p + 40);
      if (length < 16 || data + 16 > end) {
        return;
      }
      sound = true;
      format = in.u16le(data);
      scan.channels(in.u16le(data + 2));
      scan.sampleRate(in.u32le(data + 4));
      byteRate = in.u32le(data + 8);
      scan.codec(WaveFormats.name(format), WaveFormats.isLossless(format));
      if (WaveFormats.isLossless(format)) {
        scan.bitDepth(in.u16le(data + 14));
      }
    }

    /** A stream's properties may hide in here instead of the header (multi-bitrate files). */
    private void extendedStreamProperties(long p, long end) {
      if (end - p < 64) {
        return;
      }
      int names = in.u16le(p + 60);
      int systems = in.u16le(p + 62);
      long q = p + 64;
      for (int i = 0; i < names && q + 4 <= end; i++) {
        in.limits().step();
        q += 4 + in.u16le(q + 2);
      }
      for (int i = 0; i < systems && q + 22 <= end; i++) {
        in.limits().step();
        q += 22 + in.u32le(q + 18);
      }
      if (q + 24 <= end && in.i64be(q) == STREAM_PROPERTIES) {
        streamProperties(q + 24, Math.min(end, q + Math.max(24, in.i64le(q + 16))));
      }
    }

    private void contentDescription(long p, long end) {
      String[] names = {"Title", "Author", "Copyright", "Description", "Rating"};
      long q = p + 10;
      for (int i = 0; i < names.length; i++) {
        int length = in.u16le(p + 2L * i);
        if (q + length > end) {
          return;
        }
        if (length > 2) {
          put(names[i], utf16(q, length));
        }
        q += length;
      }
    }

    private void extendedContentDescription(long p, long end) {
      int count = in.u16le(p);
      long q = p + 2;
      for (int i = 0; i < count && q + 6 <= end; i++) {
        in.limits().step();
        int nameLength = in.u16le(q);
        if (q + 6 + nameLength > end) {
          return;
        }
        String name = utf16(q + 2, nameLength);
        q += 2 + nameLength;
        int type = in.u16le(q);
        int length = in.u16le(q + 2);
        if (q + 4 + length > end) {
          return;
        }
        value(name, type, q + 4, length, type == BOOL ? 4 : 2);
        q += 4 + length;
      }
    }

    private void metadata(long p, long end) {
      int count = in.u16le(p);
      long q = p + 2;
      for (int i = 0; i < count && q + 12 <= end; i++) {
        in.limits().step();
        int nameLength = in.u16le(q + 4);
        int type = in.u16le(q + 6);
        long length = in.u32le(q + 8);
        if (q + 12 + nameLength + length > end) {
          return;
        }
        value(utf16(q + 12, nameLength), type, q + 12 + nameLength, length, 2);
        q += 12 + nameLength + length;
      }
    }

    private void value(String name, int type, long p, long length, int boolBytes) {
      switch (type) {
        case UNICODE -> {
          if (length <= 1 << 20) {
            put(name, utf16(p, length));
          }
        }
        case BOOL -> {
          if (length >= boolBytes) {
            put(name, Integer.toString(in.u8(p) == 0 ? 0 : 1));
          }
        }
        case DWORD -> {
          if (length >= 4) {
            put(name, Long.toString(in.u32le(p)));
          }
        }
        case QWORD -> {
          if (length >= 8) {
            put(name, Long.toString(in.i64le(p)));
          }
        }
        case WORD -> {
          if (length >= 2) {
            put(name, Integer.toString(in.u16le(p)));
          }
        }
        case BYTES -> {
          if (name.startsWith("ID3")) {
            scan.note("an ID3 tag inside an attribute was left out");
          }
        }
        default -> {}
      }
    }

    private void put(String rawName, String value) {
      int nul = rawName.indexOf('\0');
      String name = nul < 0 ? rawName : rawName.substring(0, nul);
      if (name.equals("WM/Track")) {
        // The old field counts from 0.
        try {
          tags.put(Dialect.ASF, name, Long.toString(Long.parseLong(value.strip()) + 1));
        } catch (NumberFormatException e) {
          tags.put(Dialect.ASF, name, value);
        }
        return;
      }
      if (name.equals("WM/EncodingSettings") || name.equals("WM/ToolName")) {
        scan.encoder(value);
      }
      tags.put(Dialect.ASF, name, value);
    }

    private void codecList(long p, long end) {
      long count = Math.min(in.u32le(p + 16), 100);
      long q = p + 20;
      for (long i = 0; i < count && q + 8 <= end; i++) {
        in.limits().step();
        int type = in.u16le(q);
        int nameLength = in.u16le(q + 2) * 2;
        if (q + 6 + nameLength > end) {
          return;
        }
        String name = utf16(q + 4, nameLength);
        q += 4 + nameLength;
        q += 2 + in.u16le(q) * 2L;
        if (q + 2 > end) {
          return;
        }
        q += 2 + in.u16le(q);
        if (type == 2 && codecName == null) {
          codecName = TagCollector.clean(name);
        }
      }
    }

    private String utf16(long p, long length) {
      return Text.utf16le(in.copy(p, length), 0, (int) length);
    }

    private void conclude() {
      if (!sound) {
        if (film) {
          scan.notAudio("a film without a sound track");
        }
        return;
      }
      if (codecName != null && codecName.toLowerCase(Locale.ROOT).contains("lossless")) {
        scan.codec(WaveFormats.name(0x163), true);
      }
      if (!broadcast && seconds > 0) {
        scan.duration(seconds);
      }
      if (byteRate > 0) {
        scan.bitrate(byteRate * 8.0);
      }
    }
  }
}
