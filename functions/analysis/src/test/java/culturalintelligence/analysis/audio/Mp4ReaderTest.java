package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.box;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.analysis.audio.FileBytes.u32;
import static culturalintelligence.analysis.audio.FileBytes.zeros;
import static culturalintelligence.domain.music.TagField.ALBUM;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.BPM;
import static culturalintelligence.domain.music.TagField.CATALOGUE_NUMBER;
import static culturalintelligence.domain.music.TagField.DATE;
import static culturalintelligence.domain.music.TagField.GENRE;
import static culturalintelligence.domain.music.TagField.ISRC;
import static culturalintelligence.domain.music.TagField.KEY;
import static culturalintelligence.domain.music.TagField.LABEL;
import static culturalintelligence.domain.music.TagField.TITLE;
import static culturalintelligence.domain.music.TagField.TRACK_NUMBER;
import static culturalintelligence.domain.music.TagField.TRACK_TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.ByteRange;
import org.junit.jupiter.api.Test;

class Mp4ReaderTest {
  private static final int LC_STEREO_44100 = 0x1210;
  private static final int LC_MONO_44100 = 0x1208;

  @Test
  void an_m4a_gives_its_facts_and_its_tags() {
    Reading r = Reading.of(m4a(ilst(item("©nam", "Strobe"), item("©ART", "Nørra Vale"))));
    assertThat(r.stream().container()).isEqualTo("MP4");
    assertThat(r.stream().codec()).isEqualTo("AAC");
    assertThat(r.stream().durationSeconds()).isCloseTo(10, within(0.001));
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().lossless()).isFalse();
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Nørra Vale");
    assertThat(r.read().damage()).isNull();
  }

  @Test
  void the_label_is_found_in_whatever_case_the_tagger_wrote_it() {
    for (String name : new String[] {"LABEL", "label", "Label", "PUBLISHER", "organization"}) {
      Reading r = Reading.of(m4a(ilst(freeForm(name, "Drumcode"), item("aART", "Various"))));
      assertThat(r.first(LABEL)).as(name).isEqualTo("Drumcode");
    }
  }

  @Test
  void the_album_artist_is_never_the_label() {
    assertThat(Reading.of(m4a(ilst(item("aART", "Drumcode")))).first(LABEL)).isNull();
  }

  @Test
  void what_djs_look_for_is_found_in_free_form_items() {
    Reading r =
        Reading.of(
            m4a(
                ilst(
                    freeForm("initialkey", "8A"),
                    freeForm("CATALOGNUMBER", "DC123"),
                    freeForm("ISRC", "GBUM71507078"),
                    box("tmpo", data(21, new FileBytes().u16be(128))))));
    assertThat(r.first(KEY)).isEqualTo("8A");
    assertThat(r.first(CATALOGUE_NUMBER)).isEqualTo("DC123");
    assertThat(r.first(ISRC)).isEqualTo("GBUM71507078");
    assertThat(r.first(BPM)).isEqualTo("128");
  }

  /** iTunes writes a tempo of 0 into everything. */
  @Test
  void a_tempo_of_zero_is_no_tempo() {
    Reading r = Reading.of(m4a(ilst(box("tmpo", data(21, new FileBytes().u16be(0))))));
    assertThat(r.first(BPM)).isNull();
  }

  @Test
  void track_number_and_total_and_a_numbered_genre_are_told() {
    FileBytes track = new FileBytes().u16be(0).u16be(3).u16be(12).u16be(0);
    Reading r =
        Reading.of(
            m4a(
                ilst(
                    box("trkn", data(0, track)), box("gnre", data(0, new FileBytes().u16be(18))))));
    assertThat(r.first(TRACK_NUMBER)).isEqualTo("3");
    assertThat(r.first(TRACK_TOTAL)).isEqualTo("12");
    assertThat(r.first(GENRE)).isEqualTo("Rock");
  }

  /** A file bought at Apple's carries the buyer's e-mail address; it must not get anywhere. */
  @Test
  void the_purchaser_is_dropped() {
    AudioReading answer =
        Reading.of(
                m4a(
                    ilst(
                        item("apID", "someone@example.org"),
                        item("ownr", "Some One"),
                        item("purd", "2015-01-01 10:00:00"),
                        item("©nam", "Strobe"))))
            .answer();
    assertThat(answer.toString()).doesNotContain("example.org", "Some One", "2015-01-01");
  }

  @Test
  void several_values_of_one_item_are_several_values() {
    FileBytes two = box("©ART", data(1, text("Sasha")), data(1, text("John Digweed")));
    assertThat(Reading.of(m4a(ilst(two))).values(ARTIST)).containsExactly("Sasha", "John Digweed");
  }

  @Test
  void a_nul_in_a_value_or_in_a_name_ends_it() {
    Reading r = Reading.of(m4a(ilst(item("©nam", "Strobe\0"), freeForm("LABEL\0x", "Mau5trap"))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(LABEL)).isEqualTo("Mau5trap");
  }

  /** Covers of nearly a megabyte are common; none of it is loaded, and what follows is read. */
  @Test
  void a_picture_of_880_kb_is_stepped_over() {
    FileBytes cover = box("covr", data(13, zeros(880_000)));
    Reading r = Reading.of(m4a(ilst(cover, item("©alb", "For Lack of a Better Name"))));
    assertThat(r.first(ALBUM)).isEqualTo("For Lack of a Better Name");
    assertThat(r.read().tags().raw()).isEmpty();
  }

  /** QuickTime's meta is a plain box where ISO's has a version: both are in the wild. */
  @Test
  void the_meta_box_may_lack_its_version() {
    FileBytes plain =
        box("udta", box("meta", handler("mdir"), box("ilst", item("©nam", "Strobe"))));
    assertThat(Reading.of(m4a(plain)).first(TITLE)).isEqualTo("Strobe");
  }

  @Test
  void quicktime_keys_name_the_items_by_number() {
    FileBytes keys =
        box(
            "keys",
            u32(0),
            u32(2),
            box("mdta", text("com.apple.quicktime.title")),
            box("mdta", text("artist")));
    FileBytes items =
        box("ilst", box("\0\0\0\1", data(1, text("Strobe"))), box("\0\0\0\2", data(1, text("x"))));
    Reading r = Reading.of(m4a(box("meta", u32(0), handler("mdta"), keys, items)));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("x");
  }

  @Test
  void quicktime_and_3gpp_texts_in_the_user_data_are_read() {
    FileBytes quickTime = box("©nam", new FileBytes().u16be(6).u16be(0x55c4).ascii("Strobe"));
    FileBytes threeGp = box("perf", u32(0), new FileBytes().u16be(0x55c4).utf8("Ünder\0"));
    Reading r = Reading.of(m4a(box("udta", quickTime, threeGp)));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Ünder");
  }

  @Test
  void windows_fields_fill_what_itunes_left_open() {
    FileBytes name = text("WM/Publisher");
    FileBytes value = new FileBytes().utf16le("Drumcode\0");
    FileBytes entry =
        new FileBytes()
            .u32be(12L + name.size() + 6 + value.size())
            .u32be(name.size())
            .add(name)
            .u32be(1)
            .u32be(6L + value.size())
            .u16be(8)
            .add(value);
    assertThat(Reading.of(m4a(box("udta", box("Xtra", entry)))).first(LABEL)).isEqualTo("Drumcode");
  }

  /**
   * The sample entry has 16 bits for the rate: at 96 kHz it holds a lie, and ALAC's own does not.
   */
  @Test
  void the_rate_of_alac_is_its_cookies() {
    FileBytes cookie =
        new FileBytes()
            .u32be(4096)
            .u8(0)
            .u8(24)
            .u24be(0x280a0e)
            .u8(2)
            .u16be(255)
            .u32be(0)
            .u32be(0)
            .u32be(96_000);
    FileBytes entry = soundEntry("alac", 0, 0, 16, box("alac", u32(0), cookie));
    Reading r = Reading.of(file(entry, 96_000, 960_000));
    assertThat(r.stream().codec()).isEqualTo("ALAC");
    assertThat(r.stream().sampleRate()).isEqualTo(96_000);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().bitDepth()).isEqualTo(24);
    assertThat(r.stream().lossless()).isTrue();
  }

  @Test
  void the_rate_and_the_md5_of_flac_are_its_stream_infos() {
    long packed = 96_000L << 44 | 1L << 41 | 23L << 36 | 960_000;
    FileBytes info =
        new FileBytes()
            .u16be(4096)
            .u16be(4096)
            .u24be(0)
            .u24be(0)
            .u64be(packed)
            .add(zeros(15))
            .u8(7);
    FileBytes dfLa = box("dfLa", u32(0), new FileBytes().u8(0x80).u24be(34).add(info));
    Reading r = Reading.of(file(soundEntry("fLaC", 2, 48_000, 16, dfLa), 96_000, 960_000));
    assertThat(r.stream().codec()).isEqualTo("FLAC");
    assertThat(r.stream().sampleRate()).isEqualTo(96_000);
    assertThat(r.stream().bitDepth()).isEqualTo(24);
    assertThat(r.read().audioMd5()).endsWith("07").hasSize(32);
  }

  @Test
  void opus_is_48_khz_and_ac3_has_its_channels_where_the_entry_is_empty() {
    FileBytes dOps = box("dOps", new FileBytes().u8(0).u8(2).u16be(312).u32be(44_100).u24be(0));
    Reading opus = Reading.of(file(soundEntry("Opus", 0, 0, 16, dOps), 48_000, 480_000));
    assertThat(opus.stream().sampleRate()).isEqualTo(48_000);
    assertThat(opus.stream().channels()).isEqualTo(2);
    // 48 kHz, bsid 8, 3/2 with LFE, 384 kbit/s.
    FileBytes dac3 = box("dac3", new FileBytes().u24be(8 << 17 | 7 << 11 | 1 << 10 | 14 << 5));
    Reading ac3 = Reading.of(file(soundEntry("ac-3", 2, 48_000, 16, dac3), 48_000, 480_000));
    assertThat(ac3.stream().channels()).isEqualTo(6);
    assertThat(ac3.stream().bitrate()).isEqualTo(384_000);
  }

  /** 0 channels and 0 Hz stand in the entries of files that the codec's configuration explains. */
  @Test
  void an_empty_sample_entry_is_filled_from_the_codecs_configuration() {
    Reading r = Reading.of(file(aacEntry(0, 0, LC_STEREO_44100), 44_100, 441_000));
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
  }

  @Test
  void mono_in_the_configuration_may_be_parametric_stereo_and_is_noted() {
    Reading r = Reading.of(file(aacEntry(2, 44_100, LC_MONO_44100), 44_100, 441_000));
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.read().notes()).anyMatch(n -> n.contains("may have 1"));
    Reading mono = Reading.of(file(aacEntry(1, 44_100, LC_MONO_44100), 44_100, 441_000));
    assertThat(mono.stream().channels()).isEqualTo(1);
  }

  @Test
  void impossible_channels_are_absent_with_a_note() {
    Reading r = Reading.of(file(soundEntry("sowt", 25_699, 44_100, 16), 44_100, 441_000));
    assertThat(r.stream().channels()).isNull();
    assertThat(r.read().notes()).anyMatch(n -> n.contains("channel count"));
  }

  /** A header flipped by one bit says days; the sample table says ten seconds. */
  @Test
  void a_duration_of_days_is_contradicted_by_the_sample_table() {
    FileBytes entry = aacEntry(2, 44_100, LC_STEREO_44100);
    FileBytes lying = movie(track(entry, 44_100, 0x7000_0000L, 430, 1024, 400), join());
    Reading r = Reading.of(join(ftyp(), lying, box("mdat", FileBytes.noise(2_000))));
    assertThat(r.stream().durationSeconds()).isCloseTo(430 * 1024 / 44_100.0, within(0.01));
  }

  @Test
  void the_bitrate_is_the_sample_tables_bytes_over_the_time() {
    FileBytes entry = aacEntry(2, 44_100, LC_STEREO_44100);
    FileBytes moov = movie(track(entry, 44_100, 441_000, 400, 1_102, 500), join());
    Reading r = Reading.of(join(ftyp(), moov, box("mdat", FileBytes.noise(2_000))));
    assertThat(r.stream().bitrate()).isEqualTo(160_000);
  }

  @Test
  void the_movie_box_may_come_last_and_the_sound_have_a_64_bit_length() {
    FileBytes sound = FileBytes.noise(1_000);
    FileBytes mdat = new FileBytes().u32be(1).ascii("mdat").u64be(1_016).add(sound);
    FileBytes moov = movie(aacTrack(), ilst(item("©nam", "Strobe")));
    Reading r = Reading.of(join(ftyp(), mdat, moov));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.read().payload()).containsExactly(new ByteRange(28, 1_028));
  }

  /** A length of 0 means: to the end of the file. */
  @Test
  void sound_of_unknown_length_goes_to_the_end() {
    FileBytes moov = movie(aacTrack(), join());
    FileBytes mdat = new FileBytes().u32be(0).ascii("mdat").add(FileBytes.noise(500));
    FileBytes file = join(ftyp(), moov, mdat);
    assertThat(Reading.of(file).read().payload())
        .containsExactly(new ByteRange(file.size() - 500L, file.size()));
  }

  @Test
  void a_file_cut_in_its_sound_keeps_tags_and_says_so() {
    FileBytes whole =
        join(ftyp(), movie(aacTrack(), ilst(item("©nam", "Strobe"))), box("mdat", zeros(10_000)));
    byte[] cut = java.util.Arrays.copyOf(whole.bytes(), whole.size() - 9_000);
    Reading r = Reading.of(cut);
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.stream().durationSeconds()).isCloseTo(10, within(0.001));
    assertThat(r.read().damage()).isEqualTo(Damage.TRUNCATED);
  }

  @Test
  void fragments_are_added_up_where_the_header_knows_no_length() {
    FileBytes run = box("trun", u32(0x200), u32(3), u32(100), u32(200), u32(300));
    FileBytes header = box("tfhd", u32(0x08), u32(1), u32(44_100));
    FileBytes moof = box("moof", box("traf", header, run));
    FileBytes moov = movie(track(aacEntry(2, 44_100, LC_STEREO_44100), 44_100, 0, 0, 0, 0), join());
    FileBytes sound = box("mdat", FileBytes.noise(600));
    Reading r = Reading.of(join(ftyp(), moov, moof, sound, moof, sound));
    assertThat(r.stream().durationSeconds()).isCloseTo(6, within(0.001));
    assertThat(r.stream().bitrate()).isEqualTo(1_600);
    assertThat(r.read().payload()).hasSize(2);
  }

  /** A mix of an hour of which a store shows half a minute: the edit list says what is heard. */
  @Test
  void an_edit_list_that_cuts_is_the_duration_one_that_trims_priming_is_not() {
    assertThat(Reading.of(edited(3_000)).stream().durationSeconds()).isCloseTo(3, within(0.001));
    assertThat(Reading.of(edited(9_950)).stream().durationSeconds()).isCloseTo(10, within(0.001));
  }

  private static FileBytes edited(int millis) {
    FileBytes elst = box("elst", u32(0), u32(1), u32(millis), u32(1_024), u32(0x10000));
    FileBytes trak =
        box(
            "trak",
            box("edts", elst),
            media(aacEntry(2, 44_100, LC_STEREO_44100), 44_100, 441_000, 0, 0, 0));
    return join(ftyp(), movie(trak, join()), box("mdat", FileBytes.noise(500)));
  }

  @Test
  void a_retagged_copy_has_the_same_payload() {
    FileBytes one = m4a(ilst(item("©nam", "Strobe")));
    FileBytes two = m4a(ilst(item("©nam", "Strobe (Extended Mix)"), item("©gen", "House")));
    assertThat(Reading.payloadHash(one)).isNotNull().isEqualTo(Reading.payloadHash(two));
  }

  @Test
  void a_film_without_sound_is_no_audio() {
    FileBytes silent = box("moov", movieHeader(), box("trak", box("mdia", handler("vide"))));
    assertThat(Reading.of(join(ftyp(), silent)).answer()).isInstanceOf(AudioReading.NotAudio.class);
  }

  @Test
  void a_date_box_of_3gpp_is_a_year() {
    FileBytes year = box("yrrc", u32(0), new FileBytes().u16be(2009));
    assertThat(Reading.of(m4a(box("udta", year))).first(DATE)).isEqualTo("2009");
  }

  // ---- the makings

  private static FileBytes ftyp() {
    return box("ftyp", text("M4A "));
  }

  private static FileBytes m4a(FileBytes userData) {
    return join(ftyp(), movie(aacTrack(), userData), box("mdat", FileBytes.noise(2_000)));
  }

  private static FileBytes file(FileBytes entry, int timescale, long duration) {
    FileBytes moov = movie(track(entry, timescale, duration, 0, 0, 0), join());
    return join(ftyp(), moov, box("mdat", FileBytes.noise(2_000)));
  }

  private static FileBytes movie(FileBytes track, FileBytes userData) {
    return box("moov", movieHeader(), track, userData);
  }

  private static FileBytes movieHeader() {
    return box("mvhd", u32(0), u32(0), u32(0), u32(1_000), u32(10_000), zeros(80));
  }

  private static FileBytes aacTrack() {
    return track(aacEntry(2, 44_100, LC_STEREO_44100), 44_100, 441_000, 0, 0, 0);
  }

  private static FileBytes track(
      FileBytes entry, int timescale, long duration, int samples, int delta, int size) {
    FileBytes header = box("tkhd", u32(0), u32(0), u32(0), u32(1), zeros(68));
    return box("trak", header, media(entry, timescale, duration, samples, delta, size));
  }

  private static FileBytes media(
      FileBytes entry, int timescale, long duration, int samples, int delta, int size) {
    FileBytes tables =
        box(
            "stbl",
            box("stsd", u32(0), u32(1), entry),
            box("stts", u32(0), u32(samples > 0 ? 1 : 0), u32(samples), u32(delta)),
            box("stsz", u32(0), u32(size), u32(samples)));
    return box(
        "mdia",
        box("mdhd", u32(0), u32(0), u32(0), u32(timescale), u32(duration), u32(0)),
        handler("soun"),
        box("minf", tables));
  }

  private static FileBytes handler(String type) {
    return box("hdlr", u32(0), u32(0), text(type), zeros(13));
  }

  private static FileBytes soundEntry(
      String type, int channels, int rate, int bits, FileBytes... inner) {
    FileBytes fixed =
        zeros(6)
            .u16be(1)
            .add(zeros(8))
            .u16be(channels)
            .u16be(bits)
            .u32be(0)
            .u32be((long) rate << 16);
    return box(type, fixed, join(inner));
  }

  private static FileBytes aacEntry(int channels, int rate, int config) {
    FileBytes specific = new FileBytes().u8(5).u8(2).u16be(config);
    FileBytes decoder =
        new FileBytes().u8(4).u8(13 + specific.size()).u8(0x40).u8(0x15).u24be(0).u32be(0).u32be(0);
    decoder.add(specific);
    FileBytes stream = new FileBytes().u8(3).u8(3 + decoder.size()).u16be(0).u8(0).add(decoder);
    return soundEntry("mp4a", channels, rate, 16, box("esds", u32(0), stream));
  }

  private static FileBytes ilst(FileBytes... items) {
    return box("udta", box("meta", u32(0), handler("mdir"), box("ilst", items)));
  }

  private static FileBytes item(String type, String value) {
    return box(type, data(1, new FileBytes().utf8(value)));
  }

  private static FileBytes data(int type, FileBytes value) {
    return box("data", u32(type), u32(0), value);
  }

  private static FileBytes freeForm(String name, String value) {
    return box(
        "----",
        box("mean", u32(0), text("com.apple.iTunes")),
        box("name", u32(0), text(name)),
        data(1, new FileBytes().utf8(value)));
  }
}
