package culturalintelligence.persistence.archive;

import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that make a table again, from the catalogue. Names come out qualified because
 * every connection of ours has an empty search path.
 *
 * <p>Types, functions and collations that the table uses belong to the database and stay there. Not
 * made again: the tablespace, extended statistics, row-level policies (a table with those is
 * refused).
 *
 * @param columns those that hold values of their own; generated ones are made again from them
 */
record TableDefinition(List<String> columns, List<String> before, List<String> after) {
  /** A table this can't describe whole, so that dropping it would lose something. */
  static final class Unsupported extends SQLException {
    private static final long serialVersionUID = 1L;

    Unsupported(String reason) {
      super(reason, "0A000");
    }
  }

  static TableDefinition read(Connection snapshot, String schema, String table)
      throws SQLException {
    String name = Sql.qualified(schema, table);
    long oid = oid(snapshot, schema, table);
    List<String> before = new ArrayList<>(texts(snapshot, SEQUENCES, oid));
    before.add(
        "CREATE %sTABLE %s (%s)%s"
            .formatted(
                text(snapshot, PERSISTENCE, oid),
                name,
                String.join(", ", texts(snapshot, COLUMNS, oid)),
                text(snapshot, OPTIONS, oid)));
    List<String> after = new ArrayList<>();
    for (String statement : List.of(SEQUENCE_OWNERS, SEQUENCE_VALUES, STORAGE)) {
      after.addAll(texts(snapshot, statement, oid));
    }
    for (String statement :
        List.of(
            CONSTRAINTS,
            INDEXES,
            CLUSTER,
            REPLICA_IDENTITY,
            RULES,
            TRIGGERS,
            DISABLED,
            COMMENTS,
            OWNER,
            GRANTS)) {
      after.addAll(texts(snapshot, statement, oid));
    }
    return new TableDefinition(
        texts(
            snapshot,
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum
            """,
            oid),
        before,
        after);
  }

  private static long oid(Connection snapshot, String schema, String table) throws SQLException {
    try (PreparedStatement select =
        snapshot.prepareStatement(
            """
            SELECT c.oid, c.relkind, c.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
                   EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)),
                   c.reloftype <> 0
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ?
            """)) {
      select.setString(1, schema);
      select.setString(2, table);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new Unsupported("there is no table " + schema + "." + table);
        }
        if (!"r".equals(row.getString(2)) || row.getBoolean(4) || row.getBoolean(5)) {
          throw new Unsupported(
              "%s.%s is partitioned, inherits, or is no plain table: it can't be archived whole"
                  .formatted(schema, table));
        }
        if (row.getBoolean(3)) {
          throw new Unsupported(
              "%s.%s has row-level security: who may see which row can't be archived"
                  .formatted(schema, table));
        }
        return row.getLong(1);
      }
    }
  }

  private static final String PERSISTENCE =
      "SELECT CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END FROM pg_class WHERE oid = ?";

  private static final String OPTIONS =
      """
      SELECT CASE WHEN reloptions IS NULL THEN '' ELSE ' WITH (' ||
             (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
                FROM unnest(reloptions) o) || ')' END
        FROM pg_class WHERE oid = ?
      """;

  /** Sequences of serial columns: they belong to the table and go with it. */
  private static final String OWNED =
      """
      FROM pg_depend d
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
      JOIN pg_namespace n ON n.oid = s.relnamespace
      JOIN pg_sequence q ON q.seqrelid = s.oid
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ?
      """;

  private static final String SEQUENCES =
      """
      SELECT format('CREATE SEQUENCE %I.%I AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s',
             n.nspname, s.relname, format_type(q.seqtypid, NULL), q.seqincrement, q.seqmin, q.seqmax, q.seqstart,
             q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)
      """
          + OWNED
          + " AND d.deptype = 'a' ORDER BY s.relname";

  private static final String SEQUENCE_OWNERS =
      "SELECT format('ALTER SEQUENCE %I.%I OWNED BY %s.%I', n.nspname, s.relname, d.refobjid::regclass, a.attname) "
          + OWNED
          + " AND d.deptype = 'a' ORDER BY s.relname";

  /** A sequence never used has no last value and needs none. */
  private static final String SEQUENCE_VALUES =
      """
      SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), %s)', d.refobjid::regclass::text, a.attname,
             pg_sequence_last_value(s.oid))
      """
          + OWNED
          + " AND d.deptype IN ('a', 'i') AND pg_sequence_last_value(s.oid) IS NOT NULL ORDER BY s.relname";

  private static final String COLUMNS =
      """
      SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
             || CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
                     THEN (SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                             FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                            WHERE c.oid = a.attcollation) ELSE '' END
             || CASE WHEN a.attgenerated <> ''
                     THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') '
                          || CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END
                     WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
                     ELSE '' END
             || CASE WHEN a.attidentity <> ''
                     THEN (SELECT format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %I.%I INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s)',
                                  CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                                  n.nspname, s.relname, q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache,
                                  CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)
                             FROM pg_depend i JOIN pg_class s ON s.oid = i.objid JOIN pg_namespace n ON n.oid = s.relnamespace
                             JOIN pg_sequence q ON q.seqrelid = s.oid
                            WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
                              AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i') ELSE '' END
             || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
      """;

  private static final String STORAGE =
      """
      SELECT format('ALTER TABLE %s ALTER %I SET STORAGE %s', a.attrelid::regclass, a.attname,
             CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
       WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage <> t.typstorage
       ORDER BY a.attnum
      """;

  /** References last, since they need the keys; not-null ones stand with the columns. */
  private static final String CONSTRAINTS =
      """
      SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = ? AND contype IN ('p', 'u', 'x', 'c', 'f')
       ORDER BY array_position('{p,u,x,c,f}', contype::text), conname
      """;

  private static final String INDEXES =
      """
      SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = ? AND i.indislive
         AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
       ORDER BY c.relname
      """;

  private static final String CLUSTER =
      """
      SELECT format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ? AND i.indisclustered
      """;

  private static final String REPLICA_IDENTITY =
      """
      SELECT format('ALTER TABLE %s REPLICA IDENTITY %s', c.oid::regclass,
             CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL'
                  ELSE (SELECT format('USING INDEX %I', x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                         WHERE i.indrelid = c.oid AND i.indisreplident) END)
        FROM pg_class c WHERE c.oid = ? AND c.relreplident <> 'd'
      """;

  private static final String RULES =
      "SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = ? ORDER BY rulename";

  /** Without ours: those of a capture or a guard go with it, and come with it. */
  private static final String FOREIGN_TRIGGERS =
      """
      FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace n ON n.oid = f.pronamespace
      WHERE t.tgrelid = ? AND NOT t.tgisinternal AND n.nspname <> 'ci_capture'
      """;

  private static final String TRIGGERS =
      "SELECT pg_get_triggerdef(t.oid) " + FOREIGN_TRIGGERS + " ORDER BY t.tgname";

  private static final String DISABLED =
      """
      SELECT format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
             CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
      """
          + FOREIGN_TRIGGERS
          + " AND t.tgenabled <> 'O' ORDER BY t.tgname";

  private static final String COMMENTS =
      """
      SELECT CASE d.objsubid WHEN 0 THEN format('COMMENT ON TABLE %s IS %L', d.objoid::regclass, d.description)
             ELSE format('COMMENT ON COLUMN %s.%I IS %L', d.objoid::regclass, a.attname, d.description) END
        FROM pg_description d LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
       WHERE d.classoid = 'pg_class'::regclass AND d.objoid = ?
       ORDER BY d.objsubid
      """;

  private static final String OWNER =
      """
      SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, r.rolname)
        FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.oid = ?
      """;

  /** A list of rights that was never touched is the default one, and is NULL. */
  private static final String GRANTS =
      """
      SELECT format('GRANT %s%s ON %s TO %s%s', g.privilege_type, g.columns, g.name,
             CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM (SELECT c.oid::regclass AS name, '' AS columns, x.*
                FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid = ? AND x.grantee <> c.relowner
              UNION ALL
              SELECT a.attrelid::regclass, format(' (%I)', a.attname), x.*
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped, aclexplode(a.attacl) x
               WHERE c.oid = ? AND x.grantee <> c.relowner) g
       ORDER BY 1
      """;

  private static String text(Connection snapshot, String sql, long oid) throws SQLException {
    return String.join("", texts(snapshot, sql, oid));
  }

  private static List<String> texts(Connection snapshot, String sql, long oid) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (PreparedStatement select = snapshot.prepareStatement(sql)) {
      int parameters = select.getParameterMetaData().getParameterCount();
      for (int i = 1; i <= parameters; i++) {
        select.setLong(i, oid);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          texts.add(row.getString(1));
        }
      }
    }
    return texts;
  }
}
