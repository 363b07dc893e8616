package culturalintelligence.localdev.sample;

import java.text.Normalizer;
import java.util.List;

/**
 * Invented names that look like those in crates: many alphabets, both Unicode normal forms,
 * numbers, the odd shout.
 */
final class Names {
  private static final String[] FIRST = {
    "Kavel",
    "Nørra",
    "Tess",
    "Marlow",
    "Ibex",
    "Ødin",
    "Sunder",
    "Pelle",
    "Vasco",
    "Lumen",
    "Änna",
    "Rook",
    "Zuri",
    "Halden",
    "Okto",
    "Mirelle",
    "Zoë",
    "Dario",
    "Quill",
    "Ebba",
    "Yuki",
    "Tomás",
    "Fenn",
    "Juno",
    "Château",
    "Ravel",
    "Sable",
    "Ivo",
    "Luz",
    "Bastien",
    "Nadja",
    "Kestrel",
    "Omar",
    "Piñata",
    "Greta",
    "Saïd",
    "Tarek",
    "Vexa",
    "Wren",
    "Xenia",
    "Łukasz",
    "Şirin",
    "Émile",
    "Björn",
    "Anouk",
    "Café",
    "Delphi",
    "Eider",
    "Farrow",
    "Golem",
    "Hélène",
    "Indra",
    "Jorge",
    "Kilo",
    "Lorca",
    "Mästare",
    "Neon",
    "Orla",
    "Pharo",
    "Quinoa",
    "Riot",
    "Sol",
    "Tundra",
    "Umbra",
    "Viktor",
    "Wilder",
    "Xylo",
    "Yara",
    "Zénith",
    "Ångström",
    "Ноктюрн",
    "Золото",
    "東京",
    "Αθήνα",
    "서울",
    "A-Mase",
    "Jay-Ro",
    "DJ Pollen",
    "MC Ferro",
    "303",
    "2Tall",
    "440Hz",
    "Mr. Fold",
    "O'Dell",
    "#Hashed",
    "N.U.T.",
    "E&M",
    "ß-Side",
    "Kid €",
    "Lady ❷"
  };
  private static final String[] SECOND = {
    "Noord",
    "Vale",
    "Ortega",
    "Circuit",
    "Hart",
    "Blum",
    "Kessler",
    "Okoye",
    "Lindqvist",
    "Marsh",
    "Ruiz",
    "Tanaka",
    "Volta",
    "Weiss",
    "Ferro",
    "Gallo",
    "Haze",
    "Iqbal",
    "Jansen",
    "Krüger",
    "Lacroix",
    "Mbeki",
    "Novák",
    "Oduya",
    "Pérez",
    "Quist",
    "Rossi",
    "Sørensen",
    "Thorne",
    "Urban",
    "Vega",
    "Wolff",
    "Yildiz",
    "Zaman",
    "Sound System",
    "Collective",
    "Brothers",
    "Project",
    "(UK)",
    "(DE)",
    "& Friends",
    "Unit",
    "Theory",
    "Machine",
    "Orchestra",
    "Club",
    "Kru",
    "9000",
    "III",
    "Twins",
    "Society",
    "Radio",
    "Déjà",
    "Größe",
    "Ночь",
    "夜",
    "🔥",
    "Fax",
    "Dub",
    "Motel"
  };
  private static final String[] THING = {
    "Higher", "Blind", "Static", "Summer", "Clouds", "Escape", "Rapture", "Hold On", "Midnight",
        "Pulse", "Gravity", "Sirens", "Breathe", "Concrete",
    "Honey", "Paradise", "Signal", "Rewind", "Ghost", "Velvet", "Orbit", "Rumble", "Work It",
        "Bassline", "Sunrise", "Nadir", "Fever", "Saturn",
    "Jungle", "Lights", "Machine", "Mirage", "Noche", "Déjà Vu", "Über", "Señorita", "Can't Stop",
        "Rock On", "What's Up", "Ключ", "夏", "Öffnen",
    "Crème", "100%", "4AM", "303 State", "C#", "Love & Bass", "50 € Note", "Track Two",
        "House of Glass", "Worldwide", "Trance Nation", "Breakdown"
  };
  private static final String[] TURN = {
    "%s",
    "%s",
    "%s",
    "The %s",
    "%s Tonight",
    "Into the %s",
    "%s (Hear Me)",
    "No More %s",
    "%s, Pt. 2",
    "My %s",
    "%s!",
    "We Want %s",
    "%s '98",
    "Acid %s",
    "Where Is My %s?",
    "%s / %s"
  };
  private static final String[] LABEL = {
    "Northlight",
    "Cutlass",
    "Ninebar",
    "Sublow",
    "Parade",
    "Fathom",
    "Kiosk",
    "Low Tide",
    "Rinse Cycle",
    "Punchdrunk",
    "Kontakt",
    "Plattenbau",
    "Oché",
    "Nuit",
    "Bright Moth",
    "Peperoni",
    "Grey Area",
    "Cornerstone",
    "Ø"
  };
  private static final String[] LABEL_KIND = {
    "Records", "Recordings", "Music", "Audio", "Digital", "Trax", "Ltd", "(IT)", ""
  };

