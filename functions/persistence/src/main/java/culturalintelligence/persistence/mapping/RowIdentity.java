package culturalintelligence.persistence.mapping;

import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The number of the typed row a source row becomes: made of the table's name and the row's key, so
 * that the same row is always the same number, whoever computes it and from whatever it knows the
 * key.
 */
public final class RowIdentity {
  private final byte[] table;
  private final List<SourceColumn> key;
  private final int[] positions;

  public RowIdentity(SourceTable table) {
    this.table = table.qualifiedName().getBytes(StandardCharsets.UTF_8);
    this.key = table.key().stream().map(name -> table.column(name).orElseThrow()).toList();
    List<String> names = table.columns().stream().map(SourceColumn::name).toList();
    this.positions = table.key().stream().mapToInt(names::indexOf).toArray();
  }

  /** By the key columns' {@code ::text}, in the key's order: as an outbox names a row. */
  public UUID of(List<String> keyTexts) {
    List<byte[]> parts = new ArrayList<>(keyTexts.size());
    for (String text : keyTexts) {
      parts.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return of(parts.toArray(byte[][]::new));
  }

  /** By all of the row's fields, as COPY wrote them. */
  public UUID ofRow(IntFunction<byte @Nullable []> fields) {
    byte[][] parts = new byte[positions.length][];
    for (int i = 0; i < positions.length; i++) {
      byte[] written = fields.apply(positions[i]);
      if (written == null) {
        throw new IllegalStateException("a key column is NULL, which its table forbids");
      }
      parts[i] = keyText(key.get(i), written);
    }
    return of(parts);
  }

  /** The positions of the key's columns. */
  List<Integer> columnsRead() {
    return Arrays.stream(positions).boxed().toList();
  }

  /** Of a row without a key: its place in the chunk that brought it. */
  UUID ofPlace(int chunk, long row) {
    return of(
        new byte[][] {
          ByteBuffer.allocate(Integer.BYTES).putInt(chunk).array(),
          ByteBuffer.allocate(Long.BYTES).putLong(row).array()
        });
  }

  private static byte[] keyText(SourceColumn column, byte[] written) {
    // Most keys are numbers and UUIDs, whose two forms are one.
    return switch (column.type().charAt(0)) {
      case 'b', 'c', 'i' ->
          column.type().equals("integer") || column.type().equals("bigint")
              ? written
              : column
                  .keyText(new String(written, StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8);
      default -> written;
    };
  }

  /**
   * The same number in SQL, over the target's carried rows.
   *
   * @param alias of the carried table
   */
  public String inSql(String alias) {
    StringBuilder sql =
        new StringBuilder(part(utf8(new String(table, StandardCharsets.UTF_8), true)));
    if (key.isEmpty()) {
      sql.append(" || ").append(part("int4send(%s.\"ci:chunk\")".formatted(alias)));
      sql.append(" || ").append(part("int8send(%s.\"ci:row\")".formatted(alias)));
    }
    for (SourceColumn column : key) {
      sql.append(" || ")
          .append(part(utf8("%s.%s::text".formatted(alias, Sql.identifier(column.name())), false)));
    }
    return "encode(substr(sha256(%s), 1, 16), 'hex')::uuid".formatted(sql);
  }

  private static String utf8(String text, boolean literal) {
    return "convert_to(%s, 'UTF8')".formatted(literal ? Sql.literal(text) : text);
  }

  private static String part(String bytes) {
    return "int4send(octet_length(%1$s)) || %1$s".formatted(bytes);
  }

  /** Each part with its length, so that no two keys run together. */
  private UUID of(byte[][] parts) {
    MessageDigest digest = sha256();
    update(digest, table);
    for (byte[] part : parts) {
      update(digest, part);
    }
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static void update(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    digest.update(part);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
