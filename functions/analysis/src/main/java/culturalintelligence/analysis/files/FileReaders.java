package culturalintelligence.analysis.files;

import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.analysis.audio.AudioReader;
import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.analysis.audio.HashedReading;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.music.AudioReading;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Reads files so that none of them can take the service down.
 *
 * <p>A few at once, a bounded number waiting, each on a thread of its own under a deadline. One
 * that does not come back is interrupted, which closes its file; if even that does not end it (a
 * loop, a dead share), its thread is left behind and another takes its turn, until too many are
 * lost: then reading is refused and health says why. A file whose structure made the reader fail in
 * any way is hashed without it, and its answer says so.
 */
@ApplicationScoped
public class FileReaders {
  private static final Logger LOG = Logger.getLogger(FileReaders.class);

  /** Threads that may be lost for good before reading stops. */
  private static final int MOST_LOST = 8;

  private final AnalysisSettings.Reading settings;
  private final Semaphore turns;
  private final Semaphore room;
  private final AtomicInteger lost = new AtomicInteger();
  private final AudioReader reader = new AudioReader();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("file-reader-", 0).factory());

  FileReaders(AnalysisSettings settings) {
    this.settings = settings.reading();
    int parallel = parallel();
    this.turns = new Semaphore(parallel, true);
    this.room = new Semaphore(parallel + this.settings.waiting());
  }

  /** What came of a file. */
  public sealed interface Outcome {

    /** Read, or at least hashed; {@code version} is the state of the file that was read. */
    record Done(HashedReading reading, FileVersion version) implements Outcome {}

    record Failed(Failure failure) implements Outcome {}
  }

  /** How many files are read at once. */
  public final int parallel() {
    int configured = settings.parallel();
    return configured > 0 ? configured : Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /** Whether files can still be read; false once too many readings never came back. */
  public boolean isAlive() {
    return lost.get() < MOST_LOST;
  }

  /** Reads a file, waiting for a turn first. */
  public Outcome read(Located.Found file) {
    if (!isAlive()) {
      return failed(
          FailureCode.OVERLOADED, "Too many files hang in their reading; the service must restart");
    }
    if (!room.tryAcquire()) {
      return failed(FailureCode.OVERLOADED, "Too many files are waiting to be read");
    }
    try {
      if (!turns.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        return failed(FailureCode.OVERLOADED, "The file waited too long for its turn");
      }
      return inTurn(file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(FailureCode.OVERLOADED, "The service is stopping");
    } finally {
      room.release();
    }
  }

  private Outcome inTurn(Located.Found file) throws InterruptedException {
    Turn turn = new Turn();
    try {
      Outcome outcome = once(file, turn);
      // Written while it was read: once more, then it is left to settle.
      return outcome instanceof Outcome.Failed(Failure failure)
              && failure.code() == FailureCode.FILE_CHANGING
          ? once(file, turn)
          : outcome;
    } finally {
      turn.end();
    }
  }

  private Outcome once(Located.Found file, Turn turn) throws InterruptedException {
    try {
      FileVersion before = file.opening().version();
      HashedReading reading = hashed(file, before.sizeBytes(), turn);
      if (!file.opening().version().equals(before)) {
        return failed(FailureCode.FILE_CHANGING, "The file was being written while it was read");
      }
      return new Outcome.Done(reading, before);
    } catch (TimeoutException e) {
      return failed(FailureCode.READ_TIMEOUT, "Reading the file took too long");
    } catch (IOException e) {
      LOG.debug("reading failed", e);
      return failed(FailureCode.FILE_NOT_READABLE, "The file could not be read");
    }
  }

  private HashedReading hashed(Located.Found file, long size, Turn turn)
      throws IOException, TimeoutException, InterruptedException {
    Duration hashing =
        settings
            .hashDeadline()
            .plusSeconds(size / Math.max(1, settings.slowestBytesPerSecond().asLongValue()));
    String reason;
    try {
      return turn.run(
          () -> {
            try (AudioSource source = file.opening().open()) {
              return reader.readAndHash(source);
            }
          },
          settings.structureDeadline().plus(hashing));
    } catch (TimeoutException e) {
      reason = "the reading took too long";
    } catch (ReaderFault e) {
      LOG.warn("a reader failed", e.fault);
      reason = "the reader failed: " + e.fault.getClass().getSimpleName();
    }
    String why = reason;
    return turn.run(
        () -> {
          try (AudioSource source = file.opening().open()) {
            return new HashedReading(
                new AudioReading.Unreadable("unknown", why), sha256(source), null);
          }
        },
        hashing);
  }

  private static String sha256(AudioSource source) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1 << 20];
      int n;
      for (long at = 0; (n = source.read(at, block, 0, block.length)) > 0; at += n) {
        digest.update(block, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Outcome failed(FailureCode code, String sentence) {
    return new Outcome.Failed(new Failure(code, sentence));
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** Anything but an I/O failure that a reader threw, out-of-memory and stack overflow included. */
  private static final class ReaderFault extends RuntimeException {
    private final transient Throwable fault;

    ReaderFault(Throwable fault) {
      super(fault);
      this.fault = fault;
    }
  }

  /** One of the few turns. It is given on at its end, or when its thread is given up. */
  private final class Turn {
    <T> T run(Callable<T> work, Duration deadline)
        throws IOException, TimeoutException, InterruptedException {
      Abandonable<T> task = new Abandonable<>(work);
      Future<T> running = threads.submit(task);
      try {
        return running.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw new ReaderFault(e.getCause() == null ? e : e.getCause());
      } catch (TimeoutException | InterruptedException e) {
        running.cancel(true);
        task.abandon();
        throw e;
      }
    }

    void end() {
      turns.release();
    }
  }

  /** Counts as lost from when it is given up until it ends after all. */
  private final class Abandonable<T> implements Callable<T> {
    private enum State {
      RUNNING,
      ENDED,
      ABANDONED
    }

    private final Callable<T> work;
    private State state = State.RUNNING;

    Abandonable(Callable<T> work) {
      this.work = work;
    }

    @Override
    public T call() throws Exception {
      try {
        return work.call();
      } finally {
        ended();
      }
    }

    private synchronized void ended() {
      if (state == State.ABANDONED) {
        lost.decrementAndGet();
      }
      state = State.ENDED;
    }

    synchronized void abandon() {
      if (state == State.RUNNING) {
        state = State.ABANDONED;
        lost.incrementAndGet();
      }
    }
  }
}
