package culturalintelligence.analysis.audio;

import static culturalintelligence.domain.music.TagField.*;

import culturalintelligence.domain.music.TagField;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which name means which field, for every family of tags, in one place. Where a block has several
 * names of one field, the lower rank is the field and the others stay raw: {@code DATE} before
 * {@code YEAR} before {@code ORIGINALDATE}.
 *
 * <p>Sources: the ID3 2.2, 2.3 and 2.4 frame lists; the Vorbis comment recommendation; the APE key
 * list; the RIFF INFO registry; the iTunes and ASF attribute lists; Matroska's tag list; and what
 * DJ programs and shops write on their own.
 */
final class TagNames {
  private TagNames() {}

  /** A family of tag names. */
  enum Dialect {
    /** Frames; user texts as {@code TXXX:description}. */
    ID3,
    VORBIS,
    APE,
    /** INFO chunks, and AIFF's text chunks. */
    RIFF,
    /** Atoms; free-form ones as {@code ----:mean:name}. */
    MP4,
    ASF,
    /** With the target level in front: {@code 50:TITLE} is the album's. */
    MATROSKA
  }

  record Meaning(TagField field, int rank) {}

  private static final Map<String, Meaning> FREE = new HashMap<>();
  private static final Map<String, Meaning> ID3 = new HashMap<>();
  private static final Map<String, Meaning> RIFF = new HashMap<>();
  private static final Map<String, Meaning> MP4 = new HashMap<>();
  private static final Map<String, Meaning> ASF = new HashMap<>();
  private static final Map<String, Meaning> MATROSKA = new HashMap<>();

  /** What a name that anybody may make up ranks behind a frame or atom made for the field. */
  private static final int USER_DEFINED = 20;

