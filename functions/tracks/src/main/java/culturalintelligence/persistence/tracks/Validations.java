package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.library.Correction;
import culturalintelligence.domain.library.Correction.Field;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.music.Profiles;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * A person's word, and what is learned from it. A profile counts the tracks that are validated now:
 * a track validated twice counts once, with its latest genre.
 */
@ApplicationScoped
class Validations {
  private static final String CURRENT =
      """
      select content_sha256, artist, title, mix_kind, mix_text, remixer, label, catalogue_number, genre,
        subgenre, bpm, musical_key, human_validated
      from track_answer where path_digest = $1
      """;

  private static final String INSERT =
      """
      insert into classification (id, path_digest, content_sha256, origin, artist, title, mix_kind,
        mix_text, remixer, label, catalogue_number, genre, subgenre, bpm, musical_key, confidence,
        field_confidence, sources, needs_review, human_validated, metadata, method, decided_at)
      select $1, a.path_digest, a.content_sha256, 'human', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
        1, '{}', '[["human", "validated", 1.0]]', false, true,
        (select k.metadata from classification k where k.path_digest = $2 and k.metadata is not null
          order by k.decided_at desc, k.id desc limit 1),
        'human_validation',
        -- Two words within one tick of the clock: the later one must still be the newer.
        greatest($14, (select max(k.decided_at) + interval '1 microsecond' from classification k
          where k.path_digest = $2 and k.origin = 'human'))
      from track_answer a where a.path_digest = $2
      """;

  private final Pool pool;
  private final Mutiny.SessionFactory sessions;

  Validations(Pool pool, Mutiny.SessionFactory sessions) {
    this.pool = pool;
    this.sessions = sessions;
  }

  Uni<Profiles> profiles(Profiles.Names names) {
    return sessions.withSession(
        session ->
            session
                .createQuery(
                    "from ArtistProfile p where p.artistKey in :keys and p.validatedTracks > 0",
                    ArtistProfile.class)
                .setParameter("keys", orNone(names.artists()))
                .getResultList()
                .flatMap(
                    artists ->
                        session
                            .createQuery(
                                "from LabelProfile p where p.labelKey in :keys and p.validatedTracks > 0",
                                LabelProfile.class)
                            .setParameter("keys", orNone(names.labels()))
                            .getResultList()
                            .map(labels -> new Profiles(byKey(artists), byKey(labels)))));
  }

  /** An empty list makes no SQL. */
  private static List<String> orNone(Set<String> keys) {
    return keys.isEmpty() ? List.of("") : List.copyOf(keys);
  }

  /**
   * The genre most of a name's tracks have; ties go to the alphabet, so that the answer is stable.
   */
  private static Map<String, Profiles.Profile> byKey(List<? extends NameProfile> rows) {
    Map<String, Map<String, Long>> genres = new HashMap<>();
    Map<String, Map<String, Map<String, Long>>> subgenres = new HashMap<>();
    for (NameProfile row : rows) {
      genres
          .computeIfAbsent(row.key(), _ -> new HashMap<>())
          .merge(row.genre, row.validatedTracks, Long::sum);
      String subgenre = row.subgenre == null ? "" : row.subgenre;
      subgenres
          .computeIfAbsent(row.key(), _ -> new HashMap<>())
          .computeIfAbsent(row.genre, _ -> new HashMap<>())
          .merge(subgenre, row.validatedTracks, Long::sum);
    }
    Map<String, Profiles.Profile> profiles = new HashMap<>();
    genres.forEach(
        (key, counts) -> {
          String genre = most(counts);
          long all = counts.values().stream().mapToLong(Long::longValue).sum();
          Map<String, Long> below =
              subgenres.getOrDefault(key, Map.of()).getOrDefault(genre, Map.of());
          profiles.put(
              key,
              new Profiles.Profile(
                  genre,
                  below.size() == 1 && !below.containsKey("") ? most(below) : null,
                  (int) Math.min(Integer.MAX_VALUE, all),
                  (double) counts.getOrDefault(genre, 0L) / all));
        });
    return profiles;
  }

