package culturalintelligence.persistence.carried;

import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.persistence.carried.TypedRows.TypedRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contents that a chunk's rows know the hash of: one row a hash, in the order of the hashes.
 * What old rows say of the bytes is written once, by the first that says so; a reading of the file
 * replaces it.
 */
final class ContentRows {
  private final StringBuilder hashes = new StringBuilder("{");
  private final StringBuilder sizes = new StringBuilder("{");
  private final StringBuilder durations = new StringBuilder("{");
  private final StringBuilder rates = new StringBuilder("{");
  private final StringBuilder channels = new StringBuilder("{");
  private final StringBuilder bitrates = new StringBuilder("{");

  /**
   * Prepares the statement's parameters.
   *
   * @param rows in the order of their numbers: of two that name one hash, the first speaks
   */
  ContentRows(List<TypedRow> rows) {
    List<MigratedTrack> tracks = new ArrayList<>(rows.size());
    for (TypedRow row : rows) {
      if (row.track().contentSha256() != null) {
        tracks.add(row.track());
      }
    }
    tracks.sort(Comparator.comparing(track -> String.valueOf(track.contentSha256())));
    String before = "";
    for (MigratedTrack track : tracks) {
      String hash = String.valueOf(track.contentSha256());
      if (!hash.equals(before)) {
        MigratedTrack.Facts facts = track.facts();
        append(hashes, hash);
        append(sizes, facts.sizeBytes());
        append(durations, facts.durationSeconds());
        append(rates, facts.sampleRate());
        append(channels, facts.channels());
        append(bitrates, facts.bitrate());
        before = hash;
      }
    }
  }

  void insert(Connection target) throws SQLException {
    if (hashes.length() == 1) {
      return;
    }
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.content (sha256, size_bytes, duration_seconds, sample_rate, channels, bitrate,
                                        facts_source)
            SELECT decode(hash, 'hex'), size, duration, rate, channels, bitrate, 'migrated'
              FROM unnest(?::text::text[], ?::text::bigint[], ?::text::double precision[],
                          ?::text::integer[], ?::text::smallint[], ?::text::bigint[])
                   AS c(hash, size, duration, rate, channels, bitrate)
            ON CONFLICT (sha256) DO NOTHING
            """)) {
      int i = 1;
      for (StringBuilder array :
          List.of(hashes, sizes, durations, rates, channels, bitrates)) {
        insert.setString(i++, array + "}");
      }
      insert.executeUpdate();
    }
  }

  private static void append(StringBuilder array, @Nullable Object value) {
    array.append(array.length() > 1 ? "," : "").append(value == null ? "NULL" : value);
  }
}