  static {
    // Names as people type them: letters and digits count, in any case.
    free(TITLE, "TITLE", "SONGTITLE", "TRACKTITLE");
    free(ARTIST, "ARTIST", "AUTHOR", "ARTISTS");
    free(ALBUM, "ALBUM", "ALBUMTITLE");
    free(ALBUM_ARTIST, "ALBUMARTIST", "BAND", "ENSEMBLE");
    free(GENRE, "GENRE");
    free(
        DATE,
        "DATE",
        "YEAR",
        "RECORDINGDATE",
        "RELEASEDATE",
        "DATERECORDED",
        "DATERELEASED",
        "ORIGINALDATE",
        "ORIGINALYEAR");
    free(TRACK_NUMBER, "TRACKNUMBER", "TRACK", "TRACKNUM", "TRACKNO");
    free(TRACK_TOTAL, "TRACKTOTAL", "TOTALTRACKS", "TRACKCOUNT");
    free(DISC_NUMBER, "DISCNUMBER", "DISC", "DISKNUMBER", "DISK", "DISCNO");
    free(DISC_TOTAL, "DISCTOTAL", "TOTALDISCS", "DISKTOTAL", "TOTALDISKS", "DISCCOUNT");
    free(BPM, "BPM", "TEMPO", "TBPM", "BEATSPERMINUTE", "TRAKTORBPM");
    free(KEY, "INITIALKEY", "KEY", "TKEY", "MUSICALKEY");
    free(LABEL, "LABEL", "RECORDLABEL", "ORGANIZATION", "ORGANISATION", "PUBLISHER", "LABELNAME");
    free(
        CATALOGUE_NUMBER,
        "CATALOGNUMBER",
        "CATALOGUENUMBER",
        "CATALOG",
        "CATALOGUE",
        "CATALOGNO",
        "CATALOGUENO",
        "CATALOGID",
        "CATALOGUEID",
        "CATNO",
        "CATNUMBER",
        "DISCOGSCATALOG",
        "LABELNO");
    free(ISRC, "ISRC");
    free(REMIXER, "REMIXER", "MIXARTIST", "REMIXEDBY", "REMIXARTIST", "MODIFIEDBY");
    free(SUBTITLE, "SUBTITLE", "VERSION", "MIXNAME", "MIX");
    free(COMPOSER, "COMPOSER");
    free(COMMENT, "COMMENT", "COMMENTS", "DESCRIPTION");
    free(RATING, "RATING", "FMPSRATING", "TRAKTORRATING");
    free(ENERGY, "ENERGYLEVEL", "ENERGY");
    free(ENCODER, "ENCODER", "ENCODERSETTINGS", "ENCODEDBY", "ENCODEDUSING", "ENCODINGTOOL");
    free(REPLAYGAIN_TRACK_GAIN, "REPLAYGAINTRACKGAIN");
    free(REPLAYGAIN_TRACK_PEAK, "REPLAYGAINTRACKPEAK");
    free(REPLAYGAIN_ALBUM_GAIN, "REPLAYGAINALBUMGAIN");
    free(REPLAYGAIN_ALBUM_PEAK, "REPLAYGAINALBUMPEAK");

    into(ID3, TITLE, "TIT2", "TT2");
    into(ID3, ARTIST, "TPE1", "TP1");
    into(ID3, ALBUM, "TALB", "TAL");
    into(ID3, ALBUM_ARTIST, "TPE2", "TP2");
    into(ID3, GENRE, "TCON", "TCO");
    into(ID3, DATE, "TDRC", "TYER", "TYE", "TDRL", "TRDA", "TDOR", "TORY", "TOR");
    into(ID3, TRACK_NUMBER, "TRCK", "TRK");
    into(ID3, DISC_NUMBER, "TPOS", "TPA");
    into(ID3, BPM, "TBPM", "TBP");
    into(ID3, KEY, "TKEY", "TKE");
    into(ID3, LABEL, "TPUB", "TPB");
    into(ID3, ISRC, "TSRC", "TRC");
    into(ID3, REMIXER, "TPE4", "TP4");
    into(ID3, SUBTITLE, "TIT3", "TT3");
    into(ID3, COMPOSER, "TCOM", "TCM");
    into(ID3, COMMENT, "COMM", "COM");
    into(ID3, RATING, "POPM", "POP");
    into(ID3, ENCODER, "TSSE", "TSS", "TENC", "TEN");

    into(RIFF, TITLE, "INAM", "TITL", "NAME");
    into(RIFF, ARTIST, "IART", "STAR", "AUTH", "IAUT");
    into(RIFF, ALBUM, "IPRD", "IALB", "ALBM");
    into(RIFF, ALBUM_ARTIST, "IAAR");
    into(RIFF, GENRE, "IGNR", "GENR", "ISGN");
    into(RIFF, DATE, "ICRD", "YEAR", "IYER", "IDIT");
    into(RIFF, TRACK_NUMBER, "ITRK", "IPRT", "TRCK", "PRT1");
    into(RIFF, TRACK_TOTAL, "IFRM", "PRT2");
    into(RIFF, BPM, "IBPM", "BPM ");
    into(RIFF, LABEL, "IPUB", "ILBL");
    into(RIFF, ISRC, "ISRC");
    into(RIFF, REMIXER, "IEDT");
    into(RIFF, COMPOSER, "IMUS", "IWRI");
    into(RIFF, COMMENT, "ICMT", "CMNT", "COMM", "ANNO");
    into(RIFF, RATING, "IRTD");
    into(RIFF, ENCODER, "ISFT", "ITCH", "CODE");

    into(MP4, TITLE, "©nam", "titl");
    into(MP4, ARTIST, "©ART", "perf");
    into(MP4, ALBUM, "©alb", "albm");
    into(MP4, ALBUM_ARTIST, "aART");
    into(MP4, GENRE, "©gen", "gnre");
    into(MP4, DATE, "©day", "yrrc");
    into(MP4, TRACK_NUMBER, "trkn", "©trk");
    into(MP4, DISC_NUMBER, "disk");
    into(MP4, BPM, "tmpo");
    into(MP4, COMPOSER, "©wrt", "©com");
    into(MP4, COMMENT, "©cmt");
    into(MP4, LABEL, "©pub", "©lab", "©mal");
    into(MP4, RATING, "rate");
    into(MP4, ENCODER, "©too", "©enc");

    into(ASF, TITLE, "Title");
    into(ASF, ARTIST, "Author", "WM/Author");
    into(ASF, ALBUM, "WM/AlbumTitle");
    into(ASF, ALBUM_ARTIST, "WM/AlbumArtist");
    into(ASF, GENRE, "WM/Genre");
    into(
        ASF,
        DATE,
        "WM/Year",
        "WM/RecordingTime",
        "WM/OriginalReleaseTime",
        "WM/OriginalReleaseYear");
    into(ASF, TRACK_NUMBER, "WM/TrackNumber", "WM/Track");
    into(ASF, DISC_NUMBER, "WM/PartOfSet");
    into(ASF, BPM, "WM/BeatsPerMinute");
    into(ASF, KEY, "WM/InitialKey");
    into(ASF, LABEL, "WM/Publisher");
    into(ASF, CATALOGUE_NUMBER, "WM/CatalogNo");
    into(ASF, ISRC, "WM/ISRC");
    into(ASF, REMIXER, "WM/ModifiedBy");
    into(ASF, SUBTITLE, "WM/SubTitle");
    into(ASF, COMPOSER, "WM/Composer");
    into(ASF, COMMENT, "Description", "WM/Comments");
    into(ASF, RATING, "WM/SharedUserRating");
    into(ASF, ENCODER, "WM/EncodingSettings", "WM/ToolName", "WM/EncodedBy");

    into(MATROSKA, TITLE, "30:TITLE");
    into(MATROSKA, ARTIST, "30:ARTIST", "30:LEAD_PERFORMER", "50:LEAD_PERFORMER");
    into(MATROSKA, ALBUM, "50:TITLE", "50:ALBUM", "30:ALBUM");
    into(MATROSKA, ALBUM_ARTIST, "50:ARTIST", "50:ALBUM_ARTIST", "30:ALBUM_ARTIST");
    into(MATROSKA, TRACK_NUMBER, "30:PART_NUMBER");
    into(MATROSKA, DISC_NUMBER, "40:PART_NUMBER", "50:PART_NUMBER");
    into(MATROSKA, TRACK_TOTAL, "50:TOTAL_PARTS");
    into(MATROSKA, LABEL, "30:LABEL", "50:LABEL", "30:PUBLISHER", "50:PUBLISHER");
    into(MATROSKA, REMIXER, "30:REMIXED_BY", "50:REMIXED_BY");
    into(MATROSKA, KEY, "30:INITIAL_KEY");
  }