  private static String most(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .min(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }

  Uni<Boolean> validate(PathKey key, Correction correction, Instant at) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery("select 1 from track where path_digest = $1 for update")
                .execute(Tuple.of(key.digest()))
                .flatMap(_ -> connection.preparedQuery(CURRENT).execute(Tuple.of(key.digest())))
                .flatMap(rows -> validate(connection, key, correction, at, rows)));
  }

  private static Uni<Boolean> validate(
      SqlConnection connection,
      PathKey key,
      Correction correction,
      Instant at,
      RowSet<Row> current) {
    var rows = current.iterator();
    if (!rows.hasNext()) {
      return Uni.createFrom().item(false);
    }
    Row before = rows.next();
    Learned unlearn =
        Boolean.TRUE.equals(before.getBoolean("human_validated"))
            ? new Learned(
                before.getString("artist"),
                before.getString("label"),
                before.getString("genre"),
                before.getString("subgenre"))
            : Learned.NOTHING;
    String genre = correction.text(Field.GENRE, before.getString("genre"));
    // A subgenre belongs to its genre: another genre without another subgenre has none.
    String subgenreBefore =
        Objects.equals(genre, before.getString("genre")) ? before.getString("subgenre") : null;
    String kind = correction.text(Field.MIX_KIND, before.getString("mix_kind"));
    String textBefore =
        Objects.equals(kind, before.getString("mix_kind")) ? before.getString("mix_text") : null;
    Learned learn =
        new Learned(
            correction.text(Field.ARTIST, before.getString("artist")),
            correction.text(Field.LABEL, before.getString("label")),
            genre,
            correction.text(Field.SUBGENRE, subgenreBefore));
    BigDecimal bpm = correction.bpm(before.getBigDecimal("bpm"));
    List<@Nullable Object> values = new ArrayList<>();
    values.add(UUID.randomUUID());
    values.add(key.digest());
    values.add(learn.artist());
    values.add(correction.text(Field.TITLE, before.getString("title")));
    values.add(kind);
    values.add(correction.text(Field.MIX_TEXT, textBefore));
    values.add(correction.text(Field.REMIXER, before.getString("remixer")));
    values.add(learn.label());
    values.add(correction.text(Field.CATALOGUE_NUMBER, before.getString("catalogue_number")));
    values.add(learn.genre());
    values.add(learn.subgenre());
    values.add(bpm);
    values.add(correction.text(Field.KEY, before.getString("musical_key")));
    values.add(at.atOffset(ZoneOffset.UTC));
    return connection
        .preparedQuery(INSERT)
        .execute(Tuple.from(values))
        .flatMap(_ -> count(connection, unlearn, -1))
        .flatMap(_ -> count(connection, learn, 1))
        .map(_ -> true);
  }

  /** What one validated track teaches. */
  private record Learned(
      @Nullable String artist,
      @Nullable String label,
      @Nullable String genre,
      @Nullable String subgenre) {
    static final Learned NOTHING = new Learned(null, null, null, null);
  }

  private static Uni<Boolean> count(SqlConnection connection, Learned learned, int by) {
    return count(connection, "artist", learned.artist(), learned, by)
        .flatMap(_ -> count(connection, "label", learned.label(), learned, by));
  }

  /** {@code what} is one of our two words, never a caller's. */
  private static Uni<Boolean> count(
      SqlConnection connection, String what, @Nullable String name, Learned learned, int by) {
    if (name == null || learned.genre() == null || Profiles.keyOf(name).isEmpty()) {
      return Uni.createFrom().item(false);
    }
    String sql =
        """
        insert into %1$s_profile as p (%1$s, %1$s_key, genre, subgenre, validated_tracks)
        values ($1, $2, $3, $4, greatest(0, $5::bigint))
        on conflict (%1$s_key, genre, subgenre) do update
          set validated_tracks = greatest(0, p.validated_tracks + $5::bigint), updated = now()
        """
            .formatted(what);
    return connection
        .preparedQuery(sql)
        .execute(
            Tuple.tuple()
                .addString(name)
                .addString(Profiles.keyOf(name))
                .addString(learned.genre())
                .addString(learned.subgenre())
                .addLong((long) by))
        .map(_ -> true);
  }
}
