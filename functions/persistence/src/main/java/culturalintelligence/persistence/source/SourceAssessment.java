package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceReport;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.Misfits;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.NotConfigured;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.File;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.copy.CopyOut;

/**
 * Looks at a source before anything is written, in one read-only snapshot. Asked to be exact, it
 * reads every row once and maps it, and says what would not fit.
 */
@ApplicationScoped
public class SourceAssessment {
  /** On the slow side of what was seen, so that the estimate is one to be glad about. */
  private static final long BYTES_PER_SECOND = 10L << 20;

  /** Rows that no drain can clean up while somebody looks at an older moment. */
  private static final String LONG_TRANSACTIONS =
      """
      SELECT count(*) || ' transactions have been open for over 5 minutes, the oldest for '
             || date_trunc('second', max(now() - xact_start))
             || ': capture waits for them when it is installed, and dead rows can''t be cleaned up'
        FROM pg_stat_activity
       WHERE xact_start < now() - interval '5 minutes' AND pid <> pg_backend_pid()
         AND backend_type = 'client backend'
      HAVING count(*) > 0
      UNION ALL
      SELECT count(*) || ' prepared transactions are open, the oldest since ' || min(prepared)
             || ': commit or roll them back'
        FROM pg_prepared_xacts WHERE database = current_database() HAVING count(*) > 0
      UNION ALL
      SELECT 'the database''s encoding is SQL_ASCII: bytes that are no UTF-8 go to quarantine'
       WHERE current_setting('server_encoding') = 'SQL_ASCII'
      UNION ALL
      SELECT 'the database holds large objects, which are not carried: export them apart'
       WHERE EXISTS (SELECT FROM pg_largeobject_metadata)
      """;

  private static final String SERVER =
      """
      SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
             d.datcollate AS collation_name, current_user AS role, pg_is_in_recovery() AS standby,
             pg_database_size(d.oid) AS bytes
        FROM pg_database d WHERE d.datname = current_database()
      """;

  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

  private final SourceDatabase source;
  private final TargetDatabase target;

  public SourceAssessment(SourceDatabase source, TargetDatabase target) {
    this.source = source;
    this.target = target;
  }

  /** Assesses the selection's tables. */
  public SourceReport assess(Selection selection, boolean exact) throws SQLException {
    try (Connection snapshot = source.snapshot()) {
      SourceReport.Server server = server(snapshot);
      SourceCatalog.Contents contents = SourceCatalog.contents(snapshot, selection);
      List<SourceReport.Table> tables = new ArrayList<>();
      long bytes = 0;
      for (SourceTable table : contents.tables()) {
        Assessment assessment = table.assess();
        boolean carried = assessment.verdict() != Assessment.Verdict.CANNOT;
        bytes += carried ? table.totalBytes() : 0;
        tables.add(
            table(
                table,
                assessment,
                contents.notes().getOrDefault(table, List.of()),
                exact && carried ? read(snapshot, table) : null));
      }
      List<String> warnings = warnings(snapshot);
      if (server.standby()) {
        warnings.add(
            "the source is a standby: changes can't be captured there; give the primary's address before capture");
      }
      return new SourceReport(
          source.describe(),
          server,
          tables,
          contents.others().stream()
              .map(o -> new SourceReport.Other(o.name(), o.kind(), o.sentence()))
              .toList(),
          warnings,
          bytes,
          "about %d min for %s, taking %d MB/s with indexes counted; a running copy says better"
              .formatted(
                  Math.max(1, bytes / BYTES_PER_SECOND / 60), size(bytes), BYTES_PER_SECOND >> 20),
          room(bytes),
          exact);
    }
  }

  private record Read(long rows, long unreadable, Misfits misfits) {}