  private static void free(TagField field, String... names) {
    into(FREE, field, names);
  }

  private static void into(Map<String, Meaning> table, TagField field, String... names) {
    for (int rank = 0; rank < names.length; rank++) {
      table.put(names[rank], new Meaning(field, rank));
    }
  }

  /** What a name means in its family of tags; null when it is not one of the fields. */
  static @Nullable Meaning of(Dialect dialect, String name) {
    return switch (dialect) {
      case VORBIS, APE -> FREE.get(bare(name));
      case ID3 -> name.startsWith("TXXX:") ? userDefined(name.substring(5)) : ID3.get(name);
      case RIFF -> RIFF.get(name);
      case MP4 ->
          name.startsWith("----:")
              ? userDefined(name.substring(name.lastIndexOf(':') + 1))
              : MP4.get(name);
      case ASF -> {
        Meaning exact = ASF.get(name);
        yield exact != null
            ? exact
            : userDefined(name.startsWith("WM/") ? name.substring(3) : name);
      }
      case MATROSKA -> {
        Meaning exact = MATROSKA.get(name);
        yield exact != null ? exact : userDefined(name.substring(name.indexOf(':') + 1));
      }
    };
  }

  private static @Nullable Meaning userDefined(String name) {
    Meaning m = FREE.get(bare(name));
    return m == null ? null : new Meaning(m.field(), m.rank() + USER_DEFINED);
  }

  /** {@code Catalog #} and {@code CATALOG_NUMBER} without what people put between the words. */
  private static String bare(String name) {
    StringBuilder b = new StringBuilder(name.length());
    String upper = name.toUpperCase(Locale.ROOT);
    for (int i = 0; i < upper.length(); i++) {
      char c = upper.charAt(i);
      if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        b.append(c);
      } else if (c > 0x7f) {
        // A name in another script is another name.
        return name;
      }
    }
    return b.toString();
  }
}
