package culturalintelligence.persistence.phase;

import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a switch does to one table of MetaCrate's, each in the caller's transaction. */
final class OldTable {
  private final SourceTable table;
  private final String name;

  OldTable(SourceTable table) {
    this.table = table;
    this.name = Sql.qualified(table.schema(), table.name());
  }

  /**
   * Waits for the table's writers, not its readers, and keeps them out until the transaction ends.
   */
  void lock(Connection source) throws SQLException {
    lock(source, table.name());
  }

  void lock(Connection source, String tableName) throws SQLException {
    lock(source, tableName, "SHARE ROW EXCLUSIVE");
  }

  void lockAlone(Connection source) throws SQLException {
    lock(source, table.name(), "ACCESS EXCLUSIVE");
  }

  private void lock(Connection source, String tableName, String mode) throws SQLException {
    if (exists(source, tableName)) {
      try (Statement statement = source.createStatement()) {
        statement.execute(
            "LOCK TABLE %s IN %s MODE".formatted(Sql.qualified(table.schema(), tableName), mode));
      }
    }
  }

  /** One relation that can be written: the table, a partition. */
  private record Relation(String name, boolean guarded, boolean child) {}

  private List<Relation> relations(Connection source) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT n.nspname, c.relname,
                   EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'ci_guard'),
                   NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
              FROM (SELECT to_regclass(?)::oid AS relid UNION SELECT relid FROM pg_partition_tree(to_regclass(?))) r
              JOIN pg_class c ON c.oid = r.relid JOIN pg_namespace n ON n.oid = c.relnamespace
             ORDER BY c.oid
            """)) {
      select.setString(1, name);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          relations.add(
              new Relation(
                  Sql.qualified(row.getString(1), row.getString(2)),
                  row.getBoolean(3),
                  row.getBoolean(4)));
        }
      }
    }
    return relations;
  }

  /**
   * Refuses all writers but drains. The caller has the table's lock, so whatever was written before
   * is committed.
   */
  void guard(Connection source) throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute(
          """
          CREATE OR REPLACE FUNCTION ci_capture.guard() RETURNS trigger LANGUAGE plpgsql AS $ci$
          BEGIN
            IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' THEN
              IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' THEN
                RETURN OLD;
              END IF;
              RETURN NEW;
            END IF;
            RAISE EXCEPTION '% is written in the Cultural Intelligence database now', TG_TABLE_NAME
              USING ERRCODE = 'read_only_sql_transaction', HINT = 'its view there has the same name, in schema metacrate';
          END $ci$
          """);
      for (Relation relation : relations(source)) {
        // A disabled trigger is cheaper to have than to drop: dropping waits for readers too.
        if (!relation.guarded()) {
          statement.execute(
              "CREATE TRIGGER ci_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ci_capture.guard()"
                  .formatted(relation.name()));
          if (relation.child()) {
            // A statement on the table it inherits from fires only its row triggers.
            statement.execute(
                "CREATE TRIGGER ci_guard_row BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ci_capture.guard()"
                    .formatted(relation.name()));
          }
        }
        enable(statement, relation, "ENABLE ALWAYS");
      }
    }
  }

  void unguard(Connection source) throws SQLException {
    try (Statement statement = source.createStatement()) {
      for (Relation relation : relations(source)) {
        if (relation.guarded()) {
          enable(statement, relation, "DISABLE");
        }
      }
    }
  }

  private static void enable(Statement statement, Relation relation, String how)
      throws SQLException {
    statement.execute("ALTER TABLE ONLY %s %s TRIGGER ci_guard".formatted(relation.name(), how));
    if (relation.child()) {
      statement.execute(
          "ALTER TABLE ONLY %s %s TRIGGER ci_guard_row".formatted(relation.name(), how));
    }
  }

  boolean exists(Connection source) throws SQLException {
    return exists(source, table.name());
  }

  boolean exists(Connection source, String tableName) throws SQLException {
    return number(
            source,
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = ? AND c.relname = ?",
            table.schema(),
            tableName)
        == 1;
  }

  /** Writers that prepared a transaction and left it hold their locks for ever. */
  long preparedWriters(Connection source) throws SQLException {
    return number(
        source,
        """
        SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE l.virtualtransaction LIKE '-1/%' AND n.nspname = ? AND c.relname = ?
        """,
        table.schema(),
        table.name());
  }

  /** The columns' defaults as expressions, those that count left out. */
  Map<String, String> defaults(Connection source) throws SQLException {
    Map<String, String> defaults = new LinkedHashMap<>();
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT a.attname, pg_get_expr(d.adbin, d.adrelid)
              FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
              JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND a.attgenerated = '' AND a.attidentity = ''
               AND pg_get_serial_sequence(?, a.attname) IS NULL
             ORDER BY a.attnum
            """)) {
      select.setString(1, table.schema());
      select.setString(2, table.name());
      select.setString(3, name);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          defaults.put(row.getString(1), row.getString(2));
        }
      }
    }
    return defaults;
  }

  /**
   * A column that counts.
   *
   * @param next the next number it gives
   */
  record Counter(String column, long next, long increment) {}

  List<Counter> counters(Connection source) throws SQLException {
    List<Counter> counters = new ArrayList<>();
    for (SourceColumn column : table.columns()) {
      try (PreparedStatement select =
          source.prepareStatement(
              """
              SELECT coalesce(pg_sequence_last_value(s.seqrelid) + s.seqincrement, s.seqstart), s.seqincrement
                FROM pg_sequence s WHERE s.seqrelid = to_regclass(pg_get_serial_sequence(?, ?))
              """)) {
        select.setString(1, name);
        select.setString(2, column.name());
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            counters.add(new Counter(column.name(), row.getLong(1), row.getLong(2)));
          }
        }
      }
    }
    return counters;
  }

  /** Takes the counters on to where the other side's stand. */
  void advance(Connection source, List<Counter> counters) throws SQLException {
    for (Counter counter : counters) {
      try (PreparedStatement find =
          source.prepareStatement("SELECT pg_get_serial_sequence(?, ?)")) {
        find.setString(1, name);
        find.setString(2, counter.column());
        try (ResultSet row = find.executeQuery()) {
          row.next();
          advance(source, row.getString(1), counter);
        }
      }
    }
  }

  /** On, never back: the other side's may be a number of long ago. */
  static void advance(Connection connection, String sequence, Counter counter) throws SQLException {
    try (PreparedStatement set =
        connection.prepareStatement(
            """
            SELECT setval(s.seqrelid::regclass, ?, false) FROM pg_sequence s
             WHERE s.seqrelid = to_regclass(?)
               AND (? - coalesce(pg_sequence_last_value(s.seqrelid) + s.seqincrement, s.seqstart)) * sign(s.seqincrement) > 0
            """)) {
      set.setLong(1, counter.next());
      set.setString(2, sequence);
      set.setLong(3, counter.next());
      set.execute();
    }
  }

  /** The statements that give the table's rights back as they are now. */
  List<String> rights(Connection source) throws SQLException {
    List<String> rights = new ArrayList<>();
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT format('GRANT %s ON %s TO %s%s', x.privilege_type, c.oid::regclass,
                   CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                   CASE WHEN x.is_grantable AND x.grantee <> c.relowner THEN ' WITH GRANT OPTION' ELSE '' END)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                   aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x
             WHERE n.nspname = ? AND c.relname = ?
             ORDER BY 1
            """)) {
      select.setString(1, table.schema());
      select.setString(2, table.name());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rights.add(row.getString(1));
        }
      }
    }
    return rights;
  }

  /** Renames it and takes every right of it away, the owner's too. */
  void retire(Connection source, String retiredName) throws SQLException {
    try (Statement statement = source.createStatement()) {
      List<String> grantees = new ArrayList<>();
      try (PreparedStatement select =
          source.prepareStatement(
              """
              SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                     aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x
               WHERE n.nspname = ? AND c.relname = ?
              """)) {
        select.setString(1, table.schema());
        select.setString(2, table.name());
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            grantees.add(row.getString(1));
          }
        }
      }
      if (!grantees.isEmpty()) {
        statement.execute("REVOKE ALL ON %s FROM %s".formatted(name, String.join(", ", grantees)));
      }
      statement.execute("ALTER TABLE %s RENAME TO %s".formatted(name, Sql.identifier(retiredName)));
    }
  }

  void unretire(Connection source, String retiredName, List<String> rights) throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute(
          "ALTER TABLE %s RENAME TO %s"
              .formatted(Sql.qualified(table.schema(), retiredName), Sql.identifier(table.name())));
      for (String grant : rights) {
        statement.execute(grant);
      }
    }
  }

  /** How often somebody looked at or wrote the table, by the server's own counters. */
  long accesses(Connection source, String tableName) throws SQLException {
    return number(
        source,
        """
        SELECT coalesce(sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint
          FROM pg_stat_user_tables WHERE schemaname = ? AND relname = ?
        """,
        table.schema(),
        tableName);
  }

  /** What else in the database needs the table: other tables' references, and views. */
  List<String> dependents(Connection source, String tableName) throws SQLException {
    List<String> dependents = new ArrayList<>();
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT 'the reference ' || k.conname || ' of ' || k.conrelid::regclass
              FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND n.nspname = ? AND c.relname = ?
            UNION
            SELECT 'the view ' || r.ev_class::regclass
              FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
              JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND r.ev_class <> c.oid
               AND n.nspname = ? AND c.relname = ?
            ORDER BY 1
            """)) {
      select.setString(1, table.schema());
      select.setString(2, tableName);
      select.setString(3, table.schema());
      select.setString(4, tableName);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          dependents.add(row.getString(1));
        }
      }
    }
    return dependents;
  }

  /** Drops it, and nothing that depends on it. */
  void drop(Connection source, String tableName) throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + Sql.qualified(table.schema(), tableName));
    }
  }

  private static long number(Connection source, String sql, String... texts) throws SQLException {
    try (PreparedStatement select = source.prepareStatement(sql)) {
      for (int i = 0; i < texts.length; i++) {
        select.setString(i + 1, texts[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
