package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileQueue;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobPurpose;
import culturalintelligence.domain.jobs.JobState;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator, or another function, asks of the files: scan a folder, fill what migrated
 * tracks lack, read these files as witnesses. The analysis function does the work when its queue
 * gets to it; here is what was asked and what came of it.
 *
 * <p>Whoever asks commits first and sends the messages after. A message lost between the two is
 * sent again by {@link #resume}, and by asking for the same thing again.
 */
@ApplicationScoped
public class FileJobs {
  /** Files in one message: some seconds of reading, and a small row. */
  public static final int BATCH_FILES = 100;

  /** Paths and tracks that one witness job may be asked about. */
  public static final int MOST_WITNESSES = 200_000;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private static final String COLUMNS =
      """
      SELECT id, purpose, root, forced, state, failure, folders, found, known, skipped, queued, settled,
             bytes, rate_at, rate_settled, created_at, walked_at, finished_at, clock_timestamp() AS now
        FROM analysis_job.job
      """;

  private final TargetDatabase target;
  private final JobMessages messages;

  public FileJobs(TargetDatabase target, FileQueue queue) {
    this.target = target;
    this.messages = new JobMessages(target, queue);
  }

  /**
   * A job that was asked for.
   *
   * @param resumed it was there already, unfinished, and goes on
   */
  public record Asked(long id, boolean resumed) {}

  /**
   * Asks for a folder to be scanned. An unfinished scan of that folder goes on instead.
   *
   * @param root as MetaCrate writes it, or as this machine does
   * @param forced read files too whose size and time did not change; of an unfinished scan only
   *     what is not listed yet is affected by it
   */
  public Asked scan(String root, boolean forced) throws SQLException {
    if (root.isBlank() || root.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a folder's path is neither empty nor holds a NUL");
    }
    return walked(JobPurpose.SCAN, root, forced);
  }

  /** Asks for the facts that migrated tracks lack. An unfinished fill goes on instead. */
  public Asked fill() throws SQLException {
    return walked(JobPurpose.FILL, null, false);
  }

  /**
   * Asks what these files say now. Every path gives one reading, in any order.
   *
   * @param paths as the clients write them; one named twice is read once
   */
  public Asked witness(Collection<String> paths) throws SQLException {
    Set<String> distinct = new LinkedHashSet<>(paths);
    bounded(distinct.size());
    if (distinct.stream().anyMatch(path -> path.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("no path holds a NUL");
    }
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      List<Batches.File> files = distinct.stream().map(p -> new Batches.File(p, null)).toList();
      return witness(connection, files);
    }
  }

  /** Asks what the files of these tracks say now; a track that is not there gives no reading. */
  public Asked witnessTracks(Collection<Long> tracks) throws SQLException {
    bounded(tracks.size());
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      List<Batches.File> files = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, path FROM public.track WHERE id = ANY (?) ORDER BY id")) {
        select.setArray(1, connection.createArrayOf("bigint", tracks.toArray()));
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            files.add(new Batches.File(row.getString(2), row.getLong(1)));
          }
        }
      }
      return witness(connection, files);
    }
  }

  private static void bounded(int files) {
    if (files > MOST_WITNESSES) {
      throw new IllegalArgumentException(
          "one job reads at most %d files as witnesses, not %d: ask in several"
              .formatted(MOST_WITNESSES, files));
    }
  }

  private Asked witness(Connection connection, List<Batches.File> files) throws SQLException {
    long job;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO analysis_job.job (purpose, state, batches, found, queued, walked_at, finished_at)
            VALUES ('WITNESS', ?, ?, ?, ?, now(), CASE WHEN ? = 0 THEN now() END)
            RETURNING id
            """)) {
      insert.setString(1, files.isEmpty() ? "DONE" : "QUEUED");
      insert.setInt(2, Batches.count(files.size()));
      insert.setInt(3, files.size());
      insert.setInt(4, files.size());
      insert.setInt(5, files.size());
      job = id(insert);
    }
    Batches.insert(connection, job, 1, files);
    connection.commit();
    messages.sendUnsent(job);
    return new Asked(job, false);
  }

  private Asked walked(JobPurpose purpose, @Nullable String root, boolean forced)
      throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO analysis_job.job (purpose, root, forced, state) VALUES (?, ?, ?, 'WALKING')
                ON CONFLICT (purpose, coalesce(root, ''))
                   WHERE state IN ('WALKING', 'QUEUED') AND purpose <> 'WITNESS'
                   DO UPDATE SET forced = analysis_job.job.forced OR excluded.forced
                RETURNING id, xmax <> 0
                """)) {
      insert.setString(1, purpose.name());
      insert.setString(2, root);
      insert.setBoolean(3, forced);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        Asked asked = new Asked(row.getLong(1), row.getBoolean(2));
        resume(asked.id());
        return asked;
      }
    }
  }

  private static long id(PreparedStatement returning) throws SQLException {
    try (ResultSet row = returning.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Sends the messages of everything that is not done again. Harmless at any time: what somebody
   * has, or has done, is not done twice.
   */
  public Optional<FileJob> resume(long job) throws SQLException {
    Optional<FileJob> found = find(job);
    if (found.isPresent() && !found.get().state().isOver()) {
      messages.resend(job, found.get().state() == JobState.WALKING);
    }
    return found;
  }

  /** Stops a job: no worker takes or settles anything of it any more. What was read stays. */
  public Optional<FileJob> cancel(long job) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.job SET state = 'CANCELLED', finished_at = clock_timestamp()
                 WHERE id = ? AND state IN ('WALKING', 'QUEUED')
                """)) {
      update.setLong(1, job);
      update.executeUpdate();
    }
    return find(job);
  }

  /** Where a job stands. */
  public Optional<FileJob> find(long job) throws SQLException {
    return select("WHERE id = ?", job).stream().findFirst();
  }

  /** The newest jobs first. */
  public List<FileJob> newest(int limit) throws SQLException {
    return select("ORDER BY id DESC LIMIT ?", limit);
  }

  /**
   * Waits for a job's end, but no longer than that.
   *
   * @return where it stands then, over or not
   */
  public Optional<FileJob> await(long job, Duration patience)
      throws SQLException, InterruptedException {
    Instant until = Instant.now().plus(patience);
    Optional<FileJob> found = find(job);
    while (found.isPresent() && !found.get().state().isOver() && Instant.now().isBefore(until)) {
      Thread.sleep(BETWEEN_LOOKS);
      found = find(job);
    }
    return found;
  }

  /** How many migrated tracks a fill would look for. One scan of the tracks. */
  public long lacking() throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement("SELECT count(*) FROM " + MigratedGaps.LACKING);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Some of a job's readings.
   *
   * @param next where the next page begins; null on the last
   */
  public record Page(List<FileReading> readings, @Nullable String next) {}

  /**
   * What single files said: of a witness all of them, of a scan and a fill those that are trouble.
   *
   * @param after {@link Page#next} of the page before; null for the first page
   */
  public Page readings(long job, @Nullable String after, int limit) throws SQLException {
    try (Connection connection = target.open()) {
      return Readings.page(connection, job, after, limit);
    }
  }

  private List<FileJob> select(String where, long parameter) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      List<FileJob> jobs = new ArrayList<>();
      try (PreparedStatement select = connection.prepareStatement(COLUMNS + where)) {
        select.setLong(1, parameter);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            jobs.add(job(row, tallies(connection, row.getLong("id"))));
          }
        }
      }
      return jobs;
    }
  }

  private static List<FileJob.Tally> tallies(Connection connection, long job) throws SQLException {
    List<FileJob.Tally> tallies = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT outcome, code, files FROM analysis_job.tally WHERE job_id = ?
             ORDER BY files DESC, outcome, code
            """)) {
      select.setLong(1, job);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tallies.add(
              new FileJob.Tally(
                  FileOutcome.valueOf(row.getString(1)), row.getString(2), row.getLong(3)));
        }
      }
    }
    return tallies;
  }

  private static FileJob job(ResultSet row, List<FileJob.Tally> tallies) throws SQLException {
    JobState state = JobState.valueOf(row.getString("state"));
    Instant now = instant(row, "now");
    long queued = row.getLong("queued");
    long settled = row.getLong("settled");
    Double rate = null;
    Instant since = instantOrNull(row, "rate_at");
    if (since != null && !state.isOver()) {
      double seconds = Math.max(0.001, Duration.between(since, now).toMillis() / 1000.0);
      long lately = settled - row.getLong("rate_settled");
      rate = lately > 0 ? lately / seconds : null;
    }
    Duration eta =
        state == JobState.QUEUED && rate != null && settled * 100 >= queued
            ? Duration.ofMillis((long) ((queued - settled) / rate * 1000))
            : null;
    return new FileJob(
        row.getLong("id"),
        JobPurpose.valueOf(row.getString("purpose")),
        row.getString("root"),
        row.getBoolean("forced"),
        state,
        row.getString("failure"),
        row.getLong("folders"),
        row.getLong("found"),
        row.getLong("known"),
        row.getLong("skipped"),
        queued,
        settled,
        row.getLong("bytes"),
        tallies,
        tallies.stream().filter(t -> t.outcome().isTrouble()).mapToLong(FileJob.Tally::files).sum(),
        rate,
        eta,
        instant(row, "created_at"),
        instantOrNull(row, "walked_at"),
        instantOrNull(row, "finished_at"),
        now);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
