package culturalintelligence.localdev.server;

import culturalintelligence.analysis.jobs.AnalyseFilesFunction;
import culturalintelligence.migration.MigrateChunkFunction;
import culturalintelligence.persistence.queue.QueueAddress;
import culturalintelligence.persistence.queue.QueueWorker;
import culturalintelligence.verification.VerifyChunkFunction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Threads that take messages off the queues and hand them to the functions, as AWS would. */
@ApplicationScoped
class QueuePump {
  private static final Logger LOG = Logger.getLogger(QueuePump.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int LONG_POLL_SECONDS = 5;

  /** Longer than the longest piece of work; a message whose worker died comes again after it. */
  private static final int VISIBILITY_SECONDS = 120;

  private static final int AGAIN_SECONDS = 3;

  /** A chunk another worker holds may come a few times before that one's lease is over. */
  private static final int MOST_DELIVERIES = 20;

  private final QueueAddress address;
  private final MigrateChunkFunction migrate;
  private final VerifyChunkFunction verify;
  private final AnalyseFilesFunction analyse;
  private final int workers;
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable SqsClient client;
  private volatile boolean stopping;

  QueuePump(
      QueueAddress address,
      MigrateChunkFunction migrate,
      VerifyChunkFunction verify,
      AnalyseFilesFunction analyse,
      @ConfigProperty(name = "workers", defaultValue = "2") int workers) {
    this.address = address;
    this.migrate = migrate;
    this.verify = verify;
    this.analyse = analyse;
    this.workers = workers;
  }

  void start(@Observes StartupEvent event) {
    if (!address.isConfigured()) {
      LOG.info("QUEUE_URL is not set: no messages are taken");
      return;
    }
    SqsClient sqs = address.client();
    client = sqs;
    if (!address.isInAws()) {
      QueueWorker.makeQueue(sqs, address, address.copyQueue(), VISIBILITY_SECONDS, MOST_DELIVERIES);
      QueueWorker.makeQueue(
          sqs, address, address.verifyQueue(), VISIBILITY_SECONDS, MOST_DELIVERIES);
      QueueWorker.makeQueue(
          sqs, address, address.filesQueue(), VISIBILITY_SECONDS, MOST_DELIVERIES);
    }
    for (int i = 0; i < workers; i++) {
      pump("copy-" + i, sqs, address.copyQueue(), migrate::migrate);
      pump("verify-" + i, sqs, address.verifyQueue(), verify::verify);
    }
    // Each reads several files at once already, and requests want their turn too.
    pump("files", sqs, address.filesQueue(), analyse::analyse);
    pump("walks", sqs, address.filesQueue(), analyse::analyse);
  }

  private void pump(String name, SqsClient sqs, String queue, QueueWorker.Function function) {
    QueueWorker worker =
        new QueueWorker(
            sqs, queue, function, new QueueWorker.Timing(LONG_POLL_SECONDS, AGAIN_SECONDS));
    threads.add(
        Thread.ofPlatform()
            .name("pump-" + name)
            .daemon()
            .start(
                () -> {
                  while (!stopping) {
                    try {
                      // One at a time, so that another worker can have the next one.
                      worker.take(1);
                    } catch (RuntimeException e) {
                      if (!stopping) {
                        LOG.warnf("queue %s: %s", queue, e.getMessage());
                        pause();
                      }
                    }
                  }
                }));
  }

  private void pause() {
    try {
      Thread.sleep(AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      try {
        thread.join(AFTER_FAILURE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (client != null) {
      client.close();
    }
  }
}
