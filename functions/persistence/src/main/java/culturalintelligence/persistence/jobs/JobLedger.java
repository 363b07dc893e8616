package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileQueue;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobPurpose;
import culturalintelligence.domain.jobs.WalkClaim;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who works on which piece of a job, and what came of it.
 *
 * <p>The invariant: every file of a job is settled once, and every count stands in the transaction
 * that did what it counts. What keeps it, whatever is delivered twice, late, or to a worker
 * everyone believed dead:
 *
 * <ol>
 *   <li>A claim is one compare-and-set on the row of the walk or the batch, and raises its attempt.
 *   <li>Whatever is written for it goes in a transaction that begins with a compare-and-set on the
 *       same row under that attempt, and on the files settled so far; a worker that lost its claim
 *       meanwhile changes no row there and writes nothing.
 *   <li>The batches of a stretch of the walk and the position behind that stretch are one
 *       transaction. So are files settled and the word that they are.
 * </ol>
 *
 * <p>Locks are taken batch first, job second; the walk takes only its job's. So none of these can
 * deadlock.
 */
@ApplicationScoped
public class JobLedger {
  /** Of a scan and a fill, how many single files in trouble are listed; all are counted. */
  static final long MOST_LISTED = 10_000;

  /** How long a rate looks back, in seconds: between one and two of these. */
  private static final int RATE_SECONDS = 20;

  private final TargetDatabase target;
  private final JobMessages messages;
  private final FileQueue queue;

  public JobLedger(TargetDatabase target, FileQueue queue) {
    this.target = target;
    this.queue = queue;
    this.messages = new JobMessages(target, queue);
  }

  /**
   * Claims the walk of a job.
   *
   * @param lease how long nobody else may have it, unless it is renewed
   */
  public WalkClaim claimWalk(long job, Duration lease) throws SQLException {
    try (Connection connection = target.open()) {
      try (PreparedStatement claim =
          connection.prepareStatement(
              """
              UPDATE analysis_job.job
                 SET walk_attempt = walk_attempt + 1,
                     walk_lease_until = clock_timestamp() + ? * interval '1 millisecond'
               WHERE id = ? AND state = 'WALKING'
                 AND (walk_lease_until IS NULL OR walk_lease_until < clock_timestamp())
              RETURNING purpose, root, forced, walk_position, walk_attempt
              """)) {
        claim.setLong(1, lease.toMillis());
        claim.setLong(2, job);
        try (ResultSet row = claim.executeQuery()) {
          if (row.next()) {
            return new WalkClaim.Granted(
                job,
                JobPurpose.valueOf(row.getString("purpose")),
                row.getString("root"),
                row.getBoolean("forced"),
                row.getString("walk_position"),
                row.getInt("walk_attempt"));
          }
        }
      }
      return isWalking(connection, job) ? new WalkClaim.LeasedElsewhere() : new WalkClaim.Over();
    }
  }

