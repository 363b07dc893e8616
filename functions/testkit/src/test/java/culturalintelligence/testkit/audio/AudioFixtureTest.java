package culturalintelligence.testkit.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The files hold together: sizes add up, checksums agree, texts stand where the formats put them.
 */
class AudioFixtureTest {
  enum Kind {
    MP3,
    WAV,
    AIFF,
    FLAC,
    VORBIS,
    OPUS,
    OGG_FLAC,
    M4A,
    ALAC;

    AudioFixture make() {
      return switch (this) {
        case MP3 -> AudioFixture.mp3();
        case WAV -> AudioFixture.wav();
        case AIFF -> AudioFixture.aiff();
        case FLAC -> AudioFixture.flac();
        case VORBIS -> AudioFixture.vorbis();
        case OPUS -> AudioFixture.opus();
        case OGG_FLAC -> AudioFixture.oggFlac();
        case M4A -> AudioFixture.m4a();
        case ALAC -> AudioFixture.alac();
      };
    }

    byte[] bytes() {
      return make().title("Ключ").artist("Zoë").bpm("125.5").label("Low Tide").seconds(0.5).bytes();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameCallsGiveTheSameBytes(Kind kind) {
    byte[] first = kind.bytes();
    byte[] again = kind.bytes();
    assertThat(again).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(names = {"MP3", "WAV", "AIFF", "FLAC", "ALAC", "OGG_FLAC"})
  void twoPitchesAreTwoRecordings(Kind kind) {
    assertThat(kind.make().pitch(440).bytes()).isNotEqualTo(kind.make().pitch(500).bytes());
  }

  @Test
  void mp3FramesFollowOneAnotherToTheLastByte() {
    byte[] file = AudioFixture.mp3().title("T").kbps(128).seconds(2).id3v1().bytes();
    int at = 10 + syncsafe(file, 6);
    int frames = 0;
    while (at < file.length - 128) {
      assertThat(file[at]).isEqualTo((byte) 0xFF);
      assertThat(file[at + 1]).isEqualTo((byte) 0xFB);
      at += 417 + (file[at + 2] >> 1 & 1);
      frames++;
    }
    assertThat(at).isEqualTo(file.length - 128);
    assertThat(frames).isEqualTo(1 + 77); // the counting frame, then 2 s in 1,152 samples a frame
    assertThat(latin(file, at, 4)).isEqualTo("TAGT");
  }

  @Test
  void id3KeepsADecimalTempoAndAForeignAlphabet() {
    byte[] file = AudioFixture.mp3().title("Ключ").bpm("125.5").catalogueNumber("LOW 1").bytes();
    Map<String, byte[]> frames = id3Frames(file);
    assertThat(
            new String(
                frames.get("TIT2"), 1, frames.get("TIT2").length - 1, StandardCharsets.UTF_16))
        .isEqualTo("Ключ");
    assertThat(latin(frames.get("TBPM"), 1, 5)).isEqualTo("125.5");
    assertThat(latin(frames.get("TXXX"), 1, 15)).isEqualTo("CATALOG #\0LOW 1");
  }

  @Test
  void id3v24WritesSizesThatNeverLookLikeAFrame() {
    byte[] file =
        AudioFixture.mp3()
            .id3v24()
            .title("x".repeat(300))
            .artist("a")
            .tag("TXXX:M", "one", "two")
            .bytes();
    Map<String, byte[]> frames = id3Frames(file);
    assertThat(frames.get("TIT2")).hasSize(301);
    assertThat(latin(frames.get("TXXX"), 1, 9)).isEqualTo("M\0one\0two");
    assertThat(frames).containsKey("TPE1");
  }

  @Test
  void wavChunksAddUpToTheFile() {
    byte[] file = Kind.WAV.bytes();
    Map<String, byte[]> chunks = chunks(file, ByteOrder.LITTLE_ENDIAN);
    assertThat(chunks).containsOnlyKeys("fmt ", "LIST", "data", "id3 ");
    assertThat(chunks.get("data")).hasSize(22_050 * 4);
    assertThat(new String(chunks.get("LIST"), StandardCharsets.UTF_8))
        .contains("INAM", "Ключ", "IART", "Zoë");
  }

  @Test
  void aiffChunksAddUpToTheFile() {
    byte[] file = Kind.AIFF.bytes();
    Map<String, byte[]> chunks = chunks(file, ByteOrder.BIG_ENDIAN);
    assertThat(chunks).containsOnlyKeys("COMM", "NAME", "AUTH", "SSND", "ID3 ");
    assertThat(Arrays.copyOfRange(chunks.get("COMM"), 8, 18))
        .as("44,100 as an 80-bit extended number")
        .isEqualTo(new byte[] {0x40, 0x0E, (byte) 0xAC, 0x44, 0, 0, 0, 0, 0, 0});
  }

  @Test
  void flacSaysTheMd5OfItsSamples() throws Exception {
    byte[] file = AudioFixture.flac().title("T").seconds(0.5).mono().bytes();
    Sound sound = new Sound(44_100, 1, 16, 22_050, 4_410, 440);
    assertThat(latin(file, 0, 4)).isEqualTo("fLaC");
    assertThat(Arrays.copyOfRange(file, 26, 42))
        .isEqualTo(MessageDigest.getInstance("MD5").digest(sound.pcm(false)));
    int at = 4;
    while (file[at] >= 0) {
      at += 4 + big24(file, at + 1);
    }
    at += 4 + big24(file, at + 1);
    assertThat(file[at] & 0xFF).as("the first frame's sync").isEqualTo(0xFF);
    assertThat(file[at + 1] & 0xFF).isEqualTo(0xF8);
  }

  @ParameterizedTest
  @EnumSource(names = {"VORBIS", "OPUS", "OGG_FLAC"})
  void everyOggPageHasItsChecksumAndItsNumber(Kind kind) {
    byte[] file = kind.make().title("T").tag("LONG", "x".repeat(70_000)).bytes();
    int at = 0;
    int page = 0;
    while (at < file.length) {
      ByteBuffer header =
          ByteBuffer.wrap(file, at, file.length - at).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(latin(file, at, 4)).isEqualTo("OggS");
      assertThat(header.getInt(at + 18)).isEqualTo(page++);
      int segments = file[at + 26] & 0xFF;
      int size = 27 + segments;
      for (int i = 0; i < segments; i++) {
        size += file[at + 27 + i] & 0xFF;
      }
      byte[] whole = Arrays.copyOfRange(file, at, at + size);
      Arrays.fill(whole, 22, 26, (byte) 0);
      assertThat(header.getInt(at + 22)).isEqualTo(oggCrc(whole));
      at += size;
    }
    assertThat(at).isEqualTo(file.length);
    assertThat(page).isGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"M4A", "ALAC"})
  void mp4BoxesNestAndTheFirstSampleIsWhereTheTableSays(Kind kind) {
    byte[] file = kind.bytes();
    List<String> boxes = new ArrayList<>();
    int at = 0;
    while (at < file.length) {
      boxes.add(latin(file, at + 4, 4));
      at += ByteBuffer.wrap(file).getInt(at);
    }
    assertThat(at).isEqualTo(file.length);
    assertThat(boxes).containsExactly("ftyp", "moov", "mdat");
    String text = latin(file, 0, file.length);
    int offset = ByteBuffer.wrap(file).getInt(text.indexOf("stco") + 12);
    assertThat(offset).isEqualTo(text.indexOf("mdat") + 4);
    assertThat(text).contains("----", "com.apple.iTunes", "LABEL", "Low Tide", "\u00A9nam");
  }

  private static Map<String, byte[]> id3Frames(byte[] file) {
    assertThat(latin(file, 0, 3)).isEqualTo("ID3");
    boolean syncsafe = file[3] == 4;
    int end = 10 + syncsafe(file, 6);
    Map<String, byte[]> frames = new LinkedHashMap<>();
    for (int at = 10; at < end && file[at] != 0; ) {
      int size = syncsafe ? syncsafe(file, at + 4) : ByteBuffer.wrap(file).getInt(at + 4);
      frames.put(latin(file, at, 4), Arrays.copyOfRange(file, at + 10, at + 10 + size));
      at += 10 + size;
    }
    return frames;
  }

  private static Map<String, byte[]> chunks(byte[] file, ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
    assertThat(buffer.getInt(4)).isEqualTo(file.length - 8);
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    int at = 12;
    while (at < file.length) {
      int size = buffer.getInt(at + 4);
      chunks.put(latin(file, at, 4), Arrays.copyOfRange(file, at + 8, at + 8 + size));
      at += 8 + size + size % 2;
    }
    assertThat(at).isEqualTo(file.length);
    return chunks;
  }

  private static int oggCrc(byte[] page) {
    int crc = 0;
    for (byte b : page) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean high = crc < 0;
        crc = crc << 1;
        if (high != ((b >> bit & 1) == 1)) {
          crc ^= 0x04C11DB7;
        }
      }
    }
    return crc;
  }

  private static int syncsafe(byte[] file, int at) {
    return file[at] << 21 | file[at + 1] << 14 | file[at + 2] << 7 | file[at + 3];
  }

  private static int big24(byte[] file, int at) {
    return ByteBuffer.wrap(file).getInt(at - 1) & 0xFFFFFF;
  }

  private static String latin(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