  /**
   * Names nobody chose to suit a key: empty, blank, quoted, broken over lines, of other letter
   * cases and normal forms.
   */
  private static final List<String> ODD =
      List.of(
          "Various Artists",
          "",
          " ",
          "Unknown Artist",
          "various artists",
          "VARIOUS ARTISTS",
          "Zoë",
          "Zoe\u0308",
          "ZOË",
          "Ångström",
          "A\u030Angstro\u0308m",
          "\u212Bngström",
          "tab\there",
          "two\nlines",
          "back\\slash",
          "\\N",
          "O'Neil \"Quote\" d'Arc",
          "Robert'); drop table artists;--",
          " leading",
          "trailing ",
          "zebra",
          "Zebra",
          "ähnlich",
          "Ähnlich",
          "éclair",
          "İstanbul",
          "ısparta",
          "straße",
          "strasse",
          "STRASSE",
          "\uFB01nal",
          "中文歌手",
          "日本の歌手",
          "🔥🔥🔥",
          "👩‍🎤 Nova",
          "שיר",
          "مطرب",
          "whoplaymusic.com",
          "a\u00A0b",
          "a\u200Bb",
          "X, ".repeat(100) + "Y");

  private Names() {}

  /** A different name for every index from 0. */
  static String artist(long index) {
    if (index < ODD.size()) {
      return ODD.get((int) index);
    }
    long n = index - ODD.size();
    int combinations = FIRST.length * SECOND.length;
    // A stride prime to the number of pairs visits each once before any comes again.
    int pair = (int) ((n % combinations) * 2647 % combinations);
    long round = n / combinations;
    String first = FIRST[pair / SECOND.length];
    String second = SECOND[pair % SECOND.length];
    String name =
        switch ((int) (round % 8)) {
          case 1 -> first + second;
          case 2 -> (first + " " + second).toLowerCase(java.util.Locale.ROOT) + " (live)";
          case 3 -> first + " + " + second;
          case 4 -> "The " + first + " " + second;
          case 5 -> second + " vs. " + first;
          case 6 -> (first + "_" + second).toUpperCase(java.util.Locale.ROOT);
          case 7 -> first + " feat. " + second;
          default -> first + " " + second;
        };
    return round < 8 ? name : name + " (" + (round / 8 + 1) + ")";
  }

  static String title(Dice dice) {
    String title = TURN[dice.below(TURN.length)].replace("%s", THING[dice.below(THING.length)]);
    return dice.percent(25) ? title + " " + THING[dice.below(THING.length)] : title;
  }

  static String label(Dice dice) {
    return (LABEL[dice.below(LABEL.length)] + " " + LABEL_KIND[dice.below(LABEL_KIND.length)])
        .strip();
  }

  static String catalogue(Dice dice, String label) {
    StringBuilder number = new StringBuilder(10);
    for (int i = 0; i < label.length() && number.length() < 3; i++) {
      char c = Character.toUpperCase(label.charAt(i));
      if (c >= 'A' && c <= 'Z') {
        number.append(c);
      }
    }
    return number
        .append(100 + dice.below(400))
        .append(dice.one("", "", "", "D", " R", "-2"))
        .toString();
  }

  static String decomposed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD);
  }
}
