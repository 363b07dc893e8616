package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.music.StreamFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts what files said where migrated rows said nothing. A value that is there is never replaced,
 * whoever put it there; which columns were filled stands beside them. No classification is touched:
 * what MetaCrate or a person said of the music stays what is answered.
 *
 * <p>Contents before tracks, each in the order of its key, as everybody who writes both.
 */
final class Fill {
  private static final String CONTENT =
      """
      INSERT INTO public.content AS c (sha256, size_bytes, payload_digest, container, codec,
             duration_seconds, sample_rate, channels, bit_depth, bitrate, lossless, facts_source, metadata,
             reanalysed)
      SELECT n.sha256, n.size_bytes, n.payload_digest, n.container, n.codec, n.duration_seconds,
             n.sample_rate, n.channels::smallint, n.bit_depth::smallint, n.bitrate, n.lossless,
             'reanalysed', n.metadata, '{}'
        FROM (SELECT ?::bytea AS sha256, ?::bigint AS size_bytes, ?::bytea AS payload_digest,
                     ?::text AS container, ?::text AS codec, ?::double precision AS duration_seconds,
                     ?::integer AS sample_rate, ?::integer AS channels, ?::integer AS bit_depth,
                     ?::bigint AS bitrate, ?::boolean AS lossless, ?::jsonb AS metadata) n
      ON CONFLICT (sha256) DO UPDATE
         SET size_bytes = coalesce(c.size_bytes, excluded.size_bytes),
             payload_digest = coalesce(c.payload_digest, excluded.payload_digest),
             container = coalesce(c.container, excluded.container),
             codec = coalesce(c.codec, excluded.codec),
             duration_seconds = coalesce(c.duration_seconds, excluded.duration_seconds),
             sample_rate = coalesce(c.sample_rate, excluded.sample_rate),
             channels = coalesce(c.channels, excluded.channels),
             bit_depth = coalesce(c.bit_depth, excluded.bit_depth),
             bitrate = coalesce(c.bitrate, excluded.bitrate),
             lossless = coalesce(c.lossless, excluded.lossless),
             metadata = excluded.metadata,
             facts_source = 'reanalysed',
             reanalysed = ARRAY(
               SELECT f.name FROM (VALUES
                 ('size_bytes', c.size_bytes IS NULL), ('payload_digest', c.payload_digest IS NULL),
                 ('container', c.container IS NULL), ('codec', c.codec IS NULL),
                 ('duration_seconds', c.duration_seconds IS NULL), ('sample_rate', c.sample_rate IS NULL),
                 ('channels', c.channels IS NULL), ('bit_depth', c.bit_depth IS NULL),
                 ('bitrate', c.bitrate IS NULL), ('lossless', c.lossless IS NULL),
                 ('metadata', true)) AS f(name, filled)
                WHERE f.filled)
       WHERE c.metadata IS NULL
      """;

  /** Under the rules that chose it; what a request recorded meanwhile is left alone. */
  private static final String TRACK =
      """
      UPDATE public.track t
         SET content_sha256 = coalesce(t.content_sha256, n.sha256),
             size_bytes = coalesce(t.size_bytes, n.size_bytes),
             modified = coalesce(t.modified, n.modified),
             reanalysed = ARRAY(
               SELECT f.name FROM (VALUES
                 ('content_sha256', t.content_sha256 IS NULL), ('size_bytes', t.size_bytes IS NULL),
                 ('modified', t.modified IS NULL)) AS f(name, filled)
                WHERE f.filled
                UNION SELECT unnest(t.reanalysed))
        FROM (SELECT ?::uuid AS path_digest, ?::bytea AS sha256, ?::bigint AS size_bytes,
                     ?::timestamptz AS modified) n
       WHERE t.path_digest = n.path_digest AND t.origin = 'migrated'
         AND (t.content_sha256 IS NULL OR t.content_sha256 = n.sha256)
         AND (t.size_bytes IS NULL OR t.size_bytes = n.size_bytes)
      """;

  private final Connection connection;

  Fill(Connection connection) {
    this.connection = connection;
  }

  private record Held(@Nullable String sha256, @Nullable Long size) {}

