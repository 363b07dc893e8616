package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.SourceColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket a key falls into. A server's own hash functions cost a tenth of a digest, but nobody
 * promises that they stay as they are from version to version; so both servers are asked for the
 * hashes of some values first, and where an answer is not the same the key's digest is taken.
 * Nothing rests on it but the time: rows put into different buckets would differ, never agree.
 */
final class BucketOfKey {
  private BucketOfKey() {}

  /** Expression of type bigint, from 0 to buckets − 1. */
  static String expression(Sides sides, ComparedTable table, long buckets) throws SQLException {
    List<SourceColumn> key = table.keyColumns();
    String digest = table.canonicalKey().keyBucket(buckets);
    if (key.size() != 1) {
      return digest;
    }
    String column =
        CanonicalColumn.named(key.getFirst().name(), key.getFirst().type()).expression();
    Hash hash = hash(key.getFirst());
    if (hash == null || !answers(sides.source(), hash).equals(answers(sides.target(), hash))) {
      return digest;
    }
    return "(%s OPERATOR(pg_catalog.&) %d)".formatted(hash.of(column), buckets - 1);
  }

  private record Hash(String function, String type, List<String> probes) {
    String of(String value) {
      return "pg_catalog.%s(CAST(%s AS pg_catalog.%s)%s, 0)"
          .formatted(function, value, type, type.equals("text") ? " COLLATE \"C\"" : "");
    }
  }

  private static @Nullable Hash hash(SourceColumn column) {
    return switch (column.type()) {
      case "uuid" ->
          new Hash(
              "uuid_hash_extended",
              "uuid",
              List.of(
                  "'0188a5eb-1f2c-7d3a-9c4b-2a1f00ff7e10'",
                  "'00000000-0000-0000-0000-000000000000'"));
      case "bigint", "integer", "smallint" ->
          new Hash(
              "hashint8extended",
              "int8",
              List.of("'0'", "'-1'", "'4294967296'", "'9223372036854775807'"));
      case "text", "character varying" ->
          // In another encoding the same text has other bytes; é shows it.
          new Hash("hashtextextended", "text", List.of("''", "'a'", "U&'\\00e9 and more of it'"));
      default -> null;
    };
  }

  private static List<String> answers(Connection connection, Hash hash) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT " + String.join(", ", hash.probes().stream().map(hash::of).toList()))) {
      row.next();
      for (int i = 1; i <= hash.probes().size(); i++) {
        answers.add(row.getString(i));
      }
    }
    return answers;
  }
}
