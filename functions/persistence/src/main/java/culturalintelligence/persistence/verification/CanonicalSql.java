package culturalintelligence.persistence.verification;

import static java.util.stream.Collectors.joining;

import culturalintelligence.domain.verification.CanonicalType;
import culturalintelligence.domain.verification.CanonicalType.Placement;
import java.util.ArrayList;
import java.util.List;

/*
 * How it is built.
 *
 * The canonical bytes of a row are those PostgreSQL's own record_send makes of ROW(field, …): the number
 * of fields, and for each its type's number, its length (−1 for NULL) and its bytes, in one pass of C.
 * No faster way was found to lay fields out without ambiguity (decision 0010 has the numbers), and it is
 * the wire format of the protocol, which does not change between versions.
 *
 * Binary forms know nothing of TimeZone, DateStyle, extra_float_digits, bytea_output, IntervalStyle or
 * lc_monetary. Two things are left that do depend on the session: client_encoding (text leaves in it;
 * pinned to UTF8, so that a LATIN1 database hashes the same) and fields that only their output function
 * describes exactly across two servers (arrays carry the number of their element type in binary, which
 * differs for enums; numerics, ranges, composites). For those the settings above are pinned as well, and
 * check() finds a session where somebody forgot.
 *
 * COALESCE(NULL::type, x) is the one way to say "an implicit cast, never more": a varchar becomes text, a
 * smallint bigint, but a float in place of a bigint is not rounded into looking equal: the statement
 * fails, or the field carries another tag and differs. The planner drops the NULL, so it costs nothing. It
 * stands first because the common type of varchar and text is whichever comes first.
 */
/**
 * The canonical form of a row, computed where the row is: the SQL of its digest, its bytes, the
 * exact text of each field, and the bucket sums of a table. The same text runs on the source and on
 * the target's compatibility view (PostgreSQL 12 or newer, any server encoding that converts to
 * UTF-8). Every statement that uses it runs in a transaction that has done {@link
 * #sessionSettings()}.
 */
public sealed interface CanonicalSql {

  /** Every column has an exact form. */
  record Supported(List<CanonicalColumn> columns, List<CanonicalType> types, List<String> cautions)
      implements CanonicalSql {
    public Supported {
      columns = List.copyOf(columns);
      types = List.copyOf(types);
      cautions = List.copyOf(cautions);
    }

    /** Expression of type bytea: the canonical bytes of the row. */
    public String bytes() {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        fields.add(field(types.get(i), "(" + columns.get(i).expression() + ")"));
      }
      return "pg_catalog.record_send(ROW(" + String.join(", ", fields) + "))";
    }

    /** Expression of type bytea: the SHA-256 of {@link #bytes()}, 32 bytes, never NULL. */
    public String digest() {
      return "pg_catalog.sha256(" + bytes() + ")";
    }

