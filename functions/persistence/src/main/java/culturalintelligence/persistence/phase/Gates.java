package culturalintelligence.persistence.phase;

import culturalintelligence.domain.phase.Gate;
import culturalintelligence.persistence.capture.Outbox;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What must hold before the new side answers, and before it is written. */
final class Gates {
  private static final Duration FRESH = Duration.ofHours(24);
  private static final Duration LAG = Duration.ofSeconds(10);

  private final Connection source;
  private final Connection target;
  private final PlannedTable table;

  Gates(Connection source, Connection target, PlannedTable table) {
    this.source = source;
    this.target = target;
    this.table = table;
  }

  List<Gate> toShadow() throws SQLException {
    return List.of(copied());
  }

  List<Gate> toReadNew() throws SQLException {
    return List.of(copied(), captured(), followed(), verified(), quarantine(), stopped());
  }

  List<Gate> toWriteNew(boolean forwards) throws SQLException {
    List<Gate> gates = new ArrayList<>(toReadNew());
    gates.add(
        Gate.of(
            "key",
            table.source().hasKey(),
            table.source().hasKey() ? String.join(", ", table.source().key()) : "none",
            "a table without a key can't be written on the new side: give it one, or leave it in READ_NEW"));
    gates.add(rights());
    long prepared = new OldTable(table.source()).preparedWriters(source);
    gates.add(
        Gate.of(
            "prepared transactions",
            prepared == 0,
            prepared + " hold a lock of the table",
            "COMMIT PREPARED or ROLLBACK PREPARED what pg_prepared_xacts shows"));
    if (forwards) {
      // Both sides would give the same number to different rows.
      List<String> counted =
          new OldTable(table.source())
              .counters(source).stream()
                  .map(OldTable.Counter::column)
                  .filter(table.source().key()::contains)
                  .toList();
      gates.add(
          Gate.of(
              "numbers",
              counted.isEmpty(),
              counted.isEmpty()
                  ? "no key column counts"
                  : "its key counts: " + String.join(", ", counted),
              "both sides would give the same numbers: use --guard reject"));
    }
    return gates;
  }

  private Gate copied() throws SQLException {
    try (PreparedStatement select =
        target.prepareStatement(
            "SELECT count(*) FILTER (WHERE copied_at IS NULL), count(*) FROM migration.chunk WHERE table_id = ?")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Gate.of(
            "copied",
            row.getLong(1) == 0,
            "%d of %d chunks".formatted(row.getLong(2) - row.getLong(1), row.getLong(2)),
            "cratectl start");
      }
    }
  }

  Gate captured() throws SQLException {
    boolean captured = false;
    if (Outbox.isInstalled(source)) {
      try (PreparedStatement select =
          source.prepareStatement(
              "SELECT count(*) = 4 FROM pg_trigger WHERE tgrelid = to_regclass(?) AND tgname LIKE 'ci\\_capture\\_%'")) {
        select.setString(1, Sql.qualified(table.source().schema(), table.source().name()));
        try (ResultSet row = select.executeQuery()) {
          row.next();
          captured = row.getBoolean(1);
        }
      }
    }
    return Gate.of(
        "captured",
        captured,
        captured ? "its triggers are there" : "its changes are not captured",
        "cratectl capture --execute");
  }

  private Gate followed() throws SQLException {
    if (!Outbox.isInstalled(source)) {
      return Gate.of("followed", false, "nothing is captured", "cratectl capture --execute");
    }
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::bigint
              FROM ci_capture.outbox WHERE table_schema = ? AND table_name = ?
            """)) {
      select.setString(1, table.source().schema());
      select.setString(2, table.source().name());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Gate.of(
            "outbox",
            row.getLong(2) <= LAG.toSeconds(),
            "%d changes wait, the oldest for %d s".formatted(row.getLong(1), row.getLong(2)),
            "cratectl drain");
      }
    }
  }

  private Gate verified() throws SQLException {
    try (PreparedStatement select =
        target.prepareStatement(
            """
            SELECT count(*) FILTER (WHERE c.state <> 'VERIFIED'),
                   coalesce(extract(epoch FROM clock_timestamp() - min(c.checked_at)), 0)::bigint,
                   (SELECT count(*) FROM migration.difference d WHERE d.table_id = s.id),
                   coalesce(s.check_result = 'EQUAL' AND s.checked_at > clock_timestamp() - ? * interval '1 second', false)
              FROM migration.source_table s LEFT JOIN migration.chunk c ON c.table_id = s.id
             WHERE s.id = ? GROUP BY s.id
            """)) {
      select.setLong(1, FRESH.toSeconds());
      select.setLong(2, table.id());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        boolean whole = row.getBoolean(4);
        boolean passed =
            row.getLong(1) == 0
                && row.getLong(2) <= FRESH.toSeconds()
                && row.getLong(3) == 0
                && whole;
        return Gate.of(
            "verified",
            passed,
            "%d chunks not verified, the oldest check %d s ago, %d differences, the whole table %s"
                .formatted(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    whole ? "equal" : "not found equal within a day"),
            "cratectl verify");
      }
    }
  }

  private Gate quarantine() throws SQLException {
    try (PreparedStatement select =
        target.prepareStatement(
            """
            SELECT count(*) FROM migration.quarantine q
             WHERE q.table_id = ? AND NOT EXISTS (SELECT FROM migration.accepted_quarantine a
                                                   WHERE a.table_id = q.table_id AND a.key = %s)
            """
                .formatted(QuarantineLedger.NAME))) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Gate.of(
            "quarantine",
            row.getLong(1) == 0,
            row.getLong(1) + " rows that nobody accepted",
            "mend them at the source, or accept each by name: cratectl accept "
                + table.source().qualifiedName());
      }
    }
  }

  private Gate stopped() throws SQLException {
    try (PreparedStatement select =
        target.prepareStatement(
            "SELECT reason, next_step FROM migration.stop WHERE table_id = ? ORDER BY id LIMIT 1")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Gate.of("stopped", false, row.getString(1), row.getString(2))
            : Gate.open("stopped", "no");
      }
    }
  }

  private Gate rights() throws SQLException {
    String name = Sql.qualified(table.source().schema(), table.source().name());
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT has_table_privilege(?, 'INSERT') AND has_table_privilege(?, 'UPDATE') AND has_table_privilege(?, 'DELETE')
                   AND pg_has_role(c.relowner, 'USAGE'), current_user
              FROM pg_class c WHERE c.oid = to_regclass(?)
            """)) {
      for (int i = 1; i <= 4; i++) {
        select.setString(i, name);
      }
      try (ResultSet row = select.executeQuery()) {
        boolean passed = row.next() && row.getBoolean(1);
        return Gate.of(
            "rights",
            passed,
            passed ? "owner's" : "our role at the source may not write and guard the table",
            "give METACRATE_USER the rights of the table's owner");
      }
    }
  }
}
