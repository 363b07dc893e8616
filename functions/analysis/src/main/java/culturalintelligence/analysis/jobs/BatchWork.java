package culturalintelligence.analysis.jobs;

import culturalintelligence.analysis.FileHearing;
import culturalintelligence.analysis.files.FileReaders;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.analysis.files.Located;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobPurpose;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.domain.library.StoreUnavailableException;
import culturalintelligence.persistence.jobs.JobLedger;
import culturalintelligence.persistence.jobs.KnownFiles;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.jboss.logging.Logger;

/**
 * Reads the files of one batch, a few at a time, and settles them in their order.
 *
 * <p>Reading a file twice changes nothing, so what is done again after a kill is done as if for the
 * first time. What must not happen twice (counting, listing) is in the settling.
 *
 * <p>A file that takes the whole process down would do so for ever. So a batch that others had
 * before, without settling anything, is read one file at a time, each settled alone: then the first
 * unsettled one is the culprit, and after {@link #MOST_DEATHS} deaths it is passed over and told.
 */
@ApplicationScoped
class BatchWork {
  private static final Logger LOG = Logger.getLogger(BatchWork.class);

  /** Workers that may die over one file. */
  static final int MOST_DEATHS = 4;

  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("job-file-", 0).factory();

  private static final String READER_DIED = "READER_DIED";

  /** Codes that speak of this service or its storage, not of the file. */
  private static final Set<String> NOT_TO_BLAME = Set.of("OVERLOADED", "STORAGE_UNAVAILABLE");

  private static final int MOST_TRIES = 5;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final JobLedger ledger;
  private final KnownFiles known;
  private final LibraryFiles files;
  private final FileReaders readers;
  private final FileScan scan;
  private final FileHearing hearing;
  private final JobSettings settings;

  BatchWork(
      JobLedger ledger,
      KnownFiles known,
      LibraryFiles files,
      FileReaders readers,
      FileScan scan,
      FileHearing hearing,
      JobSettings settings) {
    this.ledger = ledger;
    this.known = known;
    this.files = files;
    this.readers = readers;
    this.scan = scan;
    this.hearing = hearing;
    this.settings = settings;
  }

  /** The service can't read at this moment; the files are not to blame. */
  private static final class NotNow extends RuntimeException {
    NotNow(String reason) {
      super(reason);
    }
  }

  /** Works on a batch; false when its message is to come again. */
  boolean work(Work work) throws SQLException {
    return switch (ledger.claim(work, settings.lease())) {
      case BatchClaim.Over _ -> true;
      case BatchClaim.LeasedElsewhere _ -> false;
      case BatchClaim.Granted granted -> attempt(granted);
    };
  }

  private boolean attempt(BatchClaim.Granted batch) throws SQLException {
    try (Heartbeat heart =
        new Heartbeat(settings.lease(), () -> ledger.renew(batch, settings.lease()))) {
      return new Attempt(batch, heart).run();
    } catch (StoreUnavailableException | NotNow | SQLException e) {
      LOG.warnf("%s is put back: %s", batch.work(), e.getMessage());
      ledger.release(batch);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ledger.release(batch);
      return false;
    }
  }

  /** One worker's turn at a batch. */
  private final class Attempt {
    private final BatchClaim.Granted batch;
    private final Heartbeat heart;
    private final boolean careful;
    private final Instant until = Instant.now().plus(settings.work());
    private final List<FileReading> ready = new ArrayList<>();
    private Instant settledAt = Instant.now();
    private int settled;

    Attempt(BatchClaim.Granted batch, Heartbeat heart) {
      this.batch = batch;
      this.heart = heart;
      this.careful = batch.fruitless() > 1;
      this.settled = batch.settled();
    }