    /**
     * An expression of type text for each column: the exact text of the field, NULL for NULL, from
     * which {@code CanonicalField.parse} makes the same canonical bytes.
     */
    public List<String> fieldTexts() {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        texts.add(text(types.get(i), "(" + columns.get(i).expression() + ")"));
      }
      return texts;
    }

    /**
     * A statement with a row for each bucket that has rows: {@code bucket bigint, rows bigint, sum1
     * numeric, sum2 numeric}. The sums are exact, of the first and second signed 64-bit half of
     * each digest.
     *
     * @param from what stands after FROM: a relation, a join, a WHERE clause behind it
     * @param bucket expression that names a row's bucket: {@link #keyBucket} or {@link
     *     #rangeBucket}
     */
    public String bucketSums(String from, String bucket) {
      // OFFSET 0 keeps the planner from pulling the digest up and computing it once for each sum.
      return """
          SELECT bucket, pg_catalog.count(*) AS rows,
                 pg_catalog.sum(%s) AS sum1, pg_catalog.sum(%s) AS sum2
            FROM (SELECT CAST(%s AS pg_catalog.int8) AS bucket, %s AS digest FROM %s OFFSET 0) AS digests
           GROUP BY bucket"""
          .formatted(half(1), half(9), bucket, digest(), from);
    }

    /**
     * Expression of type bigint, 0 to {@code buckets − 1}: rows are spread by the first four bytes
     * of the digest of these columns, which are the key.
     *
     * @param buckets a power of two, at most 2^31
     */
    public String keyBucket(long buckets) {
      if (buckets < 1 || buckets > 1L << 31 || Long.bitCount(buckets) != 1) {
        throw new IllegalArgumentException("not a power of two up to 2^31: " + buckets);
      }
      return "(CAST(CAST('x' OPERATOR(pg_catalog.||) pg_catalog.encode(pg_catalog.substr(%s, 1, 4), 'hex')"
              .formatted(digest())
          + " AS pg_catalog.bit(32)) AS pg_catalog.int8) OPERATOR(pg_catalog.&) %d)"
              .formatted(buckets - 1);
    }

    private static String half(int from) {
      return ("CAST(CAST('x' OPERATOR(pg_catalog.||) pg_catalog.encode(pg_catalog.substr(digest, %d, 8), 'hex')"
              + " AS pg_catalog.bit(64)) AS pg_catalog.int8)")
          .formatted(from);
    }

    private static String field(CanonicalType type, String x) {
      return switch (type) {
        case BOOLEAN -> implicitly(x, "bool");
        case INTEGER -> implicitly(x, "int8");
        case OID -> implicitly(x, "oid");
        case FLOAT4 -> oneNaN(x, "float4");
        case FLOAT8 -> oneNaN(x, "float8");
        case TEXT -> implicitly(x, "text");
        case PADDED_TEXT -> implicitly(x, "bpchar");
        case SINGLE_BYTE -> implicitly(x, "\"char\"");
        case BYTEA -> implicitly(x, "bytea");
        case UUID -> implicitly(x, "uuid");
        case DATE -> implicitly(x, "date");
        case TIME -> implicitly(x, "time");
        case TIME_WITH_ZONE -> implicitly(x, "timetz");
        case TIMESTAMP -> implicitly(x, "timestamp");
        case INSTANT -> implicitly(x, "timestamptz");
        case INTERVAL -> implicitly(x, "interval");
        case JSON -> implicitly(x, "json");
        case JSONB -> implicitly(x, "jsonb");
        case BITS -> implicitly(x, "varbit");
        case MONEY -> implicitly(x, "money");
        case MACADDR -> implicitly(x, "macaddr");
        case MACADDR8 -> implicitly(x, "macaddr8");
        case XML, OUTPUT -> text(type, x);
      };
    }

    private static String implicitly(String x, String type) {
      return "COALESCE(NULL::pg_catalog." + type + ", " + x + ")";
    }

    private static String oneNaN(String x, String type) {
      return "CASE WHEN %1$s OPERATOR(pg_catalog.=) 'NaN'::pg_catalog.%2$s THEN 'NaN'::pg_catalog.%2$s ELSE %1$s END"
          .formatted(x, type);
    }

    private static String text(CanonicalType type, String x) {
      // xml's output function rewrites the declaration's encoding; its cast gives what is stored.
      if (type == CanonicalType.XML) {
        return "CAST(" + x + " AS pg_catalog.text)";
      }
      // concat calls the output function itself: a cast to text would strip char(n), name a boolean
      // otherwise than the protocol does, or be whatever an extension made of it. IS DISTINCT FROM,
      // because a composite value of NULLs "is null" and yet is not NULL.
      return "CASE WHEN %1$s IS DISTINCT FROM NULL THEN pg_catalog.concat(%1$s) END".formatted(x);
    }
  }

  /** At least one column has no form; nothing was left out silently. */
  record Unsupported(List<Reason> reasons) implements CanonicalSql {
    public Unsupported {
      reasons = List.copyOf(reasons);
    }
  }

  /** Why a column can't be compared, in a sentence for people. */
  record Reason(String column, String type, String sentence) {}

  /** The canonical form of a row of these columns, in this order; at least one. */
  static CanonicalSql of(List<CanonicalColumn> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a row has at least one column");
    }
    List<CanonicalType> types = new ArrayList<>();
    List<String> cautions = new ArrayList<>();
    List<Reason> reasons = new ArrayList<>();
    for (CanonicalColumn column : columns) {
      switch (CanonicalType.place(column.type())) {
        case Placement.Exact(CanonicalType type) -> types.add(type);
        case Placement.ByItsOutput(CanonicalType type) -> {
          types.add(type);
          cautions.add(
              "%s: %s is compared by what its own output function writes"
                  .formatted(column.name(), column.type()));
        }
        case Placement.Refused(String sentence) ->
            reasons.add(new Reason(column.name(), column.type(), sentence));
      }
    }
    return reasons.isEmpty() ? new Supported(columns, types, cautions) : new Unsupported(reasons);
  }

  /**
   * Expression of type bigint: the number of bounds at or below the key, so bucket {@code i} holds
   * {@code bounds[i] <= key < bounds[i + 1]}, counted from one; 0 lies below them all. A key of
   * text is compared under {@code COLLATE "C"}.
   *
   * @param bounds expression of an array of the key's type, ascending: a parameter, or a literal
   */
  static String rangeBucket(CanonicalColumn key, String bounds) {
    boolean text =
        CanonicalType.place(key.type()) instanceof Placement.Exact(CanonicalType type)
            && type == CanonicalType.TEXT;
    return "pg_catalog.width_bucket((%s)%s, %s)"
        .formatted(key.expression(), text ? " COLLATE \"C\"" : "", bounds);
  }

  /** The settings the form is read under, as statements for the beginning of a transaction. */
  static List<String> sessionSettings() {
    return SETTINGS.stream()
        .map(pin -> "SET LOCAL %s = '%s'".formatted(pin.name(), pin.value()))
        .toList();
  }

  /**
   * A statement that returns a row {@code (problem text)} for everything that would make this
   * session compute another form: a setting that isn't pinned, a server whose wire format isn't
   * PostgreSQL's. No row: the digests can be trusted.
   */
  static String check() {
    String pins =
        SETTINGS.stream()
            .filter(Pin::decides)
            .map(pin -> "('%s', '%s')".formatted(pin.name(), pin.value()))
            .collect(joining(", "));
    return """
        SELECT name || ' is ' || current_setting(name) || ', not ' || value AS problem
          FROM (VALUES %s) AS pins(name, value)
         WHERE lower(current_setting(name)) <> lower(value)
        UNION ALL
        SELECT 'the wire format of a row is not PostgreSQL''s'
         WHERE record_send(ROW(1::int8, 'é'::text, NULL::uuid, timestamp '2000-01-01 00:00:01'))
               <> '\\x%s'"""
        .formatted(
            pins,
            "00000004"
                + "00000014000000080000000000000001"
                + "0000001900000002c3a9"
                + "00000b86ffffffff"
                + "0000045a0000000800000000000f4240");
  }

  /** The settings; {@code decides} is false where only speed depends on it. */
  List<Pin> SETTINGS =
      List.of(
          new Pin("client_encoding", "UTF8", true),
          new Pin("TimeZone", "UTC", true),
          new Pin("DateStyle", "ISO, YMD", true),
          new Pin("IntervalStyle", "postgres", true),
          new Pin("extra_float_digits", "3", true),
          new Pin("bytea_output", "hex", true),
          new Pin("lc_monetary", "C", true),
          new Pin("jit", "off", false));

  /** A setting and the value it is held at. */
  record Pin(String name, String value, boolean decides) {}
}
