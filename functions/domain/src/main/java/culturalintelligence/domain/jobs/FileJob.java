package culturalintelligence.domain.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at a job, from which text, JSON and exit codes are made. Counts are exact: each stands
 * in the transaction that did what it counts.
 *
 * @param root the folder of a scan, as the operator gave it
 * @param failure why it FAILED
 * @param folders that were entered so far
 * @param found files that were met so far
 * @param known of these, those that are known and did not change: not read
 * @param skipped links, devices and the like, which are not followed
 * @param queued files to be read
 * @param settled of these, those that are done with, whatever came of them
 * @param bytes of the files read
 * @param tallies the settled files by how they came out
 * @param trouble the files that an operator wants to hear of
 * @param filesPerSecond of late; null when nothing was settled of late
 * @param eta null while the walk goes on, before 1 %, and after the end
 */
public record FileJob(
    long id,
    JobPurpose purpose,
    @Nullable String root,
    boolean forced,
    JobState state,
    @Nullable String failure,
    long folders,
    long found,
    long known,
    long skipped,
    long queued,
    long settled,
    long bytes,
    List<Tally> tallies,
    long trouble,
    @Nullable Double filesPerSecond,
    @Nullable Duration eta,
    Instant createdAt,
    @Nullable Instant walkedAt,
    @Nullable Instant finishedAt,
    Instant takenAt) {

  public FileJob {
    tallies = List.copyOf(tallies);
  }

  /**
   * How many files came out one way.
   *
   * @param code empty where nothing failed
   */
  public record Tally(FileOutcome outcome, String code, long files) {}

  /** How many files came out so. */
  public long count(FileOutcome outcome) {
    return tallies.stream().filter(t -> t.outcome() == outcome).mapToLong(Tally::files).sum();
  }
}