    boolean run() throws SQLException, InterruptedException {
      List<BatchClaim.Asked> rest = batch.files();
      if (batch.fruitless() > MOST_DEATHS) {
        if (!settle(List.of(died(rest.getFirst())))) {
          return false;
        }
        rest = rest.subList(1, rest.size());
      }
      BitSet unchanged = unchanged(rest);
      int next = 0;
      Deque<Future<FileReading>> running = new ArrayDeque<>();
      int most = careful ? 1 : readers.parallel();
      ExecutorService few = Executors.newFixedThreadPool(most, THREADS);
      try {
        while (next < rest.size() || !running.isEmpty()) {
          boolean late = Instant.now().isAfter(until);
          while (!late && next < rest.size() && running.size() < most) {
            BatchClaim.Asked asked = rest.get(next);
            boolean same = unchanged.get(next++);
            running.add(few.submit(() -> same ? same(asked) : read(asked)));
          }
          if (running.isEmpty()) {
            break;
          }
          ready.add(outcome(running.remove()));
          if (heart.isLost()) {
            return false;
          }
          boolean due = Instant.now().isAfter(settledAt.plus(settings.settle()));
          if ((careful || due) && !settleReady()) {
            return false;
          }
        }
        if (!settleReady()) {
          return false;
        }
      } finally {
        // What runs may end: it is recorded, or was only read. Whoever reads that file next may
        // wait for it.
        few.shutdown();
      }
      if (next < rest.size()) {
        ledger.handOn(batch);
      }
      return true;
    }

    private FileReading outcome(Future<FileReading> running) throws InterruptedException {
      try {
        return running.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    private boolean settleReady() throws SQLException {
      boolean stillOurs = settle(List.copyOf(ready));
      ready.clear();
      return stillOurs;
    }

    private boolean settle(List<FileReading> readings) throws SQLException {
      settledAt = Instant.now();
      if (readings.isEmpty()) {
        return true;
      }
      boolean stillOurs = ledger.settle(batch, settled, readings, settings.lease());
      settled += readings.size();
      return stillOurs;
    }

    /**
     * Those another attempt, or a request, has read since they were queued. Of a file that could
     * not be read nobody may have told in this job: it is looked up like any other, and told.
     */
    private BitSet unchanged(List<BatchClaim.Asked> asked) throws SQLException {
      if (batch.purpose() != JobPurpose.SCAN || batch.forced()) {
        return new BitSet();
      }
      List<KnownFiles.Met> met = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < asked.size(); i++) {
        if (files.resolve(asked.get(i).path()) instanceof Resolution.Inside inside
            && files.locate(inside.path()) instanceof Located.Found found) {
          met.add(new KnownFiles.Met(inside.path().key(), found.version()));
          places.add(i);
        }
      }
      BitSet unchanged = new BitSet();
      known.readable(met).stream().forEach(i -> unchanged.set(places.get(i)));
      return unchanged;
    }

    private FileReading same(BatchClaim.Asked asked) {
      return new FileReading(
          asked.path(),
          asked.trackId(),
          FileOutcome.UNCHANGED,
          null,
          null,
          null,
          null,
          Instant.now());
    }

    private FileReading died(BatchClaim.Asked asked) {
      return new FileReading(
          asked.path(),
          asked.trackId(),
          FileOutcome.FAILED,
          READER_DIED,
          "%d workers ended while they read this file".formatted(batch.fruitless() - 1),
          null,
          null,
          Instant.now());
    }

    private FileReading read(BatchClaim.Asked asked) throws InterruptedException {
      FileReading reading = readOnce(asked);
      for (int i = 1; isCrowded(reading); i++) {
        if (i == MOST_TRIES) {
          throw new NotNow(String.valueOf(reading.reason()));
        }
        Thread.sleep(BETWEEN_TRIES);
        reading = readOnce(asked);
      }
      return reading;
    }

    private static boolean isCrowded(FileReading reading) {
      return reading.code() != null && NOT_TO_BLAME.contains(reading.code());
    }

    private FileReading readOnce(BatchClaim.Asked asked) {
      try {
        return switch (batch.purpose()) {
          case SCAN -> scan.scan(asked, batch.forced());
          case FILL, WITNESS -> hearing.hear(asked.path(), asked.trackId());
        };
      } catch (StoreUnavailableException e) {
        throw e;
      } catch (RuntimeException e) {
        // A fault of ours with this one file: it is told, and the others go on.
        LOG.error("a file of " + batch.work() + " could not be worked on", e);
        return FileHearing.failed(
            asked.path(),
            asked.trackId(),
            new Failure(FailureCode.INTERNAL_ERROR, "Our own fault: " + e.getClass().getName()),
            null);
      }
    }
  }
}
