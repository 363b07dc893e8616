package culturalintelligence.persistence.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a job's batches. */
final class Batches {
  private Batches() {}

  /** A file to be read, and the track it is read for. */
  record File(String path, @Nullable Long trackId) {}

  static int count(int files) {
    return Math.ceilDiv(files, FileJobs.BATCH_FILES);
  }

  /** Writes the files as batches from this number on. */
  static void insert(Connection connection, long job, int first, List<File> files)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO analysis_job.batch (job_id, number, files, paths, track_ids)
            VALUES (?, ?, ?, ?, ?)
            """)) {
      int number = first;
      for (int from = 0; from < files.size(); from += FileJobs.BATCH_FILES) {
        List<File> some = files.subList(from, Math.min(files.size(), from + FileJobs.BATCH_FILES));
        insert.setLong(1, job);
        insert.setInt(2, number++);
        insert.setInt(3, some.size());
        insert.setArray(
            4, connection.createArrayOf("text", some.stream().map(File::path).toArray()));
        boolean ofTracks = some.getFirst().trackId() != null;
        insert.setArray(
            5,
            ofTracks
                ? connection.createArrayOf("bigint", some.stream().map(File::trackId).toArray())
                : null);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
