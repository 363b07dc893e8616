package culturalintelligence.domain.names;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import culturalintelligence.domain.names.NameReading.Found;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameReaderTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Lena Ortiz - Night Ferry.mp3                                | Lena Ortiz             | Night Ferry
          Lena Ortiz – Night Ferry.flac                               | Lena Ortiz             | Night Ferry
          Lena Ortiz -- Night Ferry.flac                              | Lena Ortiz             | Night Ferry
          07. Lena Ortiz, Kavo - Night Ferry (Dub Mix).aiff           | Lena Ortiz, Kavo       | Night Ferry (Dub Mix)
          07.Lena Ortiz - Night Ferry.wav                             | Lena Ortiz             | Night Ferry
          07 - Lena Ortiz - Night Ferry.wav                           | Lena Ortiz             | Night Ferry
          07 Lena Ortiz - Night Ferry.wav                             | Lena Ortiz             | Night Ferry
          14 Lena Ortiz - Night Ferry.wav                             | Lena Ortiz             | Night Ferry
          A2 - Lena Ortiz - Night Ferry.wav                           | Lena Ortiz             | Night Ferry
          21 Savage - Some Tune.mp3                                   | 21 Savage              | Some Tune
          440 Hz - Low Tide.mp3                                       | 440 Hz                 | Low Tide
          1605 - Low Tide.mp3                                         | 1605                   | Low Tide
          Mono-Kay - Up-Town.mp3                                      | Mono-Kay               | Up-Town
          AB12CD34_Lena Ortiz - Night Ferry (Original Mix).mp3        | Lena Ortiz             | Night Ferry (Original Mix)
          124 bpm - Lena Ortiz - Night Ferry (Clean).mp3              | Lena Ortiz             | Night Ferry (Clean)
          (Tech House) Lena Ortiz - Night Ferry (Extended).mp3        | Lena Ortiz             | Night Ferry (Extended)
          (Soufull) Lena Ortiz - Night Ferry.mp3                      | (Soufull) Lena Ortiz   | Night Ferry
          (Soullful) Lena Ortiz - Night Ferry.mp3                     | Lena Ortiz             | Night Ferry
          Techno - Lena Ortiz - Night Ferry( - 4M) - 131.mp3          | Lena Ortiz             | Night Ferry
          House -  - Lena Ortiz - Night Ferry - 0.mp3                 | Lena Ortiz             | Night Ferry
          House -  - Lena Ortiz-Night Ferry (Kavo Remix) - 0_001.mp3  | Lena Ortiz             | Night Ferry (Kavo Remix)
          8A - 124 - Lena Ortiz - Night Ferry.mp3                     | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry - 8A - 7.mp3                       | Lena Ortiz             | Night Ferry
          Lena_Ortiz_-_Night_Ferry_(Original_Mix)_[A-MP3].mp3         | Lena Ortiz             | Night Ferry (Original Mix)
          Lena_Ortiz - Night_Ferry_(VIP)_[www.tunez4you.pl].mp3       | Lena Ortiz             | Night Ferry (VIP)
          www.tunez4you.com - Lena Ortiz - Night Ferry.mp3            | Lena Ortiz             | Night Ferry
          04-lena_ortiz-night_ferry-xyz.mp3                           | lena ortiz             | night ferry
          04-lena_ortiz_feat_kavo--night_ferry-5ac1d2b9.mp3           | lena ortiz feat. kavo  | night ferry
          Lena Ortiz - Night Ferry (Original Mix) [Harbour Sounds].mp3| Lena Ortiz             | Night Ferry (Original Mix)
          Lena Ortiz - Night Ferry [HRB012].mp3                       | Lena Ortiz             | Night Ferry
          Lena Ortiz - Take 03 [230211.3].mp3                         | Lena Ortiz             | Take 03 [230211.3]
          Lena Ortiz - Night Ferry - Copy.mp3                         | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry copy 2.mp3                         | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (2).mp3                            | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (Kavo's conflicted copy 2021).mp3  | Lena Ortiz             | Night Ferry
          Lena Ortiz - Harbour Lights - 03 Night Ferry.mp3            | Lena Ortiz             | Night Ferry
          Lena Ortiz - Harbour Lights - 03 - Night Ferry.mp3          | Lena Ortiz             | Night Ferry
          Lena Ortiz - 03 - Night Ferry.mp3                           | Lena Ortiz             | Night Ferry
          HRB012 - Lena Ortiz - Night Ferry.mp3                       | Lena Ortiz             | Night Ferry
          HRB012_Lena Ortiz - Night Ferry.mp3                         | Lena Ortiz             | Night Ferry
          12345678_Lena Ortiz_Night Ferry_(Original Mix).mp3          | Lena Ortiz             | Night Ferry (Original Mix)
          Lena Ortiz - Night Ferry - F#m.mp3                          | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (Am).mp3                           | Lena Ortiz             | Night Ferry
          Who I - Am.mp3                                              | Who I                  | Am
          Lena Ortiz - Night Ferry [1234567890].mp3                   | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry 1234567890.mp3                     | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (Promo).mp3                        | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry [Web Rip].mp3                      | Lena Ortiz             | Night Ferry
          Lena Ortiz ‐ Night Ferry.mp3                                | Lena Ortiz             | Night Ferry
          B1_Lena_Ortiz_-_Night_Ferry.flac                            | Lena Ortiz             | Night Ferry
          Lena Ortiz pres. Kavo - Night Ferry.mp3                     | Lena Ortiz pres. Kavo  | Night Ferry
          UB40 - Night - Ferry.mp3                                    | UB40                   | Night - Ferry
          Jungle - Night Ferry.mp3                                    | Jungle                 | Night Ferry
          Lena Ortiz- Night Ferry.mp3                                 | Lena Ortiz             | Night Ferry
          Lena Ortiz-Night Ferry.mp3                                  | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry(Explicit).mp3                      | Lena Ortiz             | Night Ferry
          Lena Ortiz - Where To_.mp3                                  | Lena Ortiz             | Where To?
          Lena Ortiz - Kavo_s Night.mp3                               | Lena Ortiz             | Kavo's Night
          Lena Ortiz - Night Ferry [aB3_dE6gH9k].mp3                  | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (8A 122).mp3                       | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (VIP)-www.tunez4you.com.mp3        | Lena Ortiz             | Night Ferry (VIP)
          003 Lena Ortiz - Night Ferry.mp3                            | Lena Ortiz             | Night Ferry
          104. Lena Ortiz - Night Ferry.mp3                           | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (Intro Clean) 128 BPM.mp3          | Lena Ortiz             | Night Ferry (Intro Clean)
          Lena Ortiz - Night Ferry [128 bpm].mp3                      | Lena Ortiz             | Night Ferry
          Lena Ortiz - Night Ferry (VIP) [Harbour Trax] [HRB012].mp3  | Lena Ortiz             | Night Ferry (VIP)
          VA - Harbour Lights - 03 - Lena Ortiz - Night Ferry.mp3     | Lena Ortiz             | Night Ferry
          311 - Amber Light.mp3                                       | 311                    | Amber Light
          50 Cent - In Port.mp3                                       | 50 Cent                | In Port
          2 Unlimited - Night Ferry.mp3                               | 2 Unlimited            | Night Ferry
          Blur - Song 2.mp3                                           | Blur                   | Song 2
          Prince - 1999.mp3                                           | Prince                 | 1999
          Night Ferry - Extended Mix Lena Ortiz, Kavo.mp3             | Lena Ortiz, Kavo       | Night Ferry (Extended Mix)
          """)
  void artistAndTitleAreReadFrom(String name, String artist, String title) {
    NameReading reading = NameReader.read("/Users/someone/Music/Crate/" + name);
    assertThat(value(reading.artist())).isEqualTo(artist);
    assertThat(value(reading.title())).isEqualTo(title);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          15316755_night ferry_(original mix).mp3       | night ferry (original mix)
          287760_Night Ferry_Lena Ortiz Remix.mp3       | Night Ferry (Lena Ortiz Remix)
          01 Night Ferry (Kavo Remix).mp3               | Night Ferry (Kavo Remix)
          20 seconds to dock.mp3                        | 20 seconds to dock
          2-13 Night Ferry.mp3                          | Night Ferry
          1, 2 Step (Extended Mix) [Harbour Sounds].mp3 | 1, 2 Step (Extended Mix)
          House - Night Ferry.mp3                       | Night Ferry
          Drum & Bass - Night Ferry.mp3                 | Night Ferry
          night_ferry_at_dawn.mp3                       | night ferry at dawn
          """)
  void aLoneTitleNamesNoArtist(String name, String title) {
    NameReading reading = NameReader.read("X:\\Library\\1-Originals\\" + name);
    assertThat(reading.artist()).isNull();
    assertThat(value(reading.title())).isEqualTo(title);
    assertThat(reading.confidence()).isLessThan(0.2);
  }

  /** How shops, labels, pools, channels, rippers and programs write names; all made up. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '`',
      textBlock =
          """
          (HRB012) Lena Ortiz - Night Ferry.mp3                            ^ Lena Ortiz             ^ Night Ferry
          HRB012 - A1 - Lena Ortiz - Night Ferry.flac                      ^ Lena Ortiz             ^ Night Ferry
          HRB012 - 01 - Lena Ortiz - Night Ferry.flac                      ^ Lena Ortiz             ^ Night Ferry
          HRB012 B2 Lena Ortiz - Night Ferry.flac                          ^ Lena Ortiz             ^ Night Ferry
          HRB012_B2_Lena_Ortiz_-_Night_Ferry.flac                          ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - HRB012 - Night Ferry.flac                           ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (HRB012).flac                           ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry [HRB012] [2019].flac                    ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry [Harbour Trax] (2019).flac              ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (VIP) {Harbour Trax}.flac               ^ Lena Ortiz             ^ Night Ferry (VIP)
          Harbour Trax - Low Tides - 04 Lena Ortiz - Night Ferry.flac      ^ Lena Ortiz             ^ Night Ferry
          VA - Low Tides - 04 Lena Ortiz - Night Ferry.flac                ^ Lena Ortiz             ^ Night Ferry
          A1 Lena Ortiz - Night Ferry.flac                                 ^ Lena Ortiz             ^ Night Ferry
          AA - Lena Ortiz - Night Ferry.flac                               ^ Lena Ortiz             ^ Night Ferry
          B - Lena Ortiz - Night Ferry.flac                                ^ Lena Ortiz             ^ Night Ferry
          B) Lena Ortiz - Night Ferry.flac                                 ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - B2 - Night Ferry.flac                               ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - B2 Night Ferry.flac                                 ^ Lena Ortiz             ^ Night Ferry
          Am - 124 - Lena Ortiz - Night Ferry.mp3                          ^ Lena Ortiz             ^ Night Ferry
          11B Lena Ortiz - Night Ferry.mp3                                 ^ Lena Ortiz             ^ Night Ferry
          11B_124_Lena Ortiz - Night Ferry.mp3                             ^ Lena Ortiz             ^ Night Ferry
          [11B] [124] Lena Ortiz - Night Ferry.mp3                         ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (11B).mp3                               ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry 11B 124.mp3                             ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (VIP)_124_11B.mp3                       ^ Lena Ortiz             ^ Night Ferry (VIP)
          Lena Ortiz - Night Ferry (Clean - 11B - 124).mp3                 ^ Lena Ortiz             ^ Night Ferry (Clean)
          Lena Ortiz - Night Ferry (Dirty) 124.mp3                         ^ Lena Ortiz             ^ Night Ferry (Dirty)
          Lena Ortiz - Night Ferry [Dirty] [124].mp3                       ^ Lena Ortiz             ^ Night Ferry [Dirty]
          Lena Ortiz - Night Ferry (VIP)_PN.mp3                            ^ Lena Ortiz             ^ Night Ferry (VIP)
          Lena Ortiz - Night Ferry.mp3.1.mp3                               ^ Lena Ortiz             ^ Night Ferry
          PREMIERE： Lena Ortiz - Night Ferry [Harbour Trax].mp3           ^ Lena Ortiz             ^ Night Ferry
          Premiere_ Lena Ortiz - Night Ferry.mp3                           ^ Lena Ortiz             ^ Night Ferry
          FREE DL - Lena Ortiz - Night Ferry.mp3                           ^ Lena Ortiz             ^ Night Ferry
          【Free】 Lena Ortiz - Night Ferry.mp3                            ^ Lena Ortiz             ^ Night Ferry
          tunez4you.com_Lena Ortiz - Night Ferry.mp3                       ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Topic - Night Ferry.m4a                             ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry ｜ Official Audio.m4a                   ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry _ Official Video.m4a                    ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (Official Video HD).m4a                 ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry 320 kbps.mp3                            ^ Lena Ortiz             ^ Night Ferry 320 kbps
          Lena Ortiz - Night Ferry_320kbps.mp3                             ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (VIP) HQ.mp3                            ^ Lena Ortiz             ^ Night Ferry (VIP)
          Lena Ortiz - Night Ferry (MASTER 24bit).wav                      ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (16-44).flac                            ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry (VIP) [Harbour Trax] 87654321.mp3       ^ Lena Ortiz             ^ Night Ferry (VIP)
          87654321_Lena Ortiz_Night Ferry_Dub Mix.mp3                      ^ Lena Ortiz             ^ Night Ferry (Dub Mix)
          01-lena_ortiz_-_night_ferry-xyz.mp3                              ^ lena ortiz             ^ night ferry
          lena_ortiz-night_ferry-web-2019-xyz.mp3                          ^ lena ortiz             ^ night ferry
          Lena_Ortiz-Night_Ferry-(HRB012)-VINYL-2019-XYZ.mp3               ^ Lena Ortiz             ^ Night Ferry
          Lena_Ortiz__Night_Ferry.mp3                                      ^ Lena Ortiz             ^ Night Ferry
          1.04 Lena Ortiz - Night Ferry.m4a                                ^ Lena Ortiz             ^ Night Ferry
          CD2-04 - Lena Ortiz - Night Ferry.m4a                            ^ Lena Ortiz             ^ Night Ferry
          Disc 2 - 04 - Lena Ortiz - Night Ferry.m4a                       ^ Lena Ortiz             ^ Night Ferry
          d2t04. Lena Ortiz - Night Ferry.m4a                              ^ Lena Ortiz             ^ Night Ferry
          #04 Lena Ortiz - Night Ferry.m4a                                 ^ Lena Ortiz             ^ Night Ferry
          04] Lena Ortiz - Night Ferry.m4a                                 ^ Lena Ortiz             ^ Night Ferry
          0004 - Lena Ortiz - Night Ferry.m4a                              ^ Lena Ortiz             ^ Night Ferry
          2019 - Lena Ortiz - Night Ferry.mp3                              ^ Lena Ortiz             ^ Night Ferry
          2019-03-14 - Lena Ortiz - Night Ferry.mp3                        ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - 2019 - Night Ferry.mp3                              ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz • Night Ferry.mp3                                     ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz ~ Night Ferry.mp3                                     ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz--Night Ferry.mp3                                      ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz ‎– Night Ferry.mp3                                    ^ Lena Ortiz             ^ Night Ferry
          "Lena Ortiz" - "Night Ferry" (VIP).mp3                           ^ Lena Ortiz             ^ Night Ferry (VIP)
          Lena Ortiz - 'Night Ferry'.mp3                                   ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - 'Til the Ferry (Don't Go).mp3                       ^ Lena Ortiz             ^ 'Til the Ferry (Don't Go)
          Copy of Lena Ortiz - Night Ferry.mp3                             ^ Lena Ortiz             ^ Night Ferry
          Kopie von Lena Ortiz - Night Ferry.mp3                           ^ Lena Ortiz             ^ Night Ferry
          Lena Ortiz - Night Ferry - Kopie (2).mp3                         ^ Lena Ortiz             ^ Night Ferry
          Lena%20Ortiz%20-%20Night%20Ferr%C3%BD.mp3                        ^ Lena Ortiz             ^ Night Ferrý
          Lena+Ortiz+-+Night+Ferry.mp3                                     ^ Lena Ortiz             ^ Night Ferry
          Lena.Ortiz.-.Night.Ferry.mp3                                     ^ Lena Ortiz             ^ Night Ferry
          レナ「夜の船」.mp3                                               ^ レナ                   ^ 夜の船
          01. レナ - 夜の船？ (Original Mix).mp3                           ^ レナ                   ^ 夜の船？ (Original Mix)
          Лена Ортис - Ночной паром (Каво Remix).mp3                       ^ Лена Ортис             ^ Ночной паром (Каво Remix)
          لينا - عبارة الليل.mp3                                           ^ لينا                   ^ عبارة الليل
          """)
  void everyTradesWayOfNamingIsRead(String name, String artist, String title) {
    NameReading reading = NameReader.read("/Users/someone/Music/Crate/" + name);
    assertThat(value(reading.artist())).isEqualTo(artist);
    assertThat(value(reading.title())).isEqualTo(title);
  }

  /** What looks like a mark of the kinds above, and is a name. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Premiere - Night Ferry.mp3             | Premiere          | Night Ferry
          A1 - Night Ferry.mp3                   | A1                | Night Ferry
          Lena Ortiz - A1.mp3                    | Lena Ortiz        | A1
          Lena Ortiz - 2019.mp3                  | Lena Ortiz        | 2019
          1999 - Night Ferry.mp3                 | 1999              | Night Ferry
          101 Harbours - Night Ferry.mp3         | 101 Harbours      | Night Ferry
          Lena Ortiz - Night Ferry 124.mp3       | Lena Ortiz        | Night Ferry 124
          Lena Ortiz - Free.mp3                  | Lena Ortiz        | Free
          Lena Ortiz - Audio.mp3                 | Lena Ortiz        | Audio
          Lena Ortiz - Night Ferry (Free Music).mp3 | Lena Ortiz     | Night Ferry (Free Music)
          Lena Ortiz - 100%25 Ferry.mp3          | Lena Ortiz        | 100%25 Ferry
          Dr. Lena - Ferry No. 5.mp3             | Dr. Lena          | Ferry No. 5
          CD Lena - Night Ferry.mp3              | CD Lena           | Night Ferry
          """)
  void namesThatLookLikeMarksStay(String name, String artist, String title) {
    NameReading reading = NameReader.read("/Users/someone/Music/Crate/" + name);
    assertThat(value(reading.artist())).isEqualTo(artist);
    assertThat(value(reading.title())).isEqualTo(title);
  }

  @Test
  void everythingElseInANameIsReadToo() {
    NameReading reading =
        NameReader.read(
            "C:\\Music\\0A1B2C3D_Drum & Bass - Lena Ortiz ft. Kavo - Tide (Moro Remix)( - 9M) -"
                + " 174.mp3");
    assertThat(value(reading.storeId())).isEqualTo("0A1B2C3D");
    assertThat(reading.genre()).isNotNull();
    assertThat(reading.genre().value().name()).isEqualTo("Drum & Bass");
    assertThat(value(reading.featured())).isEqualTo("Kavo");
    assertThat(value(reading.key())).isEqualTo(MusicalKey.F_MINOR);
    assertThat(reading.bpm()).isNotNull();
    assertThat(reading.bpm().value().toString()).isEqualTo("174");
    assertThat(reading.mix()).isNotNull();
    assertThat(reading.mix().value().kind()).isEqualTo(MixKind.REMIX);
    assertThat(reading.mix().value().remixer()).isEqualTo("Moro");
  }

  @Test
  void labelCatalogueNumberTrackNumberAndEnergyAreKept() {
    assertThat(value(NameReader.read("a/Lena - Tide (Original Mix) [Harbour Trax].mp3").label()))
        .isEqualTo("Harbour Trax");
    assertThat(value(NameReader.read("a/Lena - Tide [HRB012].mp3").catalogueNumber()))
        .isEqualTo("HRB012");
    assertThat(value(NameReader.read("a/1-04 Tide.mp3").trackNumber())).isEqualTo(4);
    assertThat(value(NameReader.read("a/Lena - Tide - 8A - 7.mp3").energy())).isEqualTo(7);
    assertThat(value(NameReader.read("a/Lena - Tide - 8A - 7.mp3").key()))
        .isEqualTo(MusicalKey.A_MINOR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /m/iTunes Media/Music/Lena Ortiz/Harbour Lights/04 Night Ferry.m4a | Lena Ortiz | Night Ferry
          /m/Music/Lena Ortiz/Night Ferry - EP/04 Night Ferry.m4a            | Lena Ortiz | Night Ferry
          E:\\Contents\\Lena Ortiz\\Harbour Lights\\Night Ferry.mp3          | Lena Ortiz | Night Ferry
          /m/Lena Ortiz - Harbour Lights (2019) [FLAC]/04. Night Ferry.flac  | Lena Ortiz | Night Ferry
          /m/Lena, Kavo/Tide [123] [2020]/01 - Lena - Tide.flac              | Lena, Kavo | Tide
          /m/Lena, Kavo, Moro/Tide - Ebb [1] [2020]/02 - Kavo - Ebb.flac     | Kavo, Moro | Ebb
          /m/Lena Ortiz/Night Ferry/Lena Ortiz - Night Ferry.mp3             | Lena Ortiz | Night Ferry
          /m/crate/Night Ferry/Lena Ortiz - Night Ferry.mp3                  | Lena Ortiz | Night Ferry
          /m/Contents/Lena Ortiz/Tide/Night Ferry - Lena Ortiz.mp3           | Lena Ortiz | Night Ferry
          /m/Lena Ortiz - Tide EP/CD 2/04. Night Ferry.flac                  | Lena Ortiz | Night Ferry
          /m/Music/Lena Ortiz/Tide/Disc 2/04 Night Ferry.m4a                 | Lena Ortiz | Night Ferry
          /m/[HRB012] Lena Ortiz - Tide EP (2019)/04. Night Ferry.flac       | Lena Ortiz | Night Ferry
          /m/HRB012 Lena Ortiz - Tide EP/B2 Night Ferry.flac                 | Lena Ortiz | Night Ferry
          /m/Music/Lena Ortiz/Unknown Album/Night Ferry.m4a                  | Lena Ortiz | Night Ferry
          """)
  void foldersFillWhatTheNameLeavesOpen(String path, String artist, String title) {
    NameReading reading = NameReader.read(path);
    assertThat(value(reading.artist())).isEqualTo(artist);
    assertThat(value(reading.title())).isEqualTo(title);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(033G02)-Unknown-Unknown-Unknown.wav",
        "Unknown Artist - Track 01.mp3",
        "Track 07.mp3",
        "AudioTrack 3.wav"
      })
  void placeholdersGiveNothing(String name) {
    NameReading reading = NameReader.read("/m/" + name);
    assertThat(reading.artist()).isNull();
    assertThat(reading.title()).isNull();
  }

  @Test
  void aNameCutInsideABracketIsNotedAndTrustedLess() {
    NameReading known = NameReader.read("/m/Lena Ortiz - Night Ferry (Origi.mp3");
    assertThat(value(known.title())).isEqualTo("Night Ferry (Original Mix)");
    assertThat(known.confidence()).isLessThan(0.5);
    NameReading unknown = NameReader.read("/m/Lena Ortiz - Night Ferry [Harbour Sou.mp3");
    assertThat(value(unknown.title())).isEqualTo("Night Ferry");
    assertThat(unknown.notes()).anyMatch(note -> note.contains("cut short"));
  }

  @Test
  void aHostileNameIsReadAtOnce() {
    for (String part : new String[] {"(", "- ", " - ", "((a - ", "_", "mix ", "(mix)", "0", "[a"}) {
      String path = part.repeat(100_000 / part.length());
      long start = System.nanoTime();
      NameReader.read(path);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(250));
    }
  }

  private static <T> @Nullable T value(@Nullable Found<T> found) {
    return found == null ? null : found.value();
  }
}
