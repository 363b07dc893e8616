package culturalintelligence.domain.verification;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The forms a field can take in the canonical bytes of a row. Types of PostgreSQL that hold the
 * same values in the same way share one form: a {@code smallint} equals the {@code bigint} of that
 * number, a {@code varchar} the {@code text} of those characters.
 *
 * <p>Each form begins with a tag of four bytes, the number PostgreSQL gives the type (fixed in its
 * {@code pg_type.dat}), so that a field of one form never equals a field of another. The bytes
 * after it are those of the type's binary wire format, which the protocol's documentation promises
 * to keep.
 */
public enum CanonicalType {
  /** One byte, 0 or 1. */
  BOOLEAN(16),
  /** Eight bytes, big-endian: smallint, integer and bigint. */
  INTEGER(20),
  /** Four bytes, unsigned, big-endian. */
  OID(26),
  /** IEEE 754 single, big-endian; every NaN is 7fc00000; −0.0 is not 0.0. */
  FLOAT4(700),
  /** IEEE 754 double, big-endian; every NaN is 7ff8000000000000; −0.0 is not 0.0. */
  FLOAT8(701),
  /** The characters in UTF-8, not normalised: text, varchar and name. */
  TEXT(25),
  /** The characters in UTF-8 with the padding, as they are stored: char(n). */
  PADDED_TEXT(1042),
  /** One byte: PostgreSQL's own {@code "char"}. */
  SINGLE_BYTE(18),
  /** The bytes themselves. */
  BYTEA(17),
  /** Sixteen bytes, as RFC 9562 orders them. */
  UUID(2950),
  /** Days since 2000-01-01, four bytes, signed; the greatest and least are ±infinity. */
  DATE(1082),
  /** Microseconds since midnight, eight bytes; 24:00:00 is 86,400,000,000. */
  TIME(1083),
  /** Microseconds since local midnight, eight bytes; then seconds west of UTC, four bytes. */
  TIME_WITH_ZONE(1266),
  /**
   * Microseconds since 2000-01-01 00:00, eight bytes, signed; the greatest and least are ±infinity.
   */
  TIMESTAMP(1114),
  /** Microseconds since 2000-01-01 00:00 UTC, as {@link #TIMESTAMP}. */
  INSTANT(1184),
  /** Microseconds (eight bytes), days (four), months (four): one day is not 24 hours. */
  INTERVAL(1186),
  /** The text as it was written, in UTF-8: spaces, key order and doubled keys count. */
  JSON(114),
  /** One byte 1, then the text PostgreSQL writes for it, in UTF-8: 1.0 is not 1. */
  JSONB(3802),
  /**
   * The number of bits, four bytes; then the bits, the last byte filled with zeros: bit and varbit.
   */
  BITS(1562),
  /** Eight bytes: the amount in the smallest unit of the server's currency. */
  MONEY(790),
  /** Six bytes. */
  MACADDR(829),
  /** Eight bytes. */
  MACADDR8(774),
  /** The stored characters in UTF-8, XML declaration included. */
  XML(25),
  /**
   * What the type's own output function writes under the pinned settings, in UTF-8: numeric (with
   * its scale), network addresses, arrays, ranges, enums, composite types, text search, geometry,
   * and the types of extensions.
   */
  OUTPUT(25);

  private final int tag;

  CanonicalType(int tag) {
    this.tag = tag;
  }

  /** The four bytes before a field of this form, as a number. */
  public int tag() {
    return tag;
  }

  /** Where a type of PostgreSQL belongs. */
  public sealed interface Placement {
    /** The type has an exact form. */
    record Exact(CanonicalType type) implements Placement {}

    /** The type is not PostgreSQL's own: exact as far as its own output function is. */
    record ByItsOutput(CanonicalType type) implements Placement {}

    /**
     * The type can't be compared between two databases; {@code reason} is a sentence for people.
     */
    record Refused(String reason) implements Placement {}
  }

