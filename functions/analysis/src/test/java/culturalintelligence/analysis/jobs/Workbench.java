package culturalintelligence.analysis.jobs;

import culturalintelligence.analysis.FileHearing;
import culturalintelligence.analysis.files.FileReaders;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.persistence.jobs.FileJobs;
import culturalintelligence.persistence.jobs.JobLedger;
import culturalintelligence.persistence.jobs.KnownFiles;
import culturalintelligence.persistence.jobs.MigratedGaps;
import culturalintelligence.persistence.queue.QueueBatch;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The queue's function with a queue of the test's own: messages come in any order, some twice, and
 * again until they were answered for.
 */
@ApplicationScoped
class Workbench {
  private static final int MOST_DELIVERIES = 100_000;

  private final LibraryFiles files;
  private final FileReaders readers;
  private final FileScan scan;
  private final FileHearing hearing;

  Workbench(LibraryFiles files, FileReaders readers, FileScan scan, FileHearing hearing) {
    this.files = files;
    this.readers = readers;
    this.scan = scan;
    this.hearing = hearing;
  }

  Bench bench(long seed) {
    return new Bench(seed, Duration.ZERO);
  }

  /** One database, one queue, and workers that may die. */
  final class Bench {
    final MortalTarget target = new MortalTarget(TargetDatabaseResource.database());
    final List<Work> queue = new ArrayList<>();
    final FileJobs jobs;
    final JobLedger ledger;
    private final AnalyseFilesFunction function;
    private final Random dice;

    Bench(long seed, Duration settle) {
      dice = new Random(seed);
      jobs = new FileJobs(new MortalTarget(TargetDatabaseResource.database()), queue::addAll);
      ledger = new JobLedger(target, queue::addAll);
      KnownFiles known = new KnownFiles(target);
      JobSettings settings =
          new JobSettings() {
            @Override
            public Duration lease() {
              // Longer than any test: nobody's sign of life meets the death that is meant for
              // another.
              return Duration.ofMinutes(30);
            }

            @Override
            public Duration work() {
              return Duration.ofSeconds(60);
            }

            @Override
            public Duration settle() {
              return settle;
            }
          };
      function =
          new AnalyseFilesFunction(
              new WalkWork(ledger, known, new MigratedGaps(target), files, settings),
              new BatchWork(ledger, known, files, readers, scan, hearing, settings));
    }

    /** Whether the message was answered for; false when it is to come again. */
    boolean deliver(Work work) {
      String body = "{\"version\":1,\"job\":%d,\"batch\":%d}".formatted(work.job(), work.batch());
      return function
          .analyse(new QueueBatch(List.of(new QueueBatch.Message("m", body))))
          .batchItemFailures()
          .isEmpty();
    }

    /**
     * Delivers until the queue is empty. A fifth of the messages come a second time; a killed
     * worker's message comes again, and its lease is over by then.
     *
     * @return how many workers died
     */
    int pump() {
      int dead = 0;
      for (int i = 0; !queue.isEmpty(); i++) {
        if (i == MOST_DELIVERIES) {
          throw new AssertionError("the queue never empties: " + queue);
        }
        Work work = queue.remove(dice.nextInt(queue.size()));
        if (dice.nextInt(5) == 0) {
          queue.add(work);
        }
        try {
          if (!deliver(work)) {
            queue.add(work);
          }
        } catch (MortalTarget.Killed e) {
          dead++;
          queue.add(work);
          leasesEnd();
        }
      }
      return dead;
    }

    void leasesEnd() {
      TargetDatabaseResource.database()
          .execute(
              """
              update analysis_job.batch set lease_until = now() - interval '1 second' where lease_until is not null;
              update analysis_job.job set walk_lease_until = now() - interval '1 second' where walk_lease_until is not null;
              """);
    }

    FileJob scan(String folder) throws SQLException {
      return scan(folder, false);
    }

    FileJob scan(String folder, boolean forced) throws SQLException {
      long job = jobs.scan(folder, forced).id();
      pump();
      return job(job);
    }

    FileJob job(long id) throws SQLException {
      return jobs.find(id).orElseThrow();
    }
  }
}
