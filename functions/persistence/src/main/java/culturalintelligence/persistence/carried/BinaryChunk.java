package culturalintelligence.persistence.carried;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.mapping.Misfits;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Writes the rows of one chunk in one pass: out of one server in COPY's binary form and into the
 * other in the same, the fields as they are, nothing gathered but the typed rows. It halves nothing
 * and sets nothing aside: whatever the target refuses, or anything that is not as expected, takes
 * all of it back, and {@link ChunkWriter} does the chunk with the care that costs more.
 *
 * <p>Only for tables whose columns all have a binary form that is one and the same from PostgreSQL
 * 12 on and holds no number of one database (as an array of enums does). Values that are read on
 * the way and not plain text come a second time, as text, behind the columns; so they are read from
 * what the server itself writes of them, here as in {@link ChunkWriter}.
 */
public final class BinaryChunk {
  /** Types with the same send and receive functions in every version, typmods cut off. */
  private static final Set<String> PLAIN =
      Set.of(
          "boolean",
          "smallint",
          "integer",
          "bigint",
          "real",
          "double precision",
          "numeric",
          "text",
          "character varying",
          "character",
          "uuid",
          "bytea",
          "json",
          "jsonb",
          "date",
          "timestamp without time zone",
          "timestamp with time zone",
          "time without time zone",
          "time with time zone",
          "interval",
          "inet",
          "cidr",
          "macaddr");

  /** Types whose {@code ::text} is what COPY writes of them. */
  private static final Set<String> READ_AS_TEXT =
      Set.of(
          "smallint",
          "integer",
          "bigint",
          "real",
          "double precision",
          "numeric",
          "bytea",
          "date",
          "timestamp without time zone",
          "timestamp with time zone");

  private static final byte JSONB_VERSION = 1;
  private static final int HEADER_BYTES = 11;
  private static final int HEADER_WITH_FLAGS = HEADER_BYTES + 2 * Integer.BYTES;

  private final CarriedTable table;
  private final @Nullable TrackMapping mapping;
  private final boolean pathCarried;

  /** How to read each column; null where nobody reads it. */
  private final @Nullable Reading[] readings;

  /** Columns that come again as text, and for each column where among them. */
  private final List<String> asText;

  private enum Form {
    /** The bytes are the text. */
    TEXT,
    /** The text behind a byte with the form's version. */
    JSONB,
    UUID,
    BOOLEAN,
    /** Look behind the columns. */
    AGAIN
  }

  private record Reading(Form form, int position) {}

  private BinaryChunk(
      CarriedTable table,
      @Nullable TrackMapping mapping,
      @Nullable Reading[] readings,
      List<String> asText) {
    this.table = table;
    this.mapping = mapping;
    this.pathCarried = !(table.mapping() instanceof Mapping.Tracks t) || t.pathCarried();
    this.readings = readings;
    this.asText = asText;
  }

  /** For a table whose columns allow it; empty for others. */
  public static Optional<BinaryChunk> of(CarriedTable table) {
    List<SourceColumn> columns = table.source().columns();
    for (SourceColumn column : columns) {
      if (!hasPlainForm(column)) {
        return Optional.empty();
      }
    }
    return switch (table.mapping()) {
      case Mapping.Whole whole ->
          Optional.of(
              new BinaryChunk(table, null, new @Nullable Reading[columns.size()], List.of()));
      // Few rows, and their typed rows cost more than the copy.
      case Mapping.Entries entries -> Optional.empty();
      case Mapping.Tracks tracks -> {
        TrackMapping mapping = new TrackMapping(table.source(), tracks);
        @Nullable Reading[] readings = new @Nullable Reading[columns.size()];
        List<String> asText = new ArrayList<>();
        SortedSet<Integer> read = new TreeSet<>(mapping.columnsRead());
        boolean readable = true;
        for (int position : read) {
          Form form = form(columns.get(position));
          readable &= form != null;
          if (form == Form.AGAIN) {
            readings[position] = new Reading(form, columns.size() + asText.size());
            asText.add(columns.get(position).name());
          } else if (form != null) {
            readings[position] = new Reading(form, position);
          }
        }
        yield readable
            ? Optional.of(new BinaryChunk(table, mapping, readings, asText))
            : Optional.empty();
      }
    };
  }

