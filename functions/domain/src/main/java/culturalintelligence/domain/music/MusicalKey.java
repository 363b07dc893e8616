package culturalintelligence.domain.music;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The 24 keys. The canonical form is that of ID3's TKEY without its length limit: {@code Am},
 * {@code F#m}, {@code Bb}; one spelling for each key, the one with fewer accidentals in its
 * signature.
 *
 * <p>Camelot numbers the circle of fifths from 1A = A-flat minor, 1B = B major; Open Key from 1m =
 * A minor, 1d = C major.
 */
public enum MusicalKey {
  G_SHARP_MINOR("G#m", 1, false),
  B_MAJOR("B", 1, true),
  E_FLAT_MINOR("Ebm", 2, false),
  F_SHARP_MAJOR("F#", 2, true),
  B_FLAT_MINOR("Bbm", 3, false),
  D_FLAT_MAJOR("Db", 3, true),
  F_MINOR("Fm", 4, false),
  A_FLAT_MAJOR("Ab", 4, true),
  C_MINOR("Cm", 5, false),
  E_FLAT_MAJOR("Eb", 5, true),
  G_MINOR("Gm", 6, false),
  B_FLAT_MAJOR("Bb", 6, true),
  D_MINOR("Dm", 7, false),
  F_MAJOR("F", 7, true),
  A_MINOR("Am", 8, false),
  C_MAJOR("C", 8, true),
  E_MINOR("Em", 9, false),
  G_MAJOR("G", 9, true),
  B_MINOR("Bm", 10, false),
  D_MAJOR("D", 10, true),
  F_SHARP_MINOR("F#m", 11, false),
  A_MAJOR("A", 11, true),
  C_SHARP_MINOR("C#m", 12, false),
  E_MAJOR("E", 12, true);

  private static final MusicalKey[] MINOR_BY_PITCH = byPitch(false);
  private static final MusicalKey[] MAJOR_BY_PITCH = byPitch(true);

  private final String canonical;
  private final int camelotNumber;
  private final boolean major;

  MusicalKey(String canonical, int camelotNumber, boolean major) {
    this.canonical = canonical;
    this.camelotNumber = camelotNumber;
    this.major = major;
  }

  /** {@code Am}, {@code F#m}, {@code Bb}. */
  public String canonical() {
    return canonical;
  }

  /** {@code 8A} for A minor. */
  public String camelot() {
    return camelotNumber + (major ? "B" : "A");
  }

  /** {@code 1m} for A minor. */
  public String openKey() {
    return ((camelotNumber + 4) % 12 + 1) + (major ? "d" : "m");
  }

  public boolean isMajor() {
    return major;
  }

  /**
   * The key a text means in any notation in use: {@code Am}, {@code A min}, {@code A minor}, {@code
   * a-Moll}, {@code La mineur}, {@code 8A}, {@code 08A}, {@code 1m}, {@code G♯m}, {@code Cis-Dur},
   * {@code F♯/G♭ Major}. A single small letter is minor, as Traktor writes it. Empty for {@code o}
   * (off key), {@code Unknown}, several keys at once and anything else.
   */
  public static Optional<MusicalKey> of(String text) {
    if (text.length() > 40) {
      return Optional.empty();
    }
    String s = plain(text);
    if (s.isEmpty()) {
      return Optional.empty();
    }
    MusicalKey numbered = numbered(s);
    if (numbered != null) {
      return Optional.of(numbered);
    }
    int slash = s.indexOf('/');
    return Optional.ofNullable(slash < 0 ? named(s) : eitherName(s, slash));
  }

  /** Both sides of a slash or bracket must mean one key; the mode may stand at the end alone. */
  private static @Nullable MusicalKey eitherName(String s, int slash) {
    String left = s.substring(0, slash).strip();
    MusicalKey second = of(s.substring(slash + 1)).orElse(null);
    if (second == null) {
      return null;
    }
    MusicalKey first = of(left).orElse(null);
    return first == second || named(left + (second.major ? " major" : " minor")) == second
        ? second
        : null;
  }

  private static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '♯', '＃' -> out.append('#');
        case '♭' -> out.append('b');
        case '-', '_', '\t', '\u00a0', '.', ')' -> out.append(' ');
        case '|', '(' -> out.append('/');
        default -> {
          if (c >= ' ') {
            out.append(c);
          }
        }
      }
    }
    return out.toString().strip();
  }

  /** Camelot's 8A and Open Key's 1m, with or without a leading zero. */
  private static @Nullable MusicalKey numbered(String s) {
    int digits = 0;
    int number = 0;
    while (digits < s.length() && digits < 2 && Character.digit(s.charAt(digits), 10) >= 0) {
      number = number * 10 + Character.digit(s.charAt(digits), 10);
      digits++;
    }
    if (digits == 0 || s.length() != digits + 1 || number < 1 || number > 12) {
      return null;
    }
    return switch (s.charAt(digits)) {
      case 'A', 'a' -> ofCamelot(number, false);
      case 'B', 'b' -> ofCamelot(number, true);
      case 'm', 'M' -> ofCamelot((number + 6) % 12 + 1, false);
      case 'd', 'D' -> ofCamelot((number + 6) % 12 + 1, true);
      default -> null;
    };
  }

  private static MusicalKey ofCamelot(int number, boolean major) {
    return values()[(number - 1) * 2 + (major ? 1 : 0)];
  }

  private static @Nullable MusicalKey named(String s) {
    String lower = s.toLowerCase(Locale.ROOT);
    boolean german = lower.endsWith("dur") || lower.endsWith("moll");
    int pitch;
    int at;
    int syllable = german ? 0 : solfege(lower);
    if (syllable > 0) {
      at = syllable / 100;
      pitch = syllable % 100;
    } else {
      char letter = lower.charAt(0);
      pitch = german && letter == 'b' ? 10 : pitch(letter);
      at = 1;
    }
    if (pitch < 0) {
      return null;
    }
    while (at < s.length() && at < 4) {
      if (lower.startsWith("#", at)) {
        pitch++;
        at++;
      } else if (lower.startsWith("b", at)) {
        pitch--;
        at++;
      } else if (lower.startsWith("is", at) && german) {
        pitch++;
        at += 2;
      } else if (lower.startsWith("es", at) && german) {
        pitch--;
        at += 2;
      } else if (lower.startsWith("s", at) && german && (at == 1)) {
        // Es and As.
        pitch--;
        at++;
      } else if (lower.startsWith(" sharp", at)) {
        pitch++;
        at += 6;
      } else if (lower.startsWith(" flat", at)) {
        pitch--;
        at += 5;
      } else {
        break;
      }
    }
    Boolean major = mode(s.substring(at), lower.charAt(0) == s.charAt(0) && syllable == 0);
    if (major == null) {
      return null;
    }
    return (major ? MAJOR_BY_PITCH : MINOR_BY_PITCH)[Math.floorMod(pitch, 12)];
  }

  /** Whether the rest of the text says major; null when it says neither mode. */
  private static @Nullable Boolean mode(String rest, boolean smallLetter) {
    return switch (rest) {
      case "" -> !smallLetter;
      case "m" -> false;
      default ->
          switch (rest.strip().toLowerCase(Locale.ROOT)) {
            case "min", "minor", "mi", "moll", "mineur", "menor", "minore", "mol" -> false;
            case "maj", "major", "ma", "dur", "majeur", "mayor", "maggiore" -> true;
            case "m" -> rest.endsWith("m") ? false : null;
            default -> null;
          };
    };
  }

  private static int pitch(char letter) {
    return switch (letter) {
      case 'c' -> 0;
      case 'd' -> 2;
      case 'e' -> 4;
      case 'f' -> 5;
      case 'g' -> 7;
      case 'a' -> 9;
      case 'b', 'h' -> 11;
      default -> -1;
    };
  }

  /** Length * 100 + pitch of a Romance note name that a mode follows; 0 when there is none. */
  private static int solfege(String lower) {
    String[] names = {"do", "re", "ré", "mi", "fa", "sol", "la", "si"};
    int[] pitches = {0, 2, 2, 4, 5, 7, 9, 11};
    for (int i = 0; i < names.length; i++) {
      int end = names[i].length();
      if (lower.startsWith(names[i])
          && lower.length() > end
          && " #b".indexOf(lower.charAt(end)) >= 0) {
        return end * 100 + pitches[i];
      }
    }
    return 0;
  }

  private static MusicalKey[] byPitch(boolean major) {
    MusicalKey[] keys = new MusicalKey[12];
    for (MusicalKey key : values()) {
      if (key.major == major) {
        // Each step of the circle is a fifth, seven semitones; 8B is C, 8A is A.
        int pitch = Math.floorMod((key.camelotNumber - 8) * 7 + (major ? 0 : 9), 12);
        keys[pitch] = key;
      }
    }
    return keys;
  }
}