  private static SourceReport.Table table(
      SourceTable table,
      Assessment assessment,
      List<String> notes,
      @org.jspecify.annotations.Nullable Read read) {
    boolean carried = assessment.verdict() != Assessment.Verdict.CANNOT;
    return new SourceReport.Table(
        table.qualifiedName(),
        assessment.verdict(),
        assessment.reasons(),
        notes,
        table.key(),
        table.columns().size(),
        table.estimatedRows(),
        table.totalBytes(),
        carried ? Mapping.propose(table).name() : "none",
        read == null ? null : read.rows(),
        read == null ? null : read.unreadable(),
        read == null ? null : misfits(read.misfits()));
  }

  private static List<SourceReport.Misfit> misfits(Misfits misfits) {
    return misfits.counts().entrySet().stream()
        .sorted(
            Map.Entry.<Misfits.Misfit, Long>comparingByValue()
                .reversed()
                .thenComparing(e -> e.getKey().source())
                .thenComparing(e -> e.getKey().field())
                .thenComparing(e -> e.getKey().reason()))
        .map(
            e ->
                new SourceReport.Misfit(
                    e.getKey().field(), e.getKey().source(), e.getKey().reason(), e.getValue()))
        .toList();
  }

  /** Every row once, as a copy would read it, and mapped as a copy would map it. */
  private static Read read(Connection snapshot, SourceTable table) throws SQLException {
    Misfits misfits = new Misfits();
    Mapping mapping = Mapping.propose(table);
    TrackMapping tracks = mapping instanceof Mapping.Tracks t ? new TrackMapping(table, t) : null;
    EntryMapping entries = mapping instanceof Mapping.Entries e ? new EntryMapping(table, e) : null;
    long rows = 0;
    long unreadable = 0;
    CopyOut lines = new SourceRows(table).copyOut(snapshot, KeyRange.ALL);
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, table.columns().size());
        if (!line.isUtf8()) {
          unreadable++;
        } else if (tracks != null) {
          tracks.apply(line::value, misfits);
        } else if (entries != null) {
          entries.apply(line::value, 1, rows, misfits);
        }
        rows++;
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    return new Read(rows, unreadable, misfits);
  }

  private static SourceReport.Server server(Connection snapshot) throws SQLException {
    try (Statement statement = snapshot.createStatement();
        ResultSet row = statement.executeQuery(SERVER)) {
      row.next();
      return new SourceReport.Server(
          row.getString("version"),
          row.getString("encoding"),
          row.getString("collation_name"),
          row.getString("role"),
          row.getBoolean("standby"),
          row.getLong("bytes"));
    }
  }

  private static List<String> warnings(Connection snapshot) throws SQLException {
    List<String> warnings = new ArrayList<>();
    try (Statement statement = snapshot.createStatement();
        ResultSet row = statement.executeQuery(LONG_TRANSACTIONS)) {
      while (row.next()) {
        warnings.add(row.getString(1));
      }
    }
    return warnings;
  }

  /** A server says nothing of its disk; one on this machine lets its folder be looked at. */
  private String room(long bytes) throws SQLException {
    String needs = "needs about " + size(bytes + bytes / 2);
    try (Connection connection = target.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER')
                            THEN current_setting('data_directory', true) END
                """)) {
      row.next();
      String folder = row.getString(1);
      if (folder != null
          && HERE.contains(target.address().host())
          && new File(folder).isDirectory()) {
        long free = new File(folder).getUsableSpace();
        return "%s; the target's disk has %s free%s"
            .formatted(needs, size(free), free < bytes + bytes / 2 ? ": too little" : "");
      }
      return needs + "; the target's server does not say how much its disk has";
    } catch (NotConfigured e) {
      return needs + "; no target is configured yet";
    }
  }

  private static String size(long bytes) {
    return bytes < 10L << 20
        ? "%d kB".formatted(Math.ceilDiv(bytes, 1024))
        : bytes < 10L << 30 ? "%d MB".formatted(bytes >> 20) : "%d GB".formatted(bytes >> 30);
  }
}