  private static final Map<String, CanonicalType> BY_NAME =
      Map.ofEntries(
          Map.entry("boolean", BOOLEAN),
          Map.entry("bool", BOOLEAN),
          Map.entry("smallint", INTEGER),
          Map.entry("int2", INTEGER),
          Map.entry("integer", INTEGER),
          Map.entry("int", INTEGER),
          Map.entry("int4", INTEGER),
          Map.entry("bigint", INTEGER),
          Map.entry("int8", INTEGER),
          Map.entry("oid", OID),
          Map.entry("real", FLOAT4),
          Map.entry("float4", FLOAT4),
          Map.entry("double precision", FLOAT8),
          Map.entry("float8", FLOAT8),
          Map.entry("text", TEXT),
          Map.entry("character varying", TEXT),
          Map.entry("varchar", TEXT),
          Map.entry("name", TEXT),
          Map.entry("character", PADDED_TEXT),
          Map.entry("bpchar", PADDED_TEXT),
          Map.entry("\"char\"", SINGLE_BYTE),
          Map.entry("bytea", BYTEA),
          Map.entry("uuid", UUID),
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("time without time zone", TIME),
          Map.entry("timetz", TIME_WITH_ZONE),
          Map.entry("time with time zone", TIME_WITH_ZONE),
          Map.entry("timestamp", TIMESTAMP),
          Map.entry("timestamp without time zone", TIMESTAMP),
          Map.entry("timestamptz", INSTANT),
          Map.entry("timestamp with time zone", INSTANT),
          Map.entry("interval", INTERVAL),
          Map.entry("json", JSON),
          Map.entry("jsonb", JSONB),
          Map.entry("bit", BITS),
          Map.entry("bit varying", BITS),
          Map.entry("varbit", BITS),
          Map.entry("money", MONEY),
          Map.entry("macaddr", MACADDR),
          Map.entry("macaddr8", MACADDR8),
          Map.entry("xml", XML));

  /**
   * Types of PostgreSQL itself whose output is exact, and the same in every session once pinned.
   */
  private static final Set<String> EXACT_OUTPUT =
      Set.of(
          "numeric",
          "decimal",
          "inet",
          "cidr",
          "tsvector",
          "tsquery",
          "point",
          "line",
          "lseg",
          "box",
          "path",
          "polygon",
          "circle",
          "int4range",
          "int8range",
          "numrange",
          "daterange",
          "tsrange",
          "tstzrange",
          "int4multirange",
          "int8multirange",
          "nummultirange",
          "datemultirange",
          "tsmultirange",
          "tstzmultirange",
          "jsonpath",
          "pg_lsn",
          "pg_snapshot",
          "txid_snapshot",
          "xid",
          "xid8",
          "cid",
          "tid",
          "refcursor",
          "int2vector",
          "oidvector");

  private static final Set<String> OBJECT_NAMES =
      Set.of(
          "regclass",
          "regproc",
          "regprocedure",
          "regoper",
          "regoperator",
          "regtype",
          "regrole",
          "regnamespace",
          "regconfig",
          "regdictionary",
          "regcollation",
          "regdatabase",
          "aclitem");

  private static final Set<String> INTERNALS =
      Set.of(
          "pg_node_tree",
          "pg_ndistinct",
          "pg_dependencies",
          "pg_mcv_list",
          "pg_brin_bloom_summary",
          "pg_brin_minmax_multi_summary",
          "gtsvector",
          "pg_ddl_command",
          "internal",
          "cstring",
          "record",
          "unknown",
          "void");

  /**
   * Places a type by the name {@code format_type} gives it, modifiers allowed ({@code
   * numeric(10,2)}, {@code timestamp(3) without time zone}, {@code "char"}, {@code music.mood[]}).
   */
  public static Placement place(String formattedType) {
    String name = formattedType.strip();
    boolean array = name.endsWith("[]");
    while (name.endsWith("[]")) {
      name = name.substring(0, name.length() - 2);
    }
    if (name.startsWith("pg_catalog.")) {
      name = name.substring("pg_catalog.".length());
    }
    name = withoutModifier(name);
    if (OBJECT_NAMES.contains(name)) {
      return new Placement.Refused(
          "a %s points at an object of its own database and means nothing in another"
              .formatted(name));
    }
    if (INTERNALS.contains(name)) {
      return new Placement.Refused(
          "%s is internal to PostgreSQL and no type of data".formatted(name));
    }
    CanonicalType known = BY_NAME.get(name);
    if (known != null) {
      return new Placement.Exact(array ? OUTPUT : known);
    }
    return EXACT_OUTPUT.contains(name)
        ? new Placement.Exact(OUTPUT)
        : new Placement.ByItsOutput(OUTPUT);
  }

  /**
   * {@code timestamp(3) without time zone} is {@code timestamp without time zone}; intervals too.
   */
  private static String withoutModifier(String name) {
    if (name.startsWith("\"") && !name.equals("\"char\"")) {
      return name;
    }
    String bare = name;
    int open = name.indexOf('(');
    if (open >= 0) {
      int close = name.indexOf(')', open);
      String after = close < 0 ? "" : name.substring(close + 1);
      bare = name.substring(0, open).stripTrailing() + after;
    }
    // format_type spells the fields of a restricted interval out: "interval day to second".
    return bare.toLowerCase(Locale.ROOT).startsWith("interval ") ? "interval" : bare;
  }
}
