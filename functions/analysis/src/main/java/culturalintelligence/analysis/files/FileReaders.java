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
import jakarta.inject.Inject;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;

/**
 * Reads files so that none of them can take the service down.
 *
 * <p>A few at once, a bounded number waiting, each on a thread of its own under a deadline. One
 * that does not come back is interrupted, which closes its file; if even that does not end it (a
 * loop, a dead share), its thread is left behind and another takes its turn, until too many are
 * lost: then reading is refused and health says why. Its copies are not tried, so it takes as many
 * different such files to come so far. A file whose structure made the reader fail in any way is
 * hashed without it, and its answer says so.
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
  private final Reader reader;

  /** Of the files whose reading hung or ran out of memory; the newest thousand. */
  private final Set<String> suspects =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > 1_000;
                }
              }));

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("file-reader-", 0).factory());

  /** The reader of files, which a test may replace by one that never returns. */
  interface Reader {
    HashedReading read(AudioSource source) throws IOException;
  }

  @Inject
  FileReaders(AnalysisSettings settings) {
    this(settings, new AudioReader()::readAndHash);
  }

  FileReaders(AnalysisSettings settings, Reader reader) {
    this.reader = reader;
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
      return attempt(file, turn);
    } catch (TimeoutException e) {
      return failed(FailureCode.READ_TIMEOUT, "Reading the file took too long");
    } catch (FileFailure e) {
      return new Outcome.Failed(e.failure());
    } catch (IOException e) {
      LOG.debug("reading failed", e);
      return failed(FailureCode.FILE_NOT_READABLE, "The file could not be read");
    }
  }

  private Outcome attempt(Located.Found file, Turn turn)
      throws IOException, TimeoutException, InterruptedException {
    Duration hashing =
        settings
            .hashDeadline()
            .plusSeconds(
                file.version().sizeBytes()
                    / Math.max(1, settings.slowestBytesPerSecond().asLongValue()));
    String reason;
    boolean suspect;
    try {
      return turn.run(
          () -> unchanged(file, this::readUnlessSuspect),
          settings.structureDeadline().plus(hashing));
    } catch (TimeoutException e) {
      reason = "the reading took too long";
      suspect = true;
    } catch (ReaderFault e) {
      LOG.warn("a reader failed", e.fault);
      reason = "the reader failed: " + e.fault.getClass().getSimpleName();
      suspect = e.fault instanceof Error;
    }
    String why = reason;
    boolean remember = suspect;
    return turn.run(
        () ->
            unchanged(
                file,
                source -> {
                  HashedReading hashed = hashOnly(source, why);
                  if (remember) {
                    suspects.add(fingerprint(source));
                  }
                  return hashed;
                }),
        hashing);
  }

  /** What was read of a file that is the same before and after. */
  private static Outcome unchanged(Located.Found file, Reader reader) throws IOException {
    FileVersion before = file.opening().version();
    HashedReading reading;
    try (AudioSource source = file.opening().open()) {
      reading = reader.read(source);
    }
    if (!file.opening().version().equals(before)) {
      throw new FileFailure(
          FailureCode.FILE_CHANGING, "The file was being written while it was read");
    }
    return new Outcome.Done(reading, before);
  }

  /**
   * A copy of a file that hung is not tried: each try would cost a thread that never comes back.
   */
  private HashedReading readUnlessSuspect(AudioSource source) throws IOException {
    return !suspects.isEmpty() && suspects.contains(fingerprint(source))
        ? hashOnly(source, "a reading of the same file did not end well")
        : reader.read(source);
  }

  private static HashedReading hashOnly(AudioSource source, String why) throws IOException {
    return new HashedReading(new AudioReading.Unreadable("unknown", why), sha256(source), null);
  }

  /** Size and head: enough not to try a file again, and no more is drawn from it. */
  private static String fingerprint(AudioSource source) throws IOException {
    byte[] head = new byte[(int) Math.min(source.size(), 64 << 10)];
    int n = source.read(0, head, 0, head.length);
    CRC32C digest = new CRC32C();
    digest.update(head, 0, n);
    return source.size() + "/" + digest.getValue();
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
      WAITING,
      RUNNING,
      ENDED,
      ABANDONED
    }

    private final Callable<T> work;
    private State state = State.WAITING;

    Abandonable(Callable<T> work) {
      this.work = work;
    }

    @Override
    public T call() throws Exception {
      started();
      try {
        return work.call();
      } finally {
        ended();
      }
    }

    private synchronized void started() {
      state = State.RUNNING;
    }

    private synchronized void ended() {
      if (state == State.ABANDONED) {
        lost.decrementAndGet();
      }
      state = State.ENDED;
    }

    /** One that was cancelled before it began never runs, and has no thread to lose. */
    synchronized void abandon() {
      if (state == State.RUNNING) {
        state = State.ABANDONED;
        lost.incrementAndGet();
      }
    }
  }
}
