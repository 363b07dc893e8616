package culturalintelligence.analysis.audio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbered genres of ID3v1 with Winamp's additions, which MP4's {@code gnre} uses too. */
final class Genres {
  private Genres() {}

  private static final String[] NAMES =
      ("Blues|Classic Rock|Country|Dance|Disco|Funk|Grunge|Hip-Hop|Jazz|Metal|New Age|"
              + "Oldies|Other|Pop|R&B|Rap|Reggae|Rock|Techno|Industrial|Alternative|Ska|"
              + "Death Metal|Pranks|Soundtrack|Euro-Techno|Ambient|Trip-Hop|Vocal|Jazz+Funk|"
              + "Fusion|Trance|Classical|Instrumental|Acid|House|Game|Sound Clip|Gospel|Noise|"
              + "Alt. Rock|Bass|Soul|Punk|Space|Meditative|Instrumental Pop|Instrumental Rock|"
              + "Ethnic|Gothic|Darkwave|Techno-Industrial|Electronic|Pop-Folk|Eurodance|Dream|"
              + "Southern Rock|Comedy|Cult|Gangsta Rap|Top 40|Christian Rap|Pop/Funk|Jungle|"
              + "Native American|Cabaret|New Wave|Psychedelic|Rave|Showtunes|Trailer|Lo-Fi|"
              + "Tribal|Acid Punk|Acid Jazz|Polka|Retro|Musical|Rock & Roll|Hard Rock|Folk|"
              + "Folk-Rock|National Folk|Swing|Fast-Fusion|Bebop|Latin|Revival|Celtic|"
              + "Bluegrass|Avantgarde|Gothic Rock|Progressive Rock|Psychedelic Rock|"
              + "Symphonic Rock|Slow Rock|Big Band|Chorus|Easy Listening|Acoustic|Humour|"
              + "Speech|Chanson|Opera|Chamber Music|Sonata|Symphony|Booty Bass|Primus|"
              + "Porn Groove|Satire|Slow Jam|Club|Tango|Samba|Folklore|Ballad|Power Ballad|"
              + "Rhythmic Soul|Freestyle|Duet|Punk Rock|Drum Solo|A Cappella|Euro-House|"
              + "Dance Hall|Goa|Drum & Bass|Club-House|Hardcore|Terror|Indie|BritPop|Afro-Punk|"
              + "Polsk Punk|Beat|Christian Gangsta Rap|Heavy Metal|Black Metal|Crossover|"
              + "Contemporary Christian|Christian Rock|Merengue|Salsa|Thrash Metal|Anime|JPop|"
              + "Synthpop|Abstract|Art Rock|Baroque|Bhangra|Big Beat|Breakbeat|Chillout|"
              + "Downtempo|Dub|EBM|Eclectic|Electro|Electroclash|Emo|Experimental|Garage|"
              + "Global|IDM|Illbient|Industro-Goth|Jam Band|Krautrock|Leftfield|Lounge|"
              + "Math Rock|New Romantic|Nu-Breakz|Post-Punk|Post-Rock|Psytrance|Shoegaze|"
              + "Space Rock|Trop Rock|World Music|Neoclassical|Audiobook|Audio Theatre|"
              + "Neue Deutsche Welle|Podcast|Indie Rock|G-Funk|Dubstep|Garage Rock|Psybient")
          .split("\\|", -1);

  /** From 0; null beyond the list. */
  static @Nullable String byNumber(int number) {
    return number >= 0 && number < NAMES.length ? NAMES[number] : null;
  }

  /**
   * What an ID3v2 content type names: {@code 17}, {@code (17)}, {@code (4)Eurodisco}, {@code
   * (RX)(8)}, {@code ((Foot note)}. A number outside the list is nothing.
   */
  static List<String> ofId3(String value) {
    List<String> out = new ArrayList<>(1);
    String rest = value;
    while (rest.length() > 2 && rest.charAt(0) == '(' && rest.charAt(1) != '(') {
      int close = rest.indexOf(')');
      String one = close < 0 ? null : reference(rest.substring(1, close));
      if (one == null) {
        break;
      }
      add(out, one);
      rest = rest.substring(close + 1);
    }
    if (rest.startsWith("((")) {
      rest = rest.substring(1);
    }
    String alone = reference(rest);
    add(out, alone == null ? rest : alone);
    return out;
  }

  /** The genre a reference stands for, empty when it stands for none, null when it is a text. */
  private static @Nullable String reference(String s) {
    if (s.equals("RX")) {
      return "Remix";
    }
    if (s.equals("CR")) {
      return "Cover";
    }
    if (s.isEmpty() || s.length() > 3) {
      return null;
    }
    int n = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      n = n * 10 + (c - '0');
    }
    String name = byNumber(n);
    return name == null ? "" : name;
  }

  private static void add(List<String> out, String genre) {
    String g = genre.strip();
    if (!g.isEmpty() && !out.contains(g)) {
      out.add(g);
    }
  }
}
