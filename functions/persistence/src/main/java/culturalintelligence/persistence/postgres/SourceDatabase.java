package culturalintelligence.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** MetaCrate's database: read, and written nowhere but in the schema of our own. */
public class SourceDatabase {
  private final @Nullable Database database;

  /** For the container's proxy. */
  protected SourceDatabase() {
    this(null);
  }

  public SourceDatabase(@Nullable Database database) {
    this.database = database;
  }

  /**
   * A transaction that sees one moment of the source, from its first statement on, and can't write.
   *
   * @throws NotConfigured when no address is set
   */
  public Connection snapshot() throws SQLException {
    return database().snapshot();
  }

  /**
   * A connection in auto-commit mode that may write. Only the outbox is ever written by it, and
   * what makes or removes it.
   */
  public Connection outbox() throws SQLException {
    return database().open();
  }

  /** A connection in auto-commit mode that can only read, and gives up after that time. */
  public Connection impatient(Duration patience) throws SQLException {
    return database().impatient(patience);
  }

  public String describe() {
    return database().toString();
  }

  private Database database() {
    if (database == null) {
      throw new NotConfigured("METACRATE_URL");
    }
    return database;
  }
}
