package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.mapping.MappingDocument;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceCatalog;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Frozen mapping documents. A version is never changed: the database itself refuses. A run names
 * the version it was planned with, and each of its tables keeps its own part.
 */
@ApplicationScoped
public class MappingLedger {
  private final SourceDatabase source;
  private final TargetDatabase target;

  public MappingLedger(SourceDatabase source, TargetDatabase target) {
    this.source = source;
    this.target = target;
  }

  /**
   * A frozen document.
   *
   * @param digest SHA-256 of the document's bytes, in hexadecimal digits
   * @param origin {@code proposed}, or {@code edited} by an operator
   */
  public record Frozen(
      int version, String document, String digest, String origin, Instant frozenAt) {

    /** What it makes of the tables the source has now. */
    Map<SourceTable, Optional<Mapping>> fit(Connection snapshot) throws SQLException {
      MappingDocument parsed = MappingDocument.parse(document);
      return parsed.fit(SourceCatalog.discover(snapshot, parsed.selection()));
    }
  }

  /** The mapping that the names and types of these tables call for. */
  public String propose(Selection selection) throws SQLException {
    try (Connection snapshot = source.snapshot()) {
      return MappingDocument.propose(selection, SourceCatalog.discover(snapshot, selection));
    }
  }

  /**
   * Whether a document could be frozen; its problems are thrown.
   *
   * @return how many tables it maps
   */
  public int check(String document) throws SQLException {
    MappingDocument parsed = MappingDocument.parse(document);
    try (Connection snapshot = source.snapshot()) {
      return parsed.fit(SourceCatalog.discover(snapshot, parsed.selection())).size();
    }
  }

  /** Freezes a document that fits the source. The same document again is the same version. */
  public Frozen freeze(String document) throws SQLException {
    check(document);
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      lock(connection);
      Optional<Frozen> newest = newest(connection);
      if (newest.isPresent() && newest.get().document().equals(document)) {
        return newest.get();
      }
      Frozen frozen = insert(connection, document, "edited");
      connection.commit();
      return frozen;
    }
  }

  /** The newest frozen document. */
  public Optional<Frozen> newest() throws SQLException {
    try (Connection connection = target.open()) {
      return newest(connection);
    }
  }

  /** The version that a run was planned with. */
  public Optional<Frozen> ofRun(long plan) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                SELECT + " WHERE version = (SELECT mapping FROM migration.run WHERE id = ?)")) {
      select.setLong(1, plan);
      return one(select);
    }
  }

  /**
   * The newest version that an operator edited; otherwise the proposal for what the source is now,
   * which is frozen with the plan.
   */
  static Frozen frozenOrProposed(Connection target, Connection snapshot) throws SQLException {
    lock(target);
    Optional<Frozen> newest = newest(target);
    if (newest.isPresent() && newest.get().origin().equals("edited")) {
      return newest.get();
    }
    String document =
        MappingDocument.propose(
            Selection.DEFAULT, SourceCatalog.discover(snapshot, Selection.DEFAULT));
    if (newest.isPresent() && newest.get().document().equals(document)) {
      return newest.get();
    }
    return insert(target, document, "proposed");
  }

  /** Two who freeze at once: the second waits, and sees the first's version. */
  private static void lock(Connection target) throws SQLException {
    try (Statement lock = target.createStatement()) {
      lock.execute("LOCK TABLE migration.mapping IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  private static final String SELECT =
      """
      SELECT version, document, encode(digest, 'hex') AS digest, origin, frozen_at
        FROM migration.mapping
      """;

  private static Optional<Frozen> newest(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + " ORDER BY version DESC LIMIT 1")) {
      return one(select);
    }
  }

  private static Optional<Frozen> one(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(frozen(row)) : Optional.empty();
    }
  }

  private static Frozen insert(Connection connection, String document, String origin)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.mapping (document, digest, origin)
            VALUES (?, sha256(convert_to(?, 'UTF8')), ?)
            RETURNING version, document, encode(digest, 'hex') AS digest, origin, frozen_at
            """)) {
      insert.setString(1, document);
      insert.setString(2, document);
      insert.setString(3, origin);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return frozen(row);
      }
    }
  }

  private static Frozen frozen(ResultSet row) throws SQLException {
    return new Frozen(
        row.getInt("version"),
        row.getString("document"),
        row.getString("digest"),
        row.getString("origin"),
        row.getObject("frozen_at", OffsetDateTime.class).toInstant());
  }

  /** Values that stayed in their carried rows alone. */
  public record MisfitCount(String table, String field, String source, String reason, long rows) {}

  /** What did not fit, the most frequent first. */
  public List<MisfitCount> misfits(long plan) throws SQLException {
    List<MisfitCount> counts = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT s.schema_name || '.' || s.table_name AS name, m.field, m.source, m.reason,
                       sum(m.row_count)::bigint AS row_count
                  FROM migration.misfit m JOIN migration.source_table s ON s.id = m.table_id
                 WHERE m.run_id = ?
                 GROUP BY s.id, m.field, m.source, m.reason
                 ORDER BY row_count DESC, name, m.field, m.source, m.reason
                """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          counts.add(
              new MisfitCount(
                  row.getString("name"),
                  row.getString("field"),
                  row.getString("source"),
                  row.getString("reason"),
                  row.getLong("row_count")));
        }
      }
    }
    return counts;
  }
}
