package culturalintelligence.localdev.sample;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The genre tree as rows: a root with its range of beats per minute, then its children. Ids count
 * from 1 in this order.
 */
final class Genres {
  record Genre(
      int id,
      String name,
      @Nullable Genre parent,
      int slowest,
      int fastest,
      List<String> aliases) {}

  private static final String TREE =
      """
      House 120 130: Deep House, Tech House, Progressive House, Electro House, Future House, Chicago House, Garage House, Funky House, \
      Soulful House, Acid House, Minimal House, Afro House, Tribal House, Jackin House, French House, Bass House, Ghetto House, \
      Melodic House, Hard House
      Techno 120 140: Detroit Techno, Acid Techno, Minimal Techno, Industrial Techno, Dub Techno, Schranz, Melodic Techno
      Trance 125 150: Uplifting Trance, Progressive Trance, Psytrance, Goa, Tech Trance, Vocal Trance, Hard Trance, Acid Trance, \
      Balearic Trance, Full-On
      Drum & Bass 160 180: Liquid, Jump-Up, Neurofunk, Techstep, Jungle, Ragga Jungle, Halftime, Autonomic, Drill'n'Bass, Rollers
      Breaks 110 150: Florida Breaks, Nu-Skool Breaks, Progressive Breaks, Electro Breaks, Bassline Breaks, UK Rave Breaks, \
      Ghetto Breaks, Big Beat, Acid Breaks, B-Boy Breaks, Psy Breaks, Tech Breaks, Driving Breaks
      Dubstep 138 142: Deep Dubstep, Brostep, Riddim, Post-Dubstep, Melodic Dubstep
      UK Garage 128 136: Speed Garage, 2-Step, Breakstep, Grime, Bassline, UK Funky
      Hardcore 150 200: Gabber, Happy Hardcore
      Hardstyle 145 160: Rawstyle
      Trap 130 150:
      Ambient 60 100: Dark Ambient
      Electro 115 135: Electro Funk
      Electronica 90 130: IDM
      Electronic 60 200:
      Disco 105 125: Nu Disco, Italo Disco
      Funk 90 120: P-Funk
      Downtempo 70 110: Trip-Hop
      Hip-Hop 80 110: Boom Bap, Trap Rap
      Pop 90 130: Synth-Pop
      Rock 90 160: Indie Rock
      Reggae 60 100: Dub, Dancehall
      Latin 90 130: Reggaetón, Cumbia, Baile Funk
      Soul 70 120: Neo-Soul
      Jazz 60 180: Nu Jazz
      World 60 180:
      """;

  private static final List<Genre> ALL = read();

  private Genres() {}

  static List<Genre> all() {
    return ALL;
  }

  /** Mostly what a breaks and house DJ collects; the rest of the tree now and then. */
  static Genre pick(Dice dice) {
    String root =
        switch (dice.below(10)) {
          case 0, 1, 2 -> "House";
          case 3, 4, 5 -> "Breaks";
          case 6 -> "Techno";
          case 7 -> "Drum & Bass";
          default -> "";
        };
    Genre any = ALL.get(dice.below(ALL.size()));
    for (int tries = 0; !root.isEmpty() && tries < 64; tries++) {
      Genre parent = any.parent() == null ? any : any.parent();
      if (parent.name().equals(root)) {
        return any;
      }
      any = ALL.get(dice.below(ALL.size()));
    }
    return any;
  }

  private static List<Genre> read() {
    List<Genre> all = new ArrayList<>();
    for (String line : TREE.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String[] words = line.substring(0, colon).split(" ", -1);
      int slowest = Integer.parseInt(words[words.length - 2]);
      int fastest = Integer.parseInt(words[words.length - 1]);
      String name = String.join(" ", List.of(words).subList(0, words.length - 2));
      Genre root = new Genre(all.size() + 1, name, null, slowest, fastest, aliases(name));
      all.add(root);
      for (String child : line.substring(colon + 1).split(",", -1)) {
        if (!child.isBlank()) {
          all.add(
              new Genre(
                  all.size() + 1, child.strip(), root, slowest, fastest, aliases(child.strip())));
        }
      }
    }
    return List.copyOf(all);
  }

  private static List<String> aliases(String name) {
    return switch (name) {
      case "Drum & Bass" ->
          List.of("DnB", "D&B", "Drum'n'Bass", "drum \"n\" bass", "drum and bass");
      case "Breaks" -> List.of("Breakbeat", "Breaks / Breakbeat / UK Bass", "BREAKS", "break{s}");
      case "House" -> List.of("house", "HOUSE", "Haus,House");
      case "Psytrance" -> List.of("Psy", "Psy-Trance", "psy\\trance");
      case "World" -> List.of("");
      default -> List.of();
    };
  }
}
