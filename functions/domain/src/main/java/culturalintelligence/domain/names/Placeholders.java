package culturalintelligence.domain.names;

import java.util.Set;

/** Values that stand where a name should be and give none. */
public final class Placeholders {
  private Placeholders() {}

  private static final Set<String> NAMES =
      Set.of(
          "unknown",
          "unknownartist",
          "unknownalbum",
          "unknowntitle",
          "unknowntrack",
          "unknownlabel",
          "unknowngenre",
          "artist",
          "title",
          "track",
          "audiotrack",
          "untitledartist",
          "various",
          "variousartists",
          "va",
          "variousartist",
          "none",
          "null",
          "na",
          "nodata",
          "tba",
          "unk",
          "newartist",
          "newtitle",
          "interpret",
          "noartist",
          "notitle",
          "unknownunknown",
          "unbekannt",
          "unbekannterinterpret",
          "unknownunknownunknown",
          "artistunknown",
          "desconocido",
          "artistadesconocido",
          "inconnu",
          "artisteinconnu");

  /** Unknown, Track 01, AudioTrack 7, an empty field, signs alone. */
  public static boolean isPlaceholder(String value) {
    String folded = Chars.fold(value);
    if (folded.isEmpty()) {
      // Signs may be a name where there is nothing else: "(=o_o=)" is one, "---" is not.
      return value.chars().noneMatch(c -> Character.isLetterOrDigit(c) || c > 0x2000);
    }
    if (folded.length() > 24) {
      return false;
    }
    return NAMES.contains(folded) || isNumberedTrack(folded);
  }

  private static boolean isNumberedTrack(String folded) {
    String bare =
        folded.substring(0, folded.length() - Chars.digitsBefore(folded, folded.length()));
    return bare.equals("track") || bare.equals("audiotrack");
  }
}
