package culturalintelligence.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The Cultural Intelligence database, for bulk work and the ledger. */
public class TargetDatabase {
  private final @Nullable Database database;

  /** For the container's proxy. */
  protected TargetDatabase() {
    this(null);
  }

  public TargetDatabase(@Nullable Database database) {
    this.database = database;
  }

  /**
   * A connection in auto-commit mode.
   *
   * @throws NotConfigured when no address is set
   */
  public Connection open() throws SQLException {
    return database().open();
  }

  /** A transaction that sees one moment, from its first statement on, and can't write. */
  public Connection snapshot() throws SQLException {
    return database().snapshot();
  }

  public String describe() {
    return database().toString();
  }

  /** Address and account, for the schema's own tool. */
  public DatabaseAddress address() {
    return database().address();
  }

  private Database database() {
    if (database == null) {
      throw new NotConfigured("CULTURAL_INTELLIGENCE_URL");
    }
    return database;
  }
}
