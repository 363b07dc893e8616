package culturalintelligence.domain.music;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The 24 keys. The canonical form is that of ID3's TKEY without its length limit: {@code Am},
 * {@code F#m}, {@code Bb}; one spelling for each key, the one with fewer accidentals in its
 * signature.
 *
 * <p>Camelot numbers the circle of fifths from 1A = A-flat minor, 1B = B major; Open Key from 1m =
 * A minor, 1d = C major.
 */
public enum MusicalKey {
  A_FLAT_MINOR("G#m", 1, false),
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

  private static final Map<String, Integer> NOTES = notes();
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
   * a-Moll}, {@code La mineur}, {@code 8A}, {@code 08A}, {@code 1m}, {@code G♯m}, {@code Cis-Dur}.
   * Empty for {@code o} (off key), {@code Unknown}, several keys at once and anything else.
   */
  public static Optional<MusicalKey> of(String text) {
    if (text.length() > 40) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Map<String, Integer> notes() {
    return new HashMap<>();
  }

  private static MusicalKey[] byPitch(boolean major) {
    return new MusicalKey[12];
  }
}
