package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashTest {

  @Test
  void the_files_hash_is_sha_256_of_its_bytes(@TempDir Path folder)
      throws IOException, NoSuchAlgorithmException {
    byte[] file = join(id3v2(3, 0, text(3, "TIT2", "A")), mpegFrames(MP3_128, 2000));
    Path path = folder.resolve("a.mp3");
    Files.write(path, file);
    String expected = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    try (AudioSource source = AudioSource.open(path)) {
      assertThat(new AudioReader().readAndHash(source).sha256()).isEqualTo(expected);
    }
    assertThat(hashed(file).sha256()).isEqualTo(expected);
  }

  @Test
  void a_retagged_mp3_is_the_same_audio() {
    byte[] audio = mpegFrames(MP3_128, 1500);
    String plain = hashed(audio).payloadHash();
    assertThat(plain).hasSize(64);
    assertThat(hashed(id3v2(3, 0, text(3, "TIT2", "A")), audio).payloadHash()).isEqualTo(plain);
    assertThat(
            hashed(
                    id3v2(4, 0, utf8("TIT2", "Another title"), utf8("TPE1", "B")),
                    audio,
                    apeTag(apeItem("Label", "L")),
                    id3v1("A", "B", "C", "2001", 1, 2))
                .payloadHash())
        .isEqualTo(plain);
  }

  @Test
  void one_changed_byte_of_audio_is_another_audio() {
    byte[] audio = mpegFrames(MP3_128, 1500);
    byte[] other = audio.clone();
    other[audio.length / 2] ^= 1;
    assertThat(hashed(other).payloadHash()).isNotEqualTo(hashed(audio).payloadHash());
  }

  @Test
  void a_retagged_flac_is_the_same_audio() {
    assertThat(hashed(flac("TITLE=A")).payloadHash())
        .isEqualTo(hashed(flac("TITLE=Much longer than before", "ARTIST=B")).payloadHash())
        .isNotNull();
  }

  /** A longer comment gives every later Ogg page another number and another checksum. */
  @Test
  void a_retagged_ogg_is_the_same_audio_though_its_pages_are_numbered_anew() {
    byte[] one = oggVorbis(1, 441_000, "TITLE=A");
    byte[] two =
        join(
            oggPage(2, 0, 1, 0, vorbisHead(44_100, 2, 128_000)),
            oggPage(0, 0, 1, 1, join(ascii("\u0003vorbis"), vorbisComment("Xiph", "TITLE=B"))),
            oggPage(0, 0, 1, 2, join(ascii("\u0005vorbis"), new byte[100])),
            oggPage(0, 220_500, 1, 3, audio(1), audio(2)),
            oggPage(4, 441_000, 1, 4, audio(3)));
    assertThat(hashed(one).payloadHash()).isEqualTo(hashed(two).payloadHash()).isNotNull();
    assertThat(hashed(oggVorbis(1, 441_000, "TITLE=A")).sha256())
        .isNotEqualTo(hashed(two).sha256());
  }

  @Test
  void what_is_no_audio_has_a_hash_but_no_payload() {
    HashedReading h = hashed(ascii("just a text"));
    assertThat(h.sha256()).hasSize(64);
    assertThat(h.payloadHash()).isNull();
  }
}
