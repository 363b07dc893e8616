package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The short form of {@link AudioMutants}, over files made here; the long one runs over a folder.
 */
class AudioMutantsTest {
  private static final long SEED = 20_250_101;

  @Test
  void no_damaged_file_crashes_hangs_or_takes_the_memory() {
    List<byte[]> files = new ArrayList<>();
    files.add(
        join(
            id3v2(
                3, 0, text(3, "TIT2", "A"), userText(3, "B", "C"), frame(3, "APIC", new byte[900])),
            mp3(),
            apeTag(apeItem("Title", "x")),
            id3v1("A", "B", "C", "2001", 1, 2)));
    files.add(join(id3v2(4, 0x80, utf16(4, "TIT2", "A"), utf8("TXXX", "a\0b")), mp3()));
    files.add(join(xingFrame(MP3_128, "Xing", 500, 100_000), mp3()));
    files.add(flac("TITLE=A", "ARTIST=B", "GENRE=C"));
    files.add(oggVorbis(1, 441_000, "TITLE=A", "ARTIST=B"));
    files.add(join(oggVorbis(1, 441_000), oggVorbis(2, 441_000)));
    files.add(
        join(ascii("MPCKSH"), bytes(14, 0, 0, 0, 0, 8, 0x85, 0xb1, 8, 0, 0x1b, 0x18), audio(1)));
    files.add(join(ascii("MAC "), le(3990, 2), new byte[100], apeTag(apeItem("A", "b"))));
    files.add(join(ascii("wvpk"), le(100, 4), new byte[200]));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    AudioMutants.Outcome outcome =
        AudioMutants.run(files, 10_000, SEED, new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(outcome.clean())
        .as("seed %d: %s", SEED, said.toString(StandardCharsets.UTF_8))
        .isTrue();
  }

  /** A length field that asks for four gigabytes gets what the file has. */
  @Test
  void no_length_is_trusted_for_memory() {
    byte[] greedy =
        join(
            ascii("fLaC"),
            flacBlock(0, false, streamInfo(44_100, 2, 16, 44_100)),
            bytes(0x84, 0xff, 0xff, 0xff),
            le(0x7fffffff, 4));
    byte[] ape =
        join(
            mp3(),
            ascii("APETAGEX"),
            le(2000, 4),
            le(0xfffffff0L, 4),
            le(0xffffffffL, 4),
            new byte[12]);
    AudioMutants.Outcome outcome = AudioMutants.run(List.of(greedy, ape), 500, SEED, System.err);
    assertThat(outcome.worstMegabytes()).isLessThan(32);
    assertThat(outcome.crashes()).isZero();
  }
}