  private static boolean hasPlainForm(SourceColumn column) {
    if (column.carriedType() != null) {
      return false;
    }
    if (!column.enumLabels().isEmpty()) {
      // A label is sent as its text; an array of them with its type's number in that database.
      return !column.type().endsWith("[]");
    }
    return PLAIN.contains(bare(column.type().replace("[]", "")));
  }

  private static @Nullable Form form(SourceColumn column) {
    String type = bare(column.type());
    if (column.isCharacters() || type.equals("json")) {
      return Form.TEXT;
    }
    return switch (type) {
      case "jsonb" -> Form.JSONB;
      case "uuid" -> Form.UUID;
      case "boolean" -> Form.BOOLEAN;
      default -> READ_AS_TEXT.contains(type) || column.type().endsWith("[]") ? Form.AGAIN : null;
    };
  }

  /** {@code timestamp(3) with time zone} is a {@code timestamp with time zone}. */
  private static String bare(String type) {
    int from = type.indexOf('(');
    int to = type.indexOf(')', from + 1);
    return from < 0 || to < 0 ? type : type.substring(0, from) + type.substring(to + 1);
  }

  /**
   * Copies a range, in the caller's transactions.
   *
   * @param contentsLater whether contents are made from the tracks after the last chunk
   * @return empty when nothing was written and {@link ChunkWriter} has to do it
   */
  public Optional<ChunkWriter.Written> write(
      Connection target,
      Connection snapshot,
      KeyRange range,
      long tableId,
      Chunk.Id chunk,
      boolean contentsLater)
      throws SQLException {
    if (SourceRows.mayHoldAnyBytes(snapshot)) {
      return Optional.empty();
    }
    Savepoint before = target.setSavepoint();
    try {
      Pass pass = new Pass(chunk.number(), contentsLater);
      pass.run(target, snapshot, range);
      pass.typed.write(target);
      MisfitLedger.write(target, tableId, chunk, pass.misfits);
      target.releaseSavepoint(before);
      return Optional.of(new ChunkWriter.Written(pass.rows, 0, pass.bytes));
    } catch (Unexpected e) {
      target.rollback(before);
    } catch (SQLException e) {
      if (!ChunkWriter.isAboutTheData(e)) {
        throw e;
      }
      target.rollback(before);
    }
    target.releaseSavepoint(before);
    return Optional.empty();
  }

  /** A row that has to be looked at with more care. */
  private static final class Unexpected extends RuntimeException {
    Unexpected(String message) {
      super(message);
    }
  }

  /** One pass over one range. */
  private final class Pass {
    private final int number;
    private final TypedRows typed = new TypedRows();
    private final Misfits misfits = new Misfits();
    private final CopyBinary out = new CopyBinary();
    private final int columns = table.source().columns().size();
    private final int fields = columns + asText.size();
    private final int[] starts = new int[fields];
    private final int[] ends = new int[fields];
    private byte[] row = new byte[0];
    private long rows;
    private long bytes;
    private boolean begun;

    Pass(int number, boolean contentsLater) {
      this.number = number;
      if (contentsLater) {
        typed.leaveContents();
      }
    }

    void run(Connection target, Connection snapshot, KeyRange range) throws SQLException {
      CopyOut from = new SourceRows(table.source()).copyOutBinary(snapshot, range, asText);
      CopyIn into =
          CopyBinary.open(
              target, "%s (%s)".formatted(table.table(), Sql.identifiers(table.writtenColumns())));
      try {
        for (byte[] piece = from.readFromCopy(); piece != null; piece = from.readFromCopy()) {
          take(piece);
          if (out.isPiece()) {
            out.send(into);
          }
        }
        out.send(into);
        CopyBinary.end(into);
      } finally {
        // Read to its end and not cancelled: the snapshot is still wanted.
        byte[] rest = from.isActive() ? from.readFromCopy() : null;
        while (rest != null) {
          rest = from.readFromCopy();
        }
        if (into.isActive()) {
          into.cancelCopy();
        }
      }
    }

    /** Servers send one row a message; who stands between them may send otherwise. */
    private void take(byte[] piece) {
      bytes += piece.length;
      byte[] data = piece;
      if (row.length > 0) {
        data = new byte[row.length + piece.length];
        System.arraycopy(row, 0, data, 0, row.length);
        System.arraycopy(piece, 0, data, row.length, piece.length);
      }
      int at = 0;
      if (!begun) {
        if (data.length < HEADER_WITH_FLAGS) {
          row = data;
          return;
        }
        at = HEADER_WITH_FLAGS + intAt(data, HEADER_WITH_FLAGS - Integer.BYTES);
        begun = true;
      }
      while (at < data.length) {
        int end = rowEnd(data, at);
        if (end < 0) {
          break;
        }
        if (end > at + Short.BYTES) {
          write(data, at);
        }
        at = end;
      }
      row = at == data.length ? NOTHING : Arrays.copyOfRange(data, at, data.length);
    }

