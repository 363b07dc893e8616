package culturalintelligence.domain.music;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tree of genres, read from data. Names and aliases are compared by letters and digits alone:
 * {@code Drum & Bass}, {@code DRUM AND BASS} and {@code Drum-and-Bass} are one.
 */
public final class GenreTaxonomy {
  /** No genre's name is longer, so no more of a tag is looked at. */
  private static final int LONGEST_TAG = 400;

  private static final int MOST_IN_A_TAG = 16;

  private static final int ID3V1_STANDARD = 80;

  /**
   * One genre of the tree.
   *
   * @param name unique in the tree
   * @param parent the name of the genre it belongs to, null for a root
   * @param bpm the tempi usual for it
   * @param aliases other names in use, none of which means another genre
   */
  public record Genre(String name, @Nullable String parent, BpmRange bpm, List<String> aliases) {
    public Genre {
      aliases = List.copyOf(aliases);
    }

    public boolean isRoot() {
      return parent == null;
    }
  }

  private final Map<String, Genre> byName;
  private final Map<String, Genre> byKey;
  private final Map<String, Genre> rootByName;
  private final List<String> id3v1;

  private GenreTaxonomy(
      Map<String, Genre> byName,
      Map<String, Genre> byKey,
      Map<String, Genre> rootByName,
      List<String> id3v1) {
    this.byName = byName;
    this.byKey = byKey;
    this.rootByName = rootByName;
    this.id3v1 = id3v1;
  }

  /** The taxonomy this module ships with. */
  public static GenreTaxonomy bundled() {
    return Bundled.TAXONOMY;
  }

