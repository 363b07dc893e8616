package culturalintelligence.analysis.http;

import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.domain.library.RequestLog;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Writes the request log behind the requests' backs: what ended is put into a bounded queue, which
 * is emptied into the database every so often. No request waits for it; when the database is away
 * the queue fills, and what finds no room is counted and dropped.
 */
@ApplicationScoped
class RequestJournal {
  private static final Logger LOG = Logger.getLogger(RequestJournal.class);
  private static final int BATCH = 2_000;

  private final AnalysisSettings.RequestLog settings;
  private final RequestLog log;
  private final BlockingQueue<RequestLog.Entry> queue;
  private final LongAdder dropped = new LongAdder();
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("request-log").factory());

  RequestJournal(AnalysisSettings settings, RequestLog log) {
    this.settings = settings.requestLog();
    this.log = log;
    this.queue = new ArrayBlockingQueue<>(this.settings.capacity());
  }

  void start(@Observes StartupEvent event) {
    if (settings.enabled()) {
      long every = settings.interval().toMillis();
      // Never awaited: a flush catches what it meets, and stopping the writer ends it.
      var _ = writer.scheduleWithFixedDelay(this::flush, every, every, TimeUnit.MILLISECONDS);
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    writer.shutdown();
    if (writer.awaitTermination(2, TimeUnit.SECONDS)) {
      flush();
    }
  }

  void add(RequestLog.Entry entry) {
    if (settings.enabled() && !queue.offer(entry)) {
      dropped.increment();
    }
  }

  /** Requests that found no room; since the process started. */
  long dropped() {
    return dropped.sum();
  }

  /** Everything logged, what is still in memory included. */
  RequestLog.Sums sums() {
    List<RequestLog.Entry> waiting = List.copyOf(queue);
    RequestLog.Sums written = log.sums();
    long cached = written.cached();
    long analysed = written.analysed();
    long errors = written.errors();
    for (RequestLog.Entry entry : waiting) {
      switch (entry.outcome()) {
        case CACHED -> cached++;
        case ANALYSED -> analysed++;
        case ERROR -> errors++;
        case OTHER -> {}
      }
    }
    var since = written.since();
    if (since == null && !waiting.isEmpty()) {
      since = waiting.getFirst().at();
    }
    return new RequestLog.Sums(
        written.requests() + waiting.size(), cached, analysed, errors, since);
  }

  /** Empties the queue; what could not be written is put back as far as there is room. */
  private synchronized void flush() {
    List<RequestLog.Entry> batch = new ArrayList<>();
    while (queue.drainTo(batch, BATCH) > 0) {
      try {
        log.append(batch);
        batch.clear();
      } catch (RuntimeException e) {
        LOG.debugf("the request log could not be written: %s", e.getClass().getSimpleName());
        batch.forEach(this::add);
        return;
      }
    }
  }
}
