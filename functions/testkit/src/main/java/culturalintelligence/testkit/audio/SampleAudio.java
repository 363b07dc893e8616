package culturalintelligence.testkit.audio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code SampleAudio DIR}: writes a small music folder, the same bytes every time: several formats,
 * named as DJs name files, tagged as shops tag them, with a copy, a retagged copy, a file without
 * tags and one that is no audio.
 */
public final class SampleAudio {
  private final Path folder;
  private int files;

  private SampleAudio(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: SampleAudio DIR");
    }
    write(Path.of(args[0]));
  }

  /** Writes what is not there yet byte for byte; answers the number of files. */
  public static int write(Path folder) throws IOException {
    SampleAudio sample = new SampleAudio(folder);
    sample.house();
    sample.breaks();
    sample.techno();
    sample.oddities();
    return sample.files;
  }

  private void house() throws IOException {
    AudioFixture glass =
        mp3("Nørra Vale", "House of Glass (Original Mix)", 240)
            .genre("Deep House")
            .bpm("122")
            .key("Am")
            .label("Low Tide");
    put(
        "House/Nørra Vale - House of Glass (Original Mix).mp3",
        glass.catalogueNumber("LOW014").date("2021").isrc("XXN0R2100014"));
    put("_duplicates/Nørra Vale - House of Glass (Original Mix) (1).mp3", glass);
    put(
        "House/3F0A91C2_Nørra Vale - House of Glass (Original.mp3",
        mp3("Nørra Vale", "House of Glass", 240).genre("124").comment("8A - Energy 6"));
    put(
        "House/(Tech House) Pelle & Quill - Work It (Extended Mix).wav",
        tagged(AudioFixture.wav(), "Pelle & Quill", "Work It (Extended Mix)", 261)
            .genre("Tech House")
            .bpm("126")
            .key("8A")
            .sampleRate(22_050)
            .seconds(2));
    put(
        "House/House - Ibex Circuit - Rewind (Sunder Remix) - 125.aiff",
        tagged(AudioFixture.aiff(), "Ibex Circuit", "Rewind (Sunder Remix)", 277)
            .bpm("125.5")
            .label("Kiosk Records")
            .mono());
    put(
        "House/Zoë Ortega – Señorita [KIO022].m4a",
        tagged(AudioFixture.m4a(), "Zoë Ortega", "Señorita", 293)
            .bpm("120")
            .key("Fm")
            .label("Kiosk Records")
            .catalogueNumber("KIO022")
            .tag("apID", "tess@example.com")
            .tag("ownr", "Tess Example")
            .seconds(4));
    put(
        "House/07. Juno Hart - Paradise (Vocal Mix).m4a",
        tagged(AudioFixture.alac(), "Juno Hart", "Paradise (Vocal Mix)", 311)
            .genre("Soulful House")
            .track("7/12")
            .mono());
  }

  private void breaks() throws IOException {
    put(
        "Breaks/130 bpm - Rook Marsh - Rumble (Dirty).mp3",
        mp3("Rook Marsh", "Rumble", 330)
            .id3v24()
            .genre("Breaks")
            .bpm("130")
            .tag("TXXX:CATALOGNUMBER", "NB-130")
            .id3v1());
    put(
        "Breaks/Lady ❷ & Kid € - 50 € Note #1 (Intro).mp3",
        mp3("Lady ❷ & Kid €", "50 € Note #1", 349)
            .genre("Florida Breaks")
            .kbps(320)
            .withoutInfoFrame());
    put(
        "Breaks/Drum_Unit_-_Static_(VIP_Mix)_[A-MP3].mp3",
        mp3("Drum Unit", "Static (VIP Mix)", 370)
            .genre("Breakbeat")
            .comment("whoplaymusic.com")
            .kbps(192));
    put(
        "Breaks/A-Mase - Escape (2019 Remaster).flac",
        tagged(AudioFixture.flac(), "A-Mase", "Escape (2019 Remaster)", 392)
            .genre("Breaks")
            .bpm("132")
            .label("Cutlass Audio")
            .catalogueNumber("CUT007"));
    put(
        "Breaks/Jay-Ro ft. Luz - Hold On ( - 4m).flac",
        tagged(AudioFixture.flac(), "Jay-Ro", "Hold On (feat. Luz)", 415)
            .bitDepth(24)
            .sampleRate(48_000)
            .tag("PUBLISHER", "Ninebar Trax")
            .artist("Luz"));
  }

  private void techno() throws IOException {
    put(
        "Techno/Kessler Unit - Concrete (Dub).ogg",
        tagged(AudioFixture.vorbis(), "Kessler Unit", "Concrete (Dub)", 440)
            .genre("Dub Techno")
            .bpm("124")
            .key("4A")
            .seconds(3));
    put(
        "Techno/Volta - Orbit.opus",
        tagged(AudioFixture.opus(), "Volta", "Orbit", 466)
            .sampleRate(48_000)
            .genre("Techno")
            .seconds(2));
    put(
        "Techno/Ноктюрн - Ключ (Live).oga",
        tagged(AudioFixture.oggFlac(), "Ноктюрн", "Ключ (Live)", 494).mono());
    put(
        "Techno/18370241_burn_(original mix).mp3",
        mp3("Fenn", "Burn (Original Mix)", 523)
            .genre("Techno")
            .bpm("138")
            .key("Bbm")
            .picture(cover())
            .id3v24());
    put(
        "Techno/Backup of old laptop (conflicted copy 2023-11-04)/Änna Sørensen - Übermorgen.wav",
        tagged(AudioFixture.wav(), "Änna Sørensen", "Übermorgen", 554).mono().bitDepth(24));
  }

  private void oddities() throws IOException {
    put(
        "Unsorted/Track 01.mp3",
        AudioFixture.mp3().title("Track 01").artist("Unknown Artist").pitch(587));
    put(
        "Unsorted/Tundra Blum - Mirage.wav",
        AudioFixture.wav().pitch(622).sampleRate(22_050).mono());
    byte[] whole = mp3("Sable", "Cut Short", 659).seconds(4).bytes();
    put("Unsorted/Sable - Cut Short.mp3", Arrays.copyOf(whole, whole.length * 2 / 3));
    put(
        "Unsorted/read me.mp3",
        "This was a text file all along.\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static AudioFixture mp3(String artist, String title, double pitch) {
    return tagged(AudioFixture.mp3(), artist, title, pitch).seconds(2);
  }

  private static AudioFixture tagged(
      AudioFixture fixture, String artist, String title, double pitch) {
    return fixture.title(title).artist(artist).pitch(pitch);
  }

  /** The beginning and end of a JPEG; nothing here decodes pictures. */
  private static byte[] cover() {
    byte[] jpeg = new byte[4000];
    jpeg[0] = (byte) 0xFF;
    jpeg[1] = (byte) 0xD8;
    jpeg[2] = (byte) 0xFF;
    jpeg[3] = (byte) 0xE0;
    jpeg[jpeg.length - 2] = (byte) 0xFF;
    jpeg[jpeg.length - 1] = (byte) 0xD9;
    return jpeg;
  }

  private void put(String name, AudioFixture fixture) throws IOException {
    put(name, fixture.bytes());
  }

  private void put(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      Files.write(file, bytes);
    }
    files++;
  }
}
