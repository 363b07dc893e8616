package culturalintelligence.persistence.carried;

import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.MigratedTrack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * The typed rows of one chunk. They are few bytes each; so they are gathered and written once,
 * after the last of the carried rows, each table in the order of its key. Two chunks that share a
 * path or a hash therefore take their locks in one order and can't deadlock.
 *
 * <p>Tracks and classifications go in by COPY, which costs the server far less than statements with
 * {@code ON CONFLICT}, and knows none. What is there already is therefore asked first; when another
 * transaction was quicker all the same, that table is written again by a statement that does.
 */
final class TypedRows {
  private static final String UNIQUE_VIOLATION = "23505";

  private final List<TypedRow> rows = new ArrayList<>();
  private boolean contentsLater;

  /** Leaves the contents to the step after the last chunk, which makes them from the tracks. */
  void leaveContents() {
    contentsLater = true;
  }

  /** One row's typed values, with what its path is known by. */
  record TypedRow(MigratedTrack track, PathKey path) {}

  void add(TypedRow row) {
    rows.add(row);
  }

  void write(Connection target) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    rows.sort(BY_ID);
    List<TypedRow> tracks = oneForEachPath();
    if (!contentsLater) {
      insertContents(target, hashes());
    }
    writeTracks(target, tracks);
    writeClassifications(target);
    rows.clear();
  }

  /** Rows of one path: the one with the smallest number speaks, whatever order they came in. */
  private List<TypedRow> oneForEachPath() {
    List<TypedRow> byPath = new ArrayList<>(rows);
    // Stable, so that rows of one path stay in the order of their numbers.
    byPath.sort(BY_PATH);
    List<TypedRow> tracks = new ArrayList<>(byPath.size());
    UUID before = null;
    for (TypedRow row : byPath) {
      if (!row.path().digest().equals(before)) {
        tracks.add(row);
        before = row.path().digest();
      }
    }
    return tracks;
  }

  /** The distinct hashes in order, as an array's text. */
  private String hashes() {
    List<String> hashes = new ArrayList<>(rows.size());
    for (TypedRow row : rows) {
      if (row.track().contentSha256() != null) {
        hashes.add(row.track().contentSha256());
      }
    }
    hashes.sort(Comparator.naturalOrder());
    StringBuilder array = new StringBuilder(hashes.size() * 65 + 2).append('{');
    String before = "";
    for (String hash : hashes) {
      if (!hash.equals(before)) {
        array.append(array.length() > 1 ? "," : "").append(hash);
        before = hash;
      }
    }
    return array.append('}').toString();
  }

  private static void insertContents(Connection target, String hashes) throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.content (sha256, facts_source)
            SELECT decode(hash, 'hex'), 'migrated' FROM unnest(?::text::text[]) AS hash
            ON CONFLICT (sha256) DO NOTHING
            """)) {
      insert.setString(1, hashes);
      insert.executeUpdate();
    }
  }

  /** Writes the tracks that are not there yet. */
  private static void writeTracks(Connection target, List<TypedRow> tracks) throws SQLException {
    Set<UUID> known = knownPaths(target, tracks);
    List<TypedRow> missing =
        known.isEmpty()
            ? tracks
            : tracks.stream().filter(row -> !known.contains(row.path().digest())).toList();
    if (!copied(
        target,
        "public.track (path_digest, match_digest, path, folder, file_name, extension, misplaced,"
            + " content_sha256, origin)",
        missing,
        TypedRows::appendTrack)) {
      Set<UUID> held = known;
      while (held.size() < tracks.size()) {
        insertTracks(target, missing);
        held = knownPaths(target, tracks);
      }
    }
  }

  private static void appendTrack(CopyBinary lines, TypedRow row) {
    PathKey path = row.path();
    lines.startRow(9);
    lines
        .id(path.digest())
        .id(path.matchDigest())
        .text(path.path())
        .text(path.folder())
        .text(path.fileName())
        .text(path.extension())
        .truth(PrimaryRule.isCastOff(path.path()))
        .hex(row.track().contentSha256())
        .text("migrated");
  }

  /**
   * The paths whose tracks are there, and stay: each is locked as a reference to it would lock it.
   * So who takes away a track that nobody leads to any more waits for us and then sees our row, or
   * is waited for and then the track is written anew; also while the reference is laid aside.
   */
  private static Set<UUID> knownPaths(Connection target, List<TypedRow> tracks)
      throws SQLException {
    StringBuilder digests = new StringBuilder(tracks.size() * 37 + 2).append('{');
    for (TypedRow row : tracks) {
      digests.append(digests.length() > 1 ? "," : "").append(row.path().digest());
    }
    Set<UUID> known = new HashSet<>();
    try (PreparedStatement select =
        target.prepareStatement(
            "SELECT path_digest FROM public.track WHERE path_digest = ANY (?::uuid[])"
                + " ORDER BY path_digest FOR KEY SHARE")) {
      // As a constant array and not as a cast text: only the former is looked up by hash or index.
      select.setObject(1, digests.append('}').toString(), Types.OTHER);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          known.add(row.getObject(1, UUID.class));
        }
      }
    }
    return known;
  }

  private static void appendClassification(CopyBinary lines, TypedRow row) {
    MigratedTrack track = row.track();
    lines.startRow(17);
    lines
        .id(track.id())
        .id(row.path().digest())
        .text("metacrate")
        .text(track.artist())
        .text(track.title())
        .text(track.mixKind())
        .text(track.mixText())
        .text(track.label())
        .text(track.catalogueNumber())
        .text(track.genre())
        .text(track.subgenre())
        .number(track.bpm())
        .text(track.musicalKey())
        .number(track.confidence())
        .truth(track.needsReview())
        .text("migration")
        .time(CopyBinary.micros(track.decidedAt()).orElseThrow());
  }

  private void writeClassifications(Connection target) throws SQLException {
    // A time may be written in a way that only the server understands.
    boolean everyTime =
        rows.stream().allMatch(row -> CopyBinary.micros(row.track().decidedAt()).isPresent());
    if (!everyTime
        || !copied(
            target,
            "public.classification (id, path_digest, origin, artist, title, mix_kind, mix_text, label,"
                + " catalogue_number, genre, subgenre, bpm, musical_key, confidence, needs_review,"
                + " method, decided_at)",
            rows,
            TypedRows::appendClassification)) {
      insertClassifications(target);
    }
  }

  /** False when one of the rows is there already, and so none was written. */
  private static boolean copied(
      Connection target, String into, List<TypedRow> rows, BiConsumer<CopyBinary, TypedRow> append)
      throws SQLException {
    Savepoint before = target.setSavepoint();
    try {
      CopyIn in = CopyBinary.open(target, into);
      try {
        CopyBinary lines = new CopyBinary();
        for (TypedRow row : rows) {
          append.accept(lines, row);
          if (lines.isPiece()) {
            lines.send(in);
          }
        }
        lines.send(in);
        CopyBinary.end(in);
      } finally {
        if (in.isActive()) {
          in.cancelCopy();
        }
      }
      target.releaseSavepoint(before);
      return true;
    } catch (SQLException e) {
      if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw e;
      }
      target.rollback(before);
      target.releaseSavepoint(before);
      return false;
    }
  }

  private static void insertTracks(Connection target, List<TypedRow> rows) throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.track (path_digest, match_digest, path, folder, file_name, extension,
                                      misplaced, content_sha256, origin)
            SELECT digest, match, path, folder, file_name, extension, misplaced,
                   decode(hash, 'hex'), 'migrated'
              FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[],
                          ?::boolean[], ?::text[])
                   AS t(digest, match, path, folder, file_name, extension, misplaced, hash)
            ON CONFLICT (path_digest) DO NOTHING
            """)) {
      int i = 1;
      insert.setArray(i++, array(target, "uuid", rows, row -> row.path().digest()));
      insert.setArray(i++, array(target, "uuid", rows, row -> row.path().matchDigest()));
      insert.setArray(i++, array(target, "text", rows, row -> row.path().path()));
      insert.setArray(i++, array(target, "text", rows, row -> row.path().folder()));
      insert.setArray(i++, array(target, "text", rows, row -> row.path().fileName()));
      insert.setArray(i++, array(target, "text", rows, row -> row.path().extension()));
      insert.setArray(
          i++, array(target, "boolean", rows, row -> PrimaryRule.isCastOff(row.path().path())));
      insert.setArray(i, array(target, "text", rows, row -> row.track().contentSha256()));
      insert.executeUpdate();
    }
  }

  private void insertClassifications(Connection target) throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.classification
                   (id, path_digest, origin, artist, title, mix_kind, mix_text, label,
                    catalogue_number, genre, subgenre, bpm, musical_key, confidence, needs_review,
                    method, decided_at)
            SELECT id, digest, 'metacrate', artist, title, mix_kind, mix_text, label,
                   catalogue_number, genre, subgenre, bpm, musical_key, confidence, needs_review,
                   'migration', decided_at
              FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[],
                          ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::text[],
                          ?::numeric[], ?::boolean[], ?::timestamptz[])
                   AS c(id, digest, artist, title, mix_kind, mix_text, label, catalogue_number,
                        genre, subgenre, bpm, musical_key, confidence, needs_review, decided_at)
            ON CONFLICT (id) DO NOTHING
            """)) {
      int i = 1;
      insert.setArray(i++, array(target, "uuid", rows, row -> row.track().id()));
      insert.setArray(i++, array(target, "uuid", rows, row -> row.path().digest()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().artist()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().title()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().mixKind()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().mixText()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().label()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().catalogueNumber()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().genre()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().subgenre()));
      insert.setArray(i++, array(target, "numeric", rows, row -> row.track().bpm()));
      insert.setArray(i++, array(target, "text", rows, row -> row.track().musicalKey()));
      insert.setArray(i++, array(target, "numeric", rows, row -> row.track().confidence()));
      insert.setArray(i++, array(target, "boolean", rows, row -> row.track().needsReview()));
      insert.setArray(i, array(target, "text", rows, row -> row.track().decidedAt()));
      insert.executeUpdate();
    }
  }

  private static java.sql.Array array(
      Connection target,
      String type,
      List<TypedRow> rows,
      Function<TypedRow, @Nullable Object> field)
      throws SQLException {
    return target.createArrayOf(type, rows.stream().map(field).toArray());
  }

  /** PostgreSQL's order of uuid values: by unsigned bytes. */
  static int compareUnsigned(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }

  private static final Comparator<TypedRow> BY_ID =
      (a, b) -> compareUnsigned(a.track().id(), b.track().id());

  private static final Comparator<TypedRow> BY_PATH =
      (a, b) -> compareUnsigned(a.path().digest(), b.path().digest());
}
