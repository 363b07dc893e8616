package culturalintelligence.localdev.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What MetaCrate does meanwhile. */
final class Writes {
  private static final int KEYS = 8;

  private Writes() {}

  /** One transaction's statements, its end included; where it has none, it is rolled back. */
  static List<String> transaction(Random random, int number) {
    List<String> statements = new ArrayList<>();
    int many = 1 + random.nextInt(3);
    for (int i = 0; i < many; i++) {
      statements.add(statement(random, number * 10 + i));
      if (random.nextInt(8) == 0) {
        statements.add("SAVEPOINT s");
        statements.add(statement(random, number * 10 + 5 + i));
        statements.add("ROLLBACK TO s");
      }
    }
    int end = random.nextInt(20);
    if (end == 0) {
      statements.add("PREPARE TRANSACTION 'writer %d'".formatted(number));
    } else if (end > 2) {
      statements.add("COMMIT");
    }
    return statements;
  }

  private static String statement(Random random, int value) {
    int key = 1 + random.nextInt(KEYS);
    int other = 1 + random.nextInt(KEYS);
    String said = "jsonb_build_object('artist', 'W%d')".formatted(value);
    return switch (random.nextInt(12)) {
      case 0, 1 ->
          "UPDATE public.metacrate_tracks SET metacrate_classification = %s WHERE id = %d"
              .formatted(said, key);
      case 2 ->
          "UPDATE public.metacrate_tracks SET file_path = 'X:\\Music\\%d' WHERE id = %d"
              .formatted(random.nextInt(4), key);
      case 3, 4 -> "DELETE FROM public.metacrate_tracks WHERE id = %d".formatted(key);
      case 5, 6 ->
          """
          INSERT INTO public.metacrate_tracks VALUES (%d, 'X:\\Music\\%d', %s)
          ON CONFLICT (id) DO UPDATE SET metacrate_classification = excluded.metacrate_classification
          """
              .formatted(key, random.nextInt(5), said);
      case 7 ->
          "UPDATE public.metacrate_tracks SET id = %d WHERE id = %d AND NOT EXISTS (SELECT FROM public.metacrate_tracks WHERE id = %d)"
              .formatted(other, key, other);
      case 8 ->
          "UPDATE public.metacrate_tracks SET metacrate_classification = %s WHERE id %% 2 = %d"
              .formatted(said, random.nextInt(2));
      case 9 -> "INSERT INTO public.music_log VALUES ('written %d')".formatted(value);
      case 10 ->
          "UPDATE public.music_log SET line = 'changed %d' WHERE line = 'line %d'"
              .formatted(value, random.nextInt(3));
      default ->
          random.nextInt(6) == 0
              ? "TRUNCATE public.metacrate_tracks"
              : "DELETE FROM public.music_log WHERE line = 'line %d'".formatted(random.nextInt(3));
    };
  }
}
