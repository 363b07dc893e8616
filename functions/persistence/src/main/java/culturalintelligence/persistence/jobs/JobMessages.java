package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.FileQueue;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends the messages of batches that are committed. A batch counts as sent only after the queue
 * took its message, so one may be sent twice and none is forgotten.
 */
final class JobMessages {
  private static final int PAGE = 1_000;

  private final TargetDatabase target;
  private final FileQueue queue;

  JobMessages(TargetDatabase target, FileQueue queue) {
    this.target = target;
    this.queue = queue;
  }

  void sendUnsent(long job) throws SQLException {
    try (Connection connection = target.open()) {
      List<Integer> numbers = unsent(connection, job);
      while (!numbers.isEmpty()) {
        queue.send(numbers.stream().map(number -> new Work(job, number)).toList());
        markSent(connection, job, numbers);
        numbers = unsent(connection, job);
      }
    }
  }

  private static List<Integer> unsent(Connection connection, long job) throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT number FROM analysis_job.batch WHERE job_id = ? AND sent_at IS NULL AND state <> 'DONE'
             ORDER BY number LIMIT ?
            """)) {
      select.setLong(1, job);
      select.setInt(2, PAGE);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          numbers.add(row.getInt(1));
        }
      }
    }
    return numbers;
  }

  private static void markSent(Connection connection, long job, List<Integer> numbers)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE analysis_job.batch SET sent_at = clock_timestamp()
             WHERE job_id = ? AND number = ANY (?)
            """)) {
      update.setLong(1, job);
      update.setArray(2, connection.createArrayOf("integer", numbers.toArray()));
      update.executeUpdate();
    }
  }

  /**
   * Sends every open batch's message again. Rows a worker is settling at this moment are left out:
   * it holds them, and waiting here while it waits for the job's row could lock up both.
   */
  void resend(long job, boolean walking) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE analysis_job.batch SET sent_at = NULL
                 WHERE job_id = ? AND number IN (
                   SELECT number FROM analysis_job.batch
                    WHERE job_id = ? AND state <> 'DONE'
                      FOR UPDATE SKIP LOCKED)
                """)) {
      update.setLong(1, job);
      update.setLong(2, job);
      update.executeUpdate();
    }
    if (walking) {
      queue.send(List.of(Work.walk(job)));
    }
    sendUnsent(job);
  }
}