  private static boolean isWalking(Connection connection, long job) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT FROM analysis_job.job WHERE id = ? AND state = 'WALKING'")) {
      select.setLong(1, job);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Keeps the walk. False when it is another's by now, or stopped. */
  public boolean renew(WalkClaim.Granted walk, Duration lease) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.job
                   SET walk_lease_until = clock_timestamp() + ? * interval '1 millisecond'
                 WHERE id = ? AND walk_attempt = ? AND state = 'WALKING'
                """)) {
      update.setLong(1, lease.toMillis());
      update.setLong(2, walk.job());
      update.setInt(3, walk.attempt());
      return update.executeUpdate() == 1;
    }
  }

  /**
   * A stretch of the walk.
   *
   * @param position behind its last entry
   * @param files to be read
   * @param refused files that can't be handed on, with why
   * @param known files that did not change
   * @param skipped entries that are not followed
   */
  public record Stretch(
      String position,
      List<BatchClaim.Asked> files,
      List<FileReading> refused,
      long folders,
      long known,
      long skipped) {
    public Stretch {
      files = List.copyOf(files);
      refused = List.copyOf(refused);
    }
  }

  /**
   * Commits a stretch: its files as batches, and the position behind it.
   *
   * @param from the position it began at
   * @return false when the walk is another's by now, or stopped: nothing was written
   */
  public boolean walked(
      WalkClaim.Granted walk, @Nullable String from, Stretch stretch, Duration lease)
      throws SQLException {
    int batches = Batches.count(stretch.files().size());
    int refused = stretch.refused().size();
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      int first;
      long listed;
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE analysis_job.job
                 SET walk_position = ?, walk_lease_until = clock_timestamp() + ? * interval '1 millisecond',
                     batches = batches + ?, queued = queued + ?, settled = settled + ?, found = found + ?,
                     folders = folders + ?, known = known + ?, skipped = skipped + ?, listed = listed + ?
               WHERE id = ? AND walk_attempt = ? AND state = 'WALKING'
                 AND walk_position IS NOT DISTINCT FROM ?
              RETURNING batches, listed
              """)) {
        update.setString(1, stretch.position());
        update.setLong(2, lease.toMillis());
        update.setInt(3, batches);
        update.setLong(4, stretch.files().size() + (long) refused);
        update.setLong(5, refused);
        update.setLong(6, stretch.files().size() + (long) refused + stretch.known());
        update.setLong(7, stretch.folders());
        update.setLong(8, stretch.known());
        update.setLong(9, stretch.skipped());
        update.setLong(10, refused);
        update.setLong(11, walk.job());
        update.setInt(12, walk.attempt());
        update.setString(13, from);
        try (ResultSet row = update.executeQuery()) {
          if (!row.next()) {
            connection.rollback();
            return false;
          }
          first = row.getInt(1) - batches + 1;
          listed = row.getLong(2);
        }
      }
      Batches.insert(
          connection,
          walk.job(),
          first,
          stretch.files().stream().map(f -> new Batches.File(f.path(), f.trackId())).toList());
      if (listed <= MOST_LISTED) {
        Readings.insert(connection, walk.job(), Work.WALK, listed - refused + 1, stretch.refused());
      }
      tally(connection, walk.job(), stretch.refused());
      connection.commit();
      return true;
    }
  }

  /** Hands the messages of batches that have none yet to the queue. */
  public void sendUnsent(long job) throws SQLException {
    messages.sendUnsent(job);
  }

  /** The walk is at its end; with its last batch the job is. False when it is another's by now. */
  public boolean walkedToTheEnd(WalkClaim.Granted walk) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.job
                   SET state = CASE WHEN batches_done = batches THEN 'DONE' ELSE 'QUEUED' END,
                       finished_at = CASE WHEN batches_done = batches THEN clock_timestamp() END,
                       walked_at = clock_timestamp(), walk_lease_until = NULL
                 WHERE id = ? AND walk_attempt = ? AND state = 'WALKING'
                """)) {
      update.setLong(1, walk.job());
      update.setInt(2, walk.attempt());
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Gives the walk back, so that the next message for it need not wait for the lease, and asks on.
   */
  public void walkOn(WalkClaim.Granted walk) throws SQLException {
    if (release(walk)) {
      queue.send(List.of(Work.walk(walk.job())));
    }
  }

  /** Gives the walk back. False when it is another's by now. */
  public boolean release(WalkClaim.Granted walk) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.job SET walk_lease_until = NULL
                 WHERE id = ? AND walk_attempt = ? AND state = 'WALKING'
                """)) {
      update.setLong(1, walk.job());
      update.setInt(2, walk.attempt());
      return update.executeUpdate() == 1;
    }
  }

  /** The walk can't be made: the job ends with the reason. False when it is another's by now. */
  public boolean failed(WalkClaim.Granted walk, String reason) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.job
                   SET state = 'FAILED', failure = ?, finished_at = clock_timestamp(),
                       walk_lease_until = NULL
                 WHERE id = ? AND walk_attempt = ? AND state = 'WALKING'
                """)) {
      update.setString(1, reason.replace("\0", ""));
      update.setLong(2, walk.job());
      update.setInt(3, walk.attempt());
      return update.executeUpdate() == 1;
    }
  }

  /** Claims a batch. */
  public BatchClaim claim(Work work, Duration lease) throws SQLException {
    try (Connection connection = target.open()) {
      try (PreparedStatement claim =
          connection.prepareStatement(
              """
              UPDATE analysis_job.batch b
                 SET state = 'CLAIMED', attempt = b.attempt + 1, fruitless = b.fruitless + 1,
                     lease_until = clock_timestamp() + ? * interval '1 millisecond'
                FROM analysis_job.job j
               WHERE b.job_id = ? AND b.number = ? AND j.id = b.job_id
                 AND j.state IN ('WALKING', 'QUEUED')
                 AND (b.state = 'PENDING' OR (b.state = 'CLAIMED' AND b.lease_until < clock_timestamp()))
              RETURNING j.purpose, j.forced, b.paths, b.track_ids, b.settled, b.attempt, b.fruitless
              """)) {
        claim.setLong(1, lease.toMillis());
        bind(claim, 2, work);
        try (ResultSet row = claim.executeQuery()) {
          if (row.next()) {
            return new BatchClaim.Granted(
                work,
                JobPurpose.valueOf(row.getString("purpose")),
                row.getBoolean("forced"),
                unsettled(row),
                row.getInt("settled"),
                row.getInt("attempt"),
                row.getInt("fruitless"));
          }
        }
      }
      return isOpen(connection, work) ? new BatchClaim.LeasedElsewhere() : new BatchClaim.Over();
    }
  }

  private static List<BatchClaim.Asked> unsettled(ResultSet row) throws SQLException {
    String[] paths = (String[]) row.getArray("paths").getArray();
    Array array = row.getArray("track_ids");
    Long[] tracks = array == null ? null : (Long[]) array.getArray();
    List<BatchClaim.Asked> files = new ArrayList<>();
    for (int i = row.getInt("settled"); i < paths.length; i++) {
      files.add(new BatchClaim.Asked(paths[i], tracks == null ? null : tracks[i]));
    }
    return files;
  }

  private static boolean isOpen(Connection connection, Work work) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT FROM analysis_job.batch b JOIN analysis_job.job j ON j.id = b.job_id
             WHERE b.job_id = ? AND b.number = ? AND b.state <> 'DONE' AND j.state IN ('WALKING', 'QUEUED')
            """)) {
      bind(select, 1, work);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Keeps the batch. False when it is another's by now, or its job was stopped. */
  public boolean renew(BatchClaim.Granted batch, Duration lease) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.batch b
                   SET lease_until = clock_timestamp() + ? * interval '1 millisecond'
                  FROM analysis_job.job j
                 WHERE b.job_id = ? AND b.number = ? AND b.attempt = ? AND b.state = 'CLAIMED'
                   AND j.id = b.job_id AND j.state IN ('WALKING', 'QUEUED')
                """)) {
      update.setLong(1, lease.toMillis());
      bind(update, 2, batch.work());
      update.setInt(4, batch.attempt());
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Settles the next files of a batch: their readings, the counts, and the word that they are
   * settled, or nothing of it. The last ones end the batch, and the last batch ends the job.
   *
   * @param before how many of the batch were settled before these
   * @return false when the batch is another's by now, or its job was stopped
   */
  public boolean settle(
      BatchClaim.Granted batch, int before, List<FileReading> readings, Duration lease)
      throws SQLException {
    Work work = batch.work();
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      Boolean done = advance(connection, batch, before, readings.size(), lease);
      if (done == null) {
        connection.rollback();
        return false;
      }
      List<FileReading> settled =
          batch.purpose() == JobPurpose.FILL ? new Fill(connection).of(readings) : readings;
      List<FileReading> listed =
          batch.purpose() == JobPurpose.WITNESS
              ? settled
              : settled.stream().filter(r -> r.outcome().isTrouble()).toList();
      Long listedBefore = count(connection, batch, settled, listed.size(), done);
      if (listedBefore == null) {
        connection.rollback();
        return false;
      }
      if (batch.purpose() == JobPurpose.WITNESS || listedBefore < MOST_LISTED) {
        Readings.insert(connection, work.job(), work.batch(), before + 1L, listed);
      }
      if (batch.purpose() == JobPurpose.SCAN) {
        KnownFiles.remember(connection, settled);
      }
      tally(connection, work.job(), settled);
      connection.commit();
      return true;
    }
  }

  /** Whether the batch is done with these; null when it is another's. */
  private static @Nullable Boolean advance(
      Connection connection, BatchClaim.Granted batch, int before, int files, Duration lease)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE analysis_job.batch
               SET settled = settled + ?, fruitless = 0,
                   state = CASE WHEN settled + ? = files THEN 'DONE' ELSE 'CLAIMED' END,
                   paths = CASE WHEN settled + ? = files THEN NULL ELSE paths END,
                   track_ids = CASE WHEN settled + ? = files THEN NULL ELSE track_ids END,
                   lease_until = CASE WHEN settled + ? = files THEN NULL
                                      ELSE clock_timestamp() + ? * interval '1 millisecond' END
             WHERE job_id = ? AND number = ? AND attempt = ? AND state = 'CLAIMED' AND settled = ?
            RETURNING state = 'DONE'
            """)) {
      for (int i = 1; i <= 5; i++) {
        update.setInt(i, files);
      }
      update.setLong(6, lease.toMillis());
      bind(update, 7, batch.work());
      update.setInt(9, batch.attempt());
      update.setInt(10, before);
      try (ResultSet row = update.executeQuery()) {
        return row.next() ? row.getBoolean(1) : null;
      }
    }
  }

  /** How many readings the job had listed before these; null when it was stopped. */
  private static @Nullable Long count(
      Connection connection,
      BatchClaim.Granted batch,
      List<FileReading> readings,
      int listed,
      boolean done)
      throws SQLException {
    long bytes = readings.stream().mapToLong(JobLedger::bytesRead).sum();
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE analysis_job.job j
               SET settled = j.settled + n.files, bytes = j.bytes + n.bytes, listed = j.listed + n.listed,
                   batches_done = j.batches_done + n.done,
                   state = CASE WHEN j.state = 'QUEUED' AND j.batches_done + n.done = j.batches
                                THEN 'DONE' ELSE j.state END,
                   finished_at = CASE WHEN j.state = 'QUEUED' AND j.batches_done + n.done = j.batches
                                      THEN clock_timestamp() END,
                   rate_at = CASE WHEN j.rate_next_at >= n.marked THEN j.rate_at
                                  ELSE coalesce(j.rate_next_at, j.created_at) END,
                   rate_settled = CASE WHEN j.rate_next_at >= n.marked THEN j.rate_settled
                                       ELSE j.rate_next_settled END,
                   rate_next_settled = CASE WHEN j.rate_next_at >= n.marked THEN j.rate_next_settled
                                            ELSE j.settled + n.files END,
                   rate_next_at = CASE WHEN j.rate_next_at >= n.marked THEN j.rate_next_at
                                       ELSE clock_timestamp() END
              FROM (SELECT ?::bigint AS files, ?::bigint AS bytes, ?::bigint AS listed, ?::int AS done,
                           clock_timestamp() - ? * interval '1 second' AS marked) n
             WHERE j.id = ? AND j.state IN ('WALKING', 'QUEUED')
            RETURNING j.listed - n.listed
            """)) {
      update.setLong(1, readings.size());
      update.setLong(2, bytes);
      update.setLong(3, listed);
      update.setInt(4, done ? 1 : 0);
      update.setInt(5, RATE_SECONDS);
      update.setLong(6, batch.work().job());
      try (ResultSet row = update.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    }
  }

  private static long bytesRead(FileReading reading) {
    FileVersion version = reading.version();
    return reading.facts() == null || version == null ? 0 : version.sizeBytes();
  }

  /** After the job's row is locked, so that two workers never take these in another order. */
  private static void tally(Connection connection, long job, List<FileReading> readings)
      throws SQLException {
    record Kind(FileOutcome outcome, String code) {}
    Map<String, Kind> kinds = new TreeMap<>();
    Map<String, Long> files = new TreeMap<>();
    for (FileReading reading : readings) {
      String code = reading.code() == null ? "" : reading.code();
      String name = reading.outcome() + " " + code;
      kinds.put(name, new Kind(reading.outcome(), code));
      files.merge(name, 1L, Long::sum);
    }
    if (kinds.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO analysis_job.tally AS t (job_id, outcome, code, files) VALUES (?, ?, ?, ?)
            ON CONFLICT (job_id, outcome, code) DO UPDATE SET files = t.files + excluded.files
            """)) {
      for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
        insert.setLong(1, job);
        insert.setString(2, kind.getValue().outcome().name());
        insert.setString(3, kind.getValue().code());
        insert.setLong(4, files.getOrDefault(kind.getKey(), 0L));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /**
   * Gives a batch back with what is left of it, and asks for it again under a new message. Where
   * the worker failed through no fault of the files, that claim was not a fruitless one.
   */
  public void handOn(BatchClaim.Granted batch) throws SQLException {
    if (release(batch)) {
      queue.send(List.of(batch.work()));
    }
  }

  /** Gives a batch back. False when it is another's by now. */
  public boolean release(BatchClaim.Granted batch) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.batch
                   SET state = 'PENDING', lease_until = NULL, fruitless = greatest(fruitless - 1, 0)
                 WHERE job_id = ? AND number = ? AND attempt = ? AND state = 'CLAIMED'
                """)) {
      bind(update, 1, batch.work());
      update.setInt(3, batch.attempt());
      return update.executeUpdate() == 1;
    }
  }

  private static void bind(PreparedStatement statement, int first, Work work) throws SQLException {
    statement.setLong(first, work.job());
    statement.setInt(first + 1, work.batch());
  }
}
