package culturalintelligence.persistence.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * One table's archive: {@code rows.copy.gz}, {@code manifest.json} and {@code manifest.sha256}. The
 * last is written last; without it there is no archive.
 *
 * <p>Two digests prove it: one over the file, which any tool can check, and one over the rows as
 * COPY writes them, which a restored table must give again.
 */
public final class TableArchive {
  private static final String ROWS = "rows.copy.gz";
  private static final String MANIFEST = "manifest.json";
  private static final String DIGEST = "manifest.sha256";
  private static final int BUFFER = 1 << 16;
  private static final int MOST_MANIFEST_BYTES = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private TableArchive() {}

  /**
   * Writes the table as this transaction sees it.
   *
   * @param snapshot a repeatable-read transaction of a {@link
   *     culturalintelligence.persistence.postgres.Database} connection
   * @throws SQLException with SQLSTATE 0A000 when the table can't be described whole
   */
  public static Manifest write(
      Connection snapshot, String source, String schema, String table, ArchivePlace place)
      throws SQLException, IOException {
    TableDefinition definition = TableDefinition.read(snapshot, schema, table);
    MessageDigest rowsDigest = sha256();
    MessageDigest fileDigest = sha256();
    long bytes = 0;
    long rows;
    CopyOut out = copyOut(snapshot, schema, table, definition.columns());
    try (OutputStream file =
        new GZIPOutputStream(
            new DigestOutputStream(
                new BufferedOutputStream(place.create(ROWS), BUFFER), fileDigest),
            BUFFER)) {
      for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        rowsDigest.update(row);
        file.write(row);
        bytes += row.length;
      }
      rows = out.getHandledRowCount();
    } finally {
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            source,
            text(snapshot, "SHOW server_version"),
            text(
                snapshot,
                "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"),
            schema,
            table,
            definition.columns(),
            definition.before(),
            definition.after(),
            rows,
            bytes,
            hex(rowsDigest),
            hex(fileDigest));
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    write(place, MANIFEST, json);
    write(place, DIGEST, hex(sha256(), json).getBytes(StandardCharsets.US_ASCII));
    return manifest;
  }

  /**
   * The same, unless a whole archive of the same rows lies there already: that is an earlier try's,
   * cut off after it was written.
   */
  public static Manifest writeOrKeep(
      Connection snapshot, String source, String schema, String table, ArchivePlace place)
      throws SQLException, IOException {
    Manifest kept;
    try {
      kept = check(place);
    } catch (NoSuchFileException e) {
      // The digest is written last: without it this is what a try left that was cut off.
      if (!place.exists(DIGEST)) {
        place.setAside(ROWS);
        place.setAside(MANIFEST);
      }
      return write(snapshot, source, schema, table, place);
    }
    MessageDigest now = sha256();
    CopyOut out = copyOut(snapshot, schema, table, kept.columns());
    for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
      now.update(row);
    }
    if (!kept.schema().equals(schema)
        || !kept.table().equals(table)
        || !hex(now).equals(kept.rowsSha256())) {
      throw new FileAlreadyExistsException(place.toString(), null, "another archive lies there");
    }
    return kept;
  }

  /**
   * Reads the whole archive back.
   *
   * @throws ArchiveDamagedException when any byte of it is not what was written
   */
  public static Manifest check(ArchivePlace place) throws IOException {
    Manifest manifest = manifest(place);
    read(place, manifest, (bytes, length) -> {});
    return manifest;
  }

  /**
   * Makes the table again, inside the caller's transaction, and proves it: what COPY writes of the
   * new table has the digest of what it wrote of the old one. The caller commits.
   *
   * @throws ArchiveDamagedException when the archive, or what was made of it, is not what it was
   */
  public static Manifest restore(Connection target, ArchivePlace place)
      throws SQLException, IOException {
    Manifest manifest = check(place);
    execute(target, manifest.before());
    CopyIn in =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s FROM STDIN%s"
                    .formatted(
                        copied(manifest.schema(), manifest.table(), manifest.columns()),
                        encoding(target)));
    try {
      read(place, manifest, (bytes, length) -> in.writeToCopy(bytes, 0, length));
      in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
    }
    MessageDigest again = sha256();
    CopyOut out = copyOut(target, manifest.schema(), manifest.table(), manifest.columns());
    for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
      again.update(row);
    }
    if (!hex(again).equals(manifest.rowsSha256())) {
      throw new ArchiveDamagedException(
          place, "the restored rows of %s are not those archived".formatted(manifest.table()));
    }
    execute(target, manifest.after());
    return manifest;
  }

  /** Takes rows, or parts of them, in order. */
  @FunctionalInterface
  private interface Sink {
    void take(byte[] bytes, int length) throws SQLException;
  }

  private static void read(ArchivePlace place, Manifest manifest, Sink sink) throws IOException {
    MessageDigest rowsDigest = sha256();
    MessageDigest fileDigest = sha256();
    long bytes = 0;
    try (InputStream raw = new DigestInputStream(place.open(ROWS), fileDigest);
        InputStream file = new GZIPInputStream(raw, BUFFER)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
        bytes += n;
        if (bytes > manifest.bytes()) {
          throw new ArchiveDamagedException(place, "it holds more than its manifest says");
        }
        rowsDigest.update(buffer, 0, n);
        sink.take(buffer, n);
      }
      // What stands behind the last block belongs to the file's digest too.
      while (raw.read(buffer) > 0) {}
    } catch (ArchiveDamagedException e) {
      throw e;
    } catch (ZipException | EOFException e) {
      throw new ArchiveDamagedException(place, String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      throw new IOException("the rows of %s were refused".formatted(manifest.table()), e);
    }
    if (bytes != manifest.bytes()
        || !hex(rowsDigest).equals(manifest.rowsSha256())
        || !hex(fileDigest).equals(manifest.fileSha256())) {
      throw new ArchiveDamagedException(
          place, "its rows don't have the digest they were written with");
    }
  }

  private static Manifest manifest(ArchivePlace place) throws IOException {
    byte[] json;
    byte[] digest;
    try (InputStream manifest = place.open(MANIFEST);
        InputStream written = place.open(DIGEST)) {
      json = manifest.readNBytes(MOST_MANIFEST_BYTES);
      digest = written.readNBytes(BUFFER);
    }
    if (!Arrays.equals(digest, hex(sha256(), json).getBytes(StandardCharsets.US_ASCII))) {
      throw new ArchiveDamagedException(
          place, "its manifest doesn't have the digest it was written with");
    }
    Manifest manifest = JSON.readValue(json, Manifest.class);
    if (manifest.format() != Manifest.FORMAT) {
      throw new ArchiveDamagedException(
          place, "format %d is not one this version reads".formatted(manifest.format()));
    }
    return manifest;
  }

  private static void write(ArchivePlace place, String name, byte[] bytes) throws IOException {
    try (OutputStream file = place.create(name)) {
      file.write(bytes);
    }
  }

  private static CopyOut copyOut(
      Connection connection, String schema, String table, List<String> columns)
      throws SQLException {
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "COPY %s TO STDOUT%s".formatted(copied(schema, table, columns), encoding(connection)));
  }

  /** A table may have no column of its own; COPY then writes an empty line for each row. */
  private static String copied(String schema, String table, List<String> columns) {
    String name = Sql.qualified(schema, table);
    return columns.isEmpty() ? name : name + " (" + Sql.identifiers(columns) + ")";
  }

  private static String encoding(Connection connection) throws SQLException {
    return SourceRows.mayHoldAnyBytes(connection) ? " WITH (ENCODING 'SQL_ASCII')" : "";
  }

  private static void execute(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static String hex(MessageDigest digest, byte[] bytes) {
    digest.update(bytes);
    return hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
