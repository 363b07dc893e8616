package culturalintelligence.domain.verification;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row in its canonical form: the number of fields in four bytes, then each field in the order of
 * the columns. Two rows are the same row when these bytes are the same.
 */
public record CanonicalRow(List<CanonicalField> fields) {
  public CanonicalRow {
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a row has at least one field");
    }
  }

  /** The row of these fields, in the order of its columns. */
  public static CanonicalRow of(CanonicalField... fields) {
    return new CanonicalRow(List.of(fields));
  }

  /**
   * The row PostgreSQL wrote as these texts under the pinned settings; null stands for NULL.
   *
   * @throws IllegalArgumentException if a text is none its type's output function writes
   */
  public static CanonicalRow parse(List<CanonicalType> types, List<@Nullable String> texts) {
    if (types.size() != texts.size()) {
      throw new IllegalArgumentException(
          "%d types for %d texts".formatted(types.size(), texts.size()));
    }
    List<CanonicalField> fields = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      String text = texts.get(i);
      fields.add(
          text == null
              ? CanonicalField.absent(types.get(i))
              : CanonicalField.parse(types.get(i), text));
    }
    return new CanonicalRow(fields);
  }

  /** The canonical bytes. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(fields.size()).array());
    for (CanonicalField field : fields) {
      out.writeBytes(field.bytes());
    }
    return out.toByteArray();
  }

  /** The digest of the canonical bytes. */
  public RowDigest digest() {
    return RowDigest.ofCanonicalBytes(bytes());
  }
}
