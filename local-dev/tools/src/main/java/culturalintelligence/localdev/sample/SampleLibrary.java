package culturalintelligence.localdev.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the sample MetaCrate database: schema and rows in one transaction, so a process that dies
 * leaves nothing behind. The same seed, number of tracks and audio folder give the same rows.
 * Memory does not grow with the number of tracks.
 */
public final class SampleLibrary {
  private static final int REPORT_EVERY = 1000;

  /** Called about every thousand rows, on the thread that writes them. */
  @FunctionalInterface
  public interface Progress {
    /** So many rows of about {@code of} have been written. */
    void rows(String table, long done, long of);
  }

  /** The rows of each table, in the order of loading, and the time it took. */
  public record Created(Map<String, Long> rows, Duration took) {
    public Created {
      rows = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    }

    public long tracks() {
      return rows.getOrDefault("metacrate_tracks", 0L);
    }
  }

  private SampleLibrary() {}

  /** Whether a MetaCrate database, this one or a real one, is already there. */
  public static boolean exists(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT to_regclass('metacrate_tracks') IS NOT NULL")) {
      return found.next() && found.getBoolean(1);
    }
  }

  /** As {@link #create(Connection, long, long, Path, Progress)}, without a progress line. */
  public static Created create(
      Connection connection, long tracks, long seed, @Nullable Path audioFolder)
      throws SQLException, IOException {
    return create(connection, tracks, seed, audioFolder, (table, done, of) -> {});
  }

  /**
   * Creates tables and rows in the first schema of the connection's search path.
   *
   * @param tracks rows of {@code metacrate_tracks}; the other tables follow in proportion
   * @param audioFolder files that some rows point to, under {@code X:\Music\}; null for none
   * @throws IllegalStateException when there is a {@code metacrate_tracks} already: nothing is ever
   *     overwritten
   */
  public static Created create(
      Connection connection, long tracks, long seed, @Nullable Path audioFolder, Progress progress)
      throws SQLException, IOException {
    if (tracks < 0) {
      throw new IllegalArgumentException("A library has 0 tracks or more, not " + tracks);
    }
    if (exists(connection)) {
      throw new IllegalStateException("metacrate_tracks is there already; nothing was changed");
    }
    long started = System.nanoTime();
    Crate crate = new Crate(seed, tracks, AudioFolder.read(audioFolder));
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      run(connection, "tables.sql");
      Map<String, Long> rows = fill(connection, crate, progress);
      run(connection, "keys.sql");
      connection.commit();
      try (Statement statement = connection.createStatement()) {
        // Not the documents: reading them all back would take longer than all the rest of this.
        statement.execute(
            "ANALYZE metacrate_tracks (id, file_path, confidence_score, processing_timestamp), artists, genres,"
                + " audio_files (id, track_id, file_hash), track_genres, duplicates, music_analysis (track_id)");
      }
      connection.commit();
      return new Created(rows, Duration.ofNanos(System.nanoTime() - started));
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private static Map<String, Long> fill(Connection connection, Crate crate, Progress progress)
      throws SQLException {
    Map<String, Long> rows = new LinkedHashMap<>();
    TrackRows tracks = new TrackRows(crate);
    OtherTables others = new OtherTables(crate);
    long n = crate.tracks();
    rows.put(
        "genres",
        table(
            OtherTables.openGenres(connection),
            "genres",
            Genres.all().size(),
            progress,
            others::genre));
    rows.put(
        "artists",
        table(
            OtherTables.openArtists(connection),
            "artists",
            crate.artists(),
            progress,
            others::artist));
    rows.put(
        "metacrate_tracks",
        table(TrackRows.open(connection), "metacrate_tracks", n, progress, tracks::write));
    rows.put(
        "audio_files",
        table(
            OtherTables.openAudioFiles(connection), "audio_files", n, progress, others::audioFile));
    rows.put(
        "track_genres",
        table(
            OtherTables.openTrackGenres(connection),
            "track_genres",
            n,
            progress,
            others::trackGenres));
    rows.put(
        "duplicates",
        table(
            OtherTables.openDuplicates(connection), "duplicates", n, progress, others::duplicate));
    rows.put(
        "music_analysis",
        table(
            OtherTables.openMusicAnalysis(connection),
            "music_analysis",
            n,
            progress,
            others::musicAnalysis));
    return rows;
  }

  private interface RowWriter {
    /** Writes what belongs to one number: no row, one, or several. */
    void write(CopyRows out, long row) throws SQLException;
  }

  private static long table(
      CopyRows copy, String table, long numbers, Progress progress, RowWriter writer)
      throws SQLException {
    try (copy) {
      for (long row = 0; row < numbers; row++) {
        writer.write(copy, row);
        if (row % REPORT_EVERY == REPORT_EVERY - 1) {
          progress.rows(table, row + 1, numbers);
        }
      }
      long done = copy.finish();
      progress.rows(table, done, done);
      return done;
    }
  }

  private static void run(Connection connection, String script) throws SQLException, IOException {
    try (InputStream in =
            SampleLibrary.class.getResourceAsStream("/sql/metacrate/sample/" + script);
        Statement statement = connection.createStatement()) {
      if (in == null) {
        throw new IOException("sql/metacrate/sample/" + script + " is not on the class path");
      }
      statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * {@code SampleLibrary --url jdbc:postgresql://… [--user U] [--tracks 25000] [--seed 1] [--audio
   * DIR]}; a password comes from {@code METACRATE_PASSWORD}, never from the command line, where
   * others could read it.
   */
  public static void main(String[] args) throws SQLException, IOException {
    String url = null;
    String user = System.getProperty("user.name");
    long tracks = 25_000;
    long seed = 1;
    Path audio = null;
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--url" -> url = value;
        case "--user" -> user = value;
        case "--tracks" -> tracks = Long.parseLong(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--audio" -> audio = Path.of(value);
        default -> url = null;
      }
    }
    if (url == null || args.length % 2 != 0) {
      System.err.println(
          "usage: SampleLibrary --url jdbc:postgresql://host/database [--user U] [--tracks N] [--seed N] [--audio DIR]");
      System.exit(2);
      return;
    }
    try (Connection connection =
        DriverManager.getConnection(url, user, System.getenv("METACRATE_PASSWORD"))) {
      Created created =
          create(
              connection,
              tracks,
              seed,
              audio,
              (table, done, of) -> {
                if (done == of || done % 50_000 == 0) {
                  System.err.printf(Locale.ROOT, "%s %,d of %,d%n", table, done, of);
                }
              });
      double seconds = created.took().toMillis() / 1000.0;
      System.out.printf(
          Locale.ROOT, "%s in %.1f s, %,.0f tracks/s%n", created.rows(), seconds, tracks / seconds);
    }
  }
}