  /** Fills, and says of each file what came of it. */
  List<FileReading> of(List<FileReading> readings) throws SQLException {
    List<FileReading> judged = new ArrayList<>();
    for (FileReading reading : readings) {
      judged.add(judged(reading));
    }
    Set<String> written = new HashSet<>();
    List<FileReading> usable =
        judged.stream().filter(r -> isFilling(r)).sorted(BY_CONTENT).toList();
    for (FileReading reading : usable) {
      FileReading.Facts facts = Objects.requireNonNull(reading.facts());
      if (written.add(facts.content().hex())) {
        content(facts, Objects.requireNonNull(reading.version()));
      }
    }
    for (FileReading reading : usable.stream().sorted(BY_PATH).toList()) {
      track(
          reading.path(),
          Objects.requireNonNull(reading.facts()),
          Objects.requireNonNull(reading.version()));
    }
    return judged;
  }

  private static boolean isFilling(FileReading reading) {
    return reading.facts() != null
        && reading.version() != null
        && (reading.outcome() == FileOutcome.READ || reading.outcome() == FileOutcome.UNREADABLE);
  }

  /** A file whose bytes the old row did not speak of says nothing about that row. */
  private FileReading judged(FileReading reading) throws SQLException {
    FileReading.Facts facts = reading.facts();
    FileVersion version = reading.version();
    if (facts == null || version == null || !isFilling(reading)) {
      return reading;
    }
    Held held = held(reading.path());
    if (held == null) {
      return outcome(reading, FileOutcome.UNCHANGED, null, "the track is gone, or not migrated");
    }
    if (held.sha256() != null && !held.sha256().equals(facts.content().hex())) {
      return outcome(
          reading,
          FileOutcome.DIFFERS,
          "HASH_DIFFERS",
          "the file's hash is not the one that was migrated: " + held.sha256());
    }
    if (held.size() != null && held.size() != version.sizeBytes()) {
      return outcome(
          reading,
          FileOutcome.DIFFERS,
          "SIZE_DIFFERS",
          "the file's size is not the one that was migrated: " + held.size());
    }
    return reading;
  }

  private static FileReading outcome(
      FileReading reading, FileOutcome outcome, @Nullable String code, String reason) {
    return new FileReading(
        reading.path(),
        reading.trackId(),
        outcome,
        code,
        reason,
        reading.version(),
        reading.facts(),
        reading.readAt());
  }

  private @Nullable Held held(String path) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT encode(t.content_sha256, 'hex'), coalesce(t.size_bytes, c.size_bytes)
              FROM public.track t LEFT JOIN public.content c ON c.sha256 = t.content_sha256
             WHERE t.path_digest = ? AND t.origin = 'migrated'
            """)) {
      select.setObject(1, PathKey.of(path).digest());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? new Held(row.getString(1), row.getObject(2, Long.class)) : null;
      }
    }
  }

  private void content(FileReading.Facts facts, FileVersion version) throws SQLException {
    StreamFacts stream = facts.stream();
    ContentHash payload = facts.payload();
    try (PreparedStatement insert = connection.prepareStatement(CONTENT)) {
      int i = 1;
      insert.setBytes(i++, facts.content().bytes());
      insert.setLong(i++, version.sizeBytes());
      insert.setBytes(i++, payload == null ? null : payload.bytes());
      insert.setString(i++, stream == null ? null : stream.container());
      insert.setString(i++, stream == null ? null : stream.codec());
      insert.setObject(i++, stream == null ? null : stream.durationSeconds(), Types.DOUBLE);
      insert.setObject(i++, stream == null ? null : stream.sampleRate(), Types.INTEGER);
      insert.setObject(i++, stream == null ? null : stream.channels(), Types.INTEGER);
      insert.setObject(i++, stream == null ? null : stream.bitDepth(), Types.INTEGER);
      insert.setObject(i++, stream == null ? null : stream.bitrate(), Types.BIGINT);
      insert.setObject(i++, stream == null ? null : stream.lossless(), Types.BOOLEAN);
      insert.setString(i, facts.metadata());
      insert.executeUpdate();
    }
  }

  private void track(String path, FileReading.Facts facts, FileVersion version)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(TRACK)) {
      update.setObject(1, PathKey.of(path).digest());
      update.setBytes(2, facts.content().bytes());
      update.setLong(3, version.sizeBytes());
      update.setObject(
          4, version.modified().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
      update.executeUpdate();
    }
  }

  private static final Comparator<FileReading> BY_CONTENT =
      Comparator.comparing(r -> Objects.requireNonNull(r.facts()).content().hex());

  /** As PostgreSQL orders uuid values, and the copy locks them. */
  private static final Comparator<FileReading> BY_PATH =
      Comparator.comparing(r -> PathKey.of(r.path()).digest().toString());
}
