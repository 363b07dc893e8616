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
  private static final String GUARD = "ci_guard";

  private final SourceTable table;
  private final String name;

  OldTable(SourceTable table) {
    this.table = table;
    this.name = Sql.qualified(table.schema(), table.name());
  }

  /**
   * Refuses all writers but drains. Making the trigger waits for writers at work, so whatever was
   * written before is committed when this returns.
   */
  void guard(Connection source) throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute(
          """
          CREATE OR REPLACE FUNCTION ci_capture.guard() RETURNS trigger LANGUAGE plpgsql AS $ci$
          BEGIN
            IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' THEN
              RETURN NULL;
            END IF;
            RAISE EXCEPTION '% is written in the Cultural Intelligence database now', TG_TABLE_NAME
              USING ERRCODE = 'read_only_sql_transaction', HINT = 'its view there has the same name, in schema metacrate';
          END $ci$;
          DROP TRIGGER IF EXISTS ${guard} ON ${table};
          CREATE TRIGGER ${guard} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
            FOR EACH STATEMENT EXECUTE FUNCTION ci_capture.guard();
          ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${guard}
          """
              .replace("${guard}", GUARD)
              .replace("${table}", name));
    }
  }

  void unguard(Connection source) throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute("DROP TRIGGER IF EXISTS %s ON %s".formatted(GUARD, name));
    }
  }

  boolean exists(Connection source) throws SQLException {
    return exists(source, table.name());
  }

  boolean exists(Connection source, String tableName) throws SQLException {
    return number(
            source,
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?",
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
      try (PreparedStatement set =
          source.prepareStatement("SELECT setval(pg_get_serial_sequence(?, ?), ?, false)")) {
        set.setString(1, name);
        set.setString(2, counter.column());
        set.setLong(3, counter.next());
        set.execute();
      }
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
