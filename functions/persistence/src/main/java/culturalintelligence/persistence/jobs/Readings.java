package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.music.StreamFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of what single files said. */
final class Readings {
  private Readings() {}

  /** Writes readings; the first one's place in its batch is given, the others follow it. */
  static void insert(
      Connection connection, long job, int batch, long firstOrdinal, List<FileReading> readings)
      throws SQLException {
    if (readings.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO analysis_job.reading
                   (job_id, batch, ordinal, path, track_id, outcome, code, reason, size_bytes, modified,
                    sha256, payload_digest, container, codec, duration_ms, bitrate, sample_rate, channels,
                    bit_depth, lossless, artist, title, mix, label, catalogue_number, genre, subgenre, bpm,
                    musical_key, metadata, read_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?::jsonb, clock_timestamp())
            """)) {
      long ordinal = firstOrdinal;
      for (FileReading reading : readings) {
        int i = 1;
        insert.setLong(i++, job);
        insert.setInt(i++, batch);
        insert.setLong(i++, ordinal++);
        insert.setString(i++, reading.path());
        insert.setObject(i++, reading.trackId(), Types.BIGINT);
        insert.setString(i++, reading.outcome().name());
        insert.setString(i++, reading.code());
        insert.setString(i++, reading.reason());
        FileReading.Facts facts = reading.facts();
        FileVersion version = reading.version();
        insert.setObject(i++, version == null ? null : version.sizeBytes(), Types.BIGINT);
        insert.setObject(
            i++,
            version == null ? null : version.modified().atOffset(ZoneOffset.UTC),
            Types.TIMESTAMP_WITH_TIMEZONE);
        insert.setBytes(i++, facts == null ? null : facts.content().bytes());
        ContentHash payload = facts == null ? null : facts.payload();
        insert.setBytes(i++, payload == null ? null : payload.bytes());
        i = bind(insert, i, facts == null ? null : facts.stream());
        i = bind(insert, i, facts == null ? null : facts.said());
        insert.setString(i, facts == null ? null : facts.metadata());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static int bind(PreparedStatement insert, int first, @Nullable StreamFacts stream)
      throws SQLException {
    int i = first;
    Double seconds = stream == null ? null : stream.durationSeconds();
    insert.setString(i++, stream == null ? null : stream.container());
    insert.setString(i++, stream == null ? null : stream.codec());
    insert.setObject(i++, seconds == null ? null : Math.round(seconds * 1000), Types.BIGINT);
    insert.setObject(i++, stream == null ? null : stream.bitrate(), Types.BIGINT);
    insert.setObject(i++, stream == null ? null : stream.sampleRate(), Types.INTEGER);
    insert.setObject(i++, stream == null ? null : stream.channels(), Types.INTEGER);
    insert.setObject(i++, stream == null ? null : stream.bitDepth(), Types.INTEGER);
    insert.setObject(i++, stream == null ? null : stream.lossless(), Types.BOOLEAN);
    return i;
  }

  private static int bind(PreparedStatement insert, int first, FileReading.@Nullable Said said)
      throws SQLException {
    int i = first;
    insert.setString(i++, said == null ? null : said.artist());
    insert.setString(i++, said == null ? null : said.title());
    insert.setString(i++, said == null ? null : said.mix());
    insert.setString(i++, said == null ? null : said.label());
    insert.setString(i++, said == null ? null : said.catalogueNumber());
    insert.setString(i++, said == null ? null : said.genre());
    insert.setString(i++, said == null ? null : said.subgenre());
    insert.setBigDecimal(i++, said == null ? null : said.bpm());
    insert.setString(i++, said == null ? null : said.key());
    return i;
  }

  static FileJobs.Page page(Connection connection, long job, @Nullable String after, int limit)
      throws SQLException {
    int most = Math.clamp(limit, 1, 10_000);
    long[] from = position(after);
    List<FileReading> readings = new ArrayList<>();
    String next = null;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT *, metadata::text AS metadata_text FROM analysis_job.reading
             WHERE job_id = ? AND (batch, ordinal) > (?, ?)
             ORDER BY batch, ordinal LIMIT ?
            """)) {
      select.setLong(1, job);
      select.setLong(2, from[0]);
      select.setLong(3, from[1]);
      select.setInt(4, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          readings.add(reading(row));
          if (readings.size() == most) {
            next = row.getInt("batch") + "-" + row.getLong("ordinal");
          }
        }
      }
    }
    return new FileJobs.Page(readings, next);
  }

  private static long[] position(@Nullable String after) {
    if (after == null) {
      return new long[] {-1, 0};
    }
    int dash = after.indexOf('-');
    try {
      return new long[] {
        Integer.parseInt(after.substring(0, Math.max(dash, 0))),
        Long.parseLong(after.substring(dash + 1))
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no page of readings begins at " + after, e);
    }
  }

  private static FileReading reading(ResultSet row) throws SQLException {
    return new FileReading(
        row.getString("path"),
        row.getObject("track_id", Long.class),
        FileOutcome.valueOf(row.getString("outcome")),
        row.getString("code"),
        row.getString("reason"),
        version(row),
        facts(row),
        row.getObject("read_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable FileVersion version(ResultSet row) throws SQLException {
    OffsetDateTime modified = row.getObject("modified", OffsetDateTime.class);
    return modified == null
        ? null
        : new FileVersion(row.getLong("size_bytes"), modified.toInstant());
  }

  private static FileReading.@Nullable Facts facts(ResultSet row) throws SQLException {
    byte[] sha256 = row.getBytes("sha256");
    if (sha256 == null) {
      return null;
    }
    byte[] payload = row.getBytes("payload_digest");
    return new FileReading.Facts(
        ContentHash.of(sha256),
        payload == null ? null : ContentHash.of(payload),
        stream(row),
        new FileReading.Said(
            row.getString("artist"),
            row.getString("title"),
            row.getString("mix"),
            row.getString("label"),
            row.getString("catalogue_number"),
            row.getString("genre"),
            row.getString("subgenre"),
            row.getBigDecimal("bpm"),
            row.getString("musical_key")),
        String.valueOf(row.getString("metadata_text")));
  }

  private static @Nullable StreamFacts stream(ResultSet row) throws SQLException {
    String container = row.getString("container");
    String codec = row.getString("codec");
    if (container == null || codec == null) {
      return null;
    }
    Long millis = row.getObject("duration_ms", Long.class);
    return new StreamFacts(
        container,
        codec,
        millis == null ? null : millis / 1000.0,
        row.getObject("sample_rate", Integer.class),
        row.getObject("channels", Integer.class),
        row.getObject("bit_depth", Integer.class),
        row.getObject("bitrate", Long.class),
        null,
        null,
        row.getBoolean("lossless"));
  }
}