  /**
   * Reads a taxonomy.
   *
   * @param lines {@code name | parent | low-high | alias; alias}, in any order; empty lines and
   *     those that begin with # mean nothing
   * @param id3v1Lines the names of ID3v1's genre numbers, from 0
   * @throws IllegalArgumentException for a line of another form, a name or alias that is doubled, a
   *     parent that is not there, or a circle of parents; the message names the line or genre
   */
  public static GenreTaxonomy read(List<String> lines, List<String> id3v1Lines) {
    Map<String, Genre> byName = new LinkedHashMap<>();
    Map<String, Genre> byKey = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Genre genre = parse(line, i + 1);
      byName.putIfAbsent(genre.name(), genre);
      claim(byKey, genre.name(), genre, i + 1);
      for (String alias : genre.aliases()) {
        claim(byKey, alias, genre, i + 1);
      }
    }
    Map<String, Genre> rootByName = new HashMap<>();
    for (Genre genre : byName.values()) {
      rootByName.put(genre.name(), rootOf(genre, byName));
    }
    List<String> numbered =
        id3v1Lines.stream().map(String::strip).filter(s -> !s.startsWith("#")).toList();
    return new GenreTaxonomy(byName, Map.copyOf(byKey), rootByName, numbered);
  }

  private static Genre parse(String line, int number) {
    String[] parts = line.split("\\|", -1);
    if (parts.length != 4 || parts[0].isBlank()) {
      throw new IllegalArgumentException(
          "genre line " + number + ": not of the form name | parent | low-high | aliases");
    }
    String[] range = parts[2].strip().split("-", -1);
    try {
      BpmRange bpm = new BpmRange(Integer.parseInt(range[0]), Integer.parseInt(range[1]));
      List<String> aliases = new ArrayList<>();
      for (String alias : parts[3].split(";", -1)) {
        if (!alias.isBlank()) {
          aliases.add(alias.strip());
        }
      }
      String parent = parts[1].strip();
      return new Genre(parts[0].strip(), parent.isEmpty() ? null : parent, bpm, aliases);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("genre line " + number + ": no range of tempi", e);
    }
  }

  private static void claim(Map<String, Genre> byKey, String name, Genre genre, int number) {
    String key = key(name);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("genre line " + number + ": a name without letters");
    }
    Genre other = byKey.putIfAbsent(key, genre);
    if (other != null) {
      throw new IllegalArgumentException(
          "genre line " + number + ": \"" + name + "\" already means " + other.name());
    }
  }

  private static Genre rootOf(Genre genre, Map<String, Genre> byName) {
    Set<String> passed = new HashSet<>();
    Genre at = genre;
    while (at.parent() != null) {
      if (!passed.add(at.name())) {
        throw new IllegalArgumentException("genre " + at.name() + " is its own ancestor");
      }
      Genre parent = byName.get(at.parent());
      if (parent == null) {
        throw new IllegalArgumentException(
            "genre " + at.name() + ": no parent called " + at.parent());
      }
      at = parent;
    }
    return at;
  }

  /** Every genre, in the order of the file. */
  public Collection<Genre> genres() {
    return byName.values();
  }

  public List<Genre> roots() {
    return byName.values().stream().filter(Genre::isRoot).toList();
  }

  /** The root a genre of this taxonomy belongs to: itself, if it is one. */
  public Genre rootOf(Genre genre) {
    return Objects.requireNonNull(rootByName.get(genre.name()), genre.name());
  }

  /** The genre of exactly this name or alias. */
  public Optional<Genre> find(String nameOrAlias) {
    if (nameOrAlias.length() > 60) {
      return Optional.empty();
    }
    return Optional.ofNullable(byKey.get(key(nameOrAlias)));
  }

  /** What ID3v1 (and Winamp after it) calls this number; empty outside its list. */
  public Optional<String> id3v1Name(int number) {
    return number >= 0 && number < id3v1.size() ? Optional.of(id3v1.get(number)) : Optional.empty();
  }

  /**
   * The genres a tag names, in its order, each once: {@code Deep House}, {@code Breaks/Electro;
   * Techno}, {@code (17)}, {@code 17}, {@code (4)Eurodisco}, {@code (51)(39)}. Empty when it names
   * none, or a mix type or any other number.
   */
  public List<Genre> inTag(String tag) {
    String text = tag.length() > LONGEST_TAG ? tag.substring(0, LONGEST_TAG) : tag;
    Optional<Genre> whole = find(text);
    if (whole.isPresent()) {
      return List.of(whole.get());
    }
    Set<Genre> found = new LinkedHashSet<>();
    String rest = numbered(text.strip(), found);
    if (rest.isEmpty() || find(rest).map(found::add).isPresent()) {
      return List.copyOf(found);
    }
    int start = 0;
    boolean inBracket = false;
    for (int i = 0; i <= rest.length() && found.size() < MOST_IN_A_TAG; i++) {
      char c = i < rest.length() ? rest.charAt(i) : ';';
      if (c == '(' || c == ')') {
        inBracket = c == '(';
      } else if (i == rest.length() || (!inBracket && ",;/|\\\0>".indexOf(c) >= 0)) {
        // "Trance (Raw / Deep)" is one genre.
        String part = rest.substring(start, i);
        find(part).or(() -> withoutBracket(part)).ifPresent(found::add);
        start = i + 1;
      }
    }
    return List.copyOf(found);
  }

  /** Takes ID3's numbers off the front: "(17)", "(17)(18)Rock", or a bare "17". */
  private String numbered(String text, Set<Genre> found) {
    String rest = text;
    while (rest.startsWith("(") && found.size() < MOST_IN_A_TAG) {
      int close = rest.indexOf(')');
      Optional<Integer> number = close < 0 ? Optional.empty() : number(rest.substring(1, close));
      if (number.isEmpty()) {
        break;
      }
      number.flatMap(this::id3v1Name).flatMap(this::find).ifPresent(found::add);
      rest = rest.substring(close + 1).strip();
    }
    Optional<Integer> bare = number(rest);
    if (bare.isPresent()) {
      // ID3v2.4 writes ID3v1's numbers bare; above the standard's 80 they are tempi.
      bare.filter(n -> n < ID3V1_STANDARD)
          .flatMap(this::id3v1Name)
          .flatMap(this::find)
          .ifPresent(found::add);
      return "";
    }
    return rest;
  }

  private static Optional<Integer> number(String text) {
    return !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Integer.valueOf(text))
        : Optional.empty();
  }

  /** Shops qualify their genres in brackets: "Trance (Raw / Deep / Hypnotic)". */
  private Optional<Genre> withoutBracket(String part) {
    int open = part.indexOf('(');
    return open > 0 ? find(part.substring(0, open)) : Optional.empty();
  }

  private static String key(String name) {
    StringBuilder out = new StringBuilder(name.length());
    String plain = isAscii(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFKD);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '&' || c == '+') {
        out.append("and");
      } else if (Character.isLetterOrDigit(c)) {
        out.append(Character.toLowerCase(c));
      }
    }
    return out.toString();
  }

  private static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /** Loaded when first asked for, once. */
  private static final class Bundled {
    static final GenreTaxonomy TAXONOMY = read(lines("genres.txt"), lines("id3v1-genres.txt"));

    private static List<String> lines(String resource) {
      try (InputStream in = GenreTaxonomy.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException("the program was built without " + resource);
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
            .lines()
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