    /** Where the row ends, with its fields' places noted; -1 when some of it is still to come. */
    private int rowEnd(byte[] data, int from) {
      int at = from + Short.BYTES;
      if (at > data.length) {
        return -1;
      }
      int count = (short) (data[from] << 8 | (data[from + 1] & 0xff));
      if (count == -1) {
        return at;
      }
      if (count != fields) {
        throw new Unexpected("%d fields in place of %d".formatted(count, fields));
      }
      for (int i = 0; i < fields; i++) {
        if (at + Integer.BYTES > data.length) {
          return -1;
        }
        int length = intAt(data, at);
        starts[i] = at + Integer.BYTES;
        at = starts[i] + Math.max(0, length);
        ends[i] = length < 0 ? -1 : at;
        if (at > data.length) {
          return -1;
        }
      }
      return at;
    }

    private void write(byte[] data, int from) {
      TypedRows.@Nullable TypedRow typedRow = mapping == null ? null : typed(data, mapping);
      boolean isTrack = mapping != null;
      out.startRow(table.writtenColumns().size());
      int first = from + Short.BYTES;
      int behind = columns == fields ? end(fields - 1) : starts[columns] - Integer.BYTES;
      if (mapping != null && !pathCarried) {
        int path = mapping.pathColumn();
        out.fields(data, first, starts[path] - Integer.BYTES);
        out.fields(data, end(path), behind);
      } else {
        out.fields(data, first, behind);
      }
      if (isTrack) {
        if (typedRow == null) {
          out.nothing();
        } else {
          out.id(typedRow.path().digest());
        }
      }
      out.integer(number);
      if (!table.source().hasKey()) {
        out.bigint(rows);
      }
      if (typedRow != null) {
        typed.add(typedRow);
      }
      rows++;
    }

    private TypedRows.@Nullable TypedRow typed(byte[] data, TrackMapping rule) {
      MigratedTrack track = rule.apply(position -> value(data, position), misfits);
      if (track == null) {
        if (!pathCarried) {
          throw new Unexpected("no path");
        }
        return null;
      }
      int path = rule.pathColumn();
      // The track alone keeps the path; of what is no text, only its bytes would do.
      if (!CopyLine.isUtf8(data, starts[path], Math.max(starts[path], ends[path]))) {
        throw new Unexpected("a path that is no UTF-8");
      }
      return new TypedRows.TypedRow(track, PathKey.of(track.path()));
    }

    private byte @Nullable [] value(byte[] data, int position) {
      Reading reading = readings[position];
      if (reading == null) {
        throw new IllegalStateException("column " + position + " is read and was not announced");
      }
      int from = starts[reading.position()];
      int to = ends[reading.position()];
      if (to < 0) {
        return null;
      }
      return switch (reading.form()) {
        case TEXT, AGAIN -> Arrays.copyOfRange(data, from, to);
        case JSONB -> {
          if (data[from] != JSONB_VERSION) {
            throw new Unexpected("jsonb in a form of its own");
          }
          yield Arrays.copyOfRange(data, from + 1, to);
        }
        case UUID -> uuidText(data, from);
        case BOOLEAN -> new byte[] {(byte) (data[from] == 0 ? 'f' : 't')};
      };
    }

    private int end(int field) {
      return Math.max(starts[field], ends[field]);
    }
  }

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int UUID_BYTES = 16;
  private static final int UUID_TEXT = 36;

  private static byte[] uuidText(byte[] data, int from) {
    byte[] text = new byte[UUID_TEXT];
    int at = 0;
    for (int i = 0; i < UUID_BYTES; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text[at++] = '-';
      }
      text[at++] = HEX[(data[from + i] >> 4) & 0xf];
      text[at++] = HEX[data[from + i] & 0xf];
    }
    return text;
  }

  private static int intAt(byte[] data, int at) {
    return data[at] << 24
        | (data[at + 1] & 0xff) << 16
        | (data[at + 2] & 0xff) << 8
        | (data[at + 3] & 0xff);
  }
}
