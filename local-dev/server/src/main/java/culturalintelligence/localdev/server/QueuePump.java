package culturalintelligence.localdev.server;

import culturalintelligence.migration.MigrateChunkFunction;
import culturalintelligence.persistence.queue.QueueAddress;
import culturalintelligence.persistence.queue.QueueBatch;
import culturalintelligence.verification.VerifyChunkFunction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Does here what an event source mapping does in AWS: takes messages off a queue, hands them to the
 * function in the same form, deletes what was done and leaves the rest to come again.
 */
@ApplicationScoped
class QueuePump {
  private static final Logger LOG = Logger.getLogger(QueuePump.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int LONG_POLL_SECONDS = 5;

  private final QueueAddress address;
  private final MigrateChunkFunction migrate;
  private final VerifyChunkFunction verify;
  private final int workers;
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable SqsClient client;
  private volatile boolean stopping;

  QueuePump(
      QueueAddress address,
      MigrateChunkFunction migrate,
      VerifyChunkFunction verify,
      @ConfigProperty(name = "workers", defaultValue = "2") int workers) {
    this.address = address;
    this.migrate = migrate;
    this.verify = verify;
    this.workers = workers;
  }

  void start(@Observes StartupEvent event) {
    if (!address.isConfigured()) {
      LOG.info("QUEUE_URL is not set: no messages are taken");
      return;
    }
    SqsClient sqs = address.client();
    client = sqs;
    for (int i = 0; i < workers; i++) {
      pump("copy-" + i, sqs, address.copyQueue(), migrate::migrate);
      pump("verify-" + i, sqs, address.verifyQueue(), verify::verify);
    }
  }

  private interface Function {
    QueueBatch.Response apply(QueueBatch batch);
  }

  private void pump(String name, SqsClient sqs, String queue, Function function) {
    threads.add(
        Thread.ofPlatform()
            .name("pump-" + name)
            .daemon()
            .start(
                () -> {
                  while (!stopping) {
                    try {
                      takeOne(sqs, queue, function);
                    } catch (RuntimeException e) {
                      if (!stopping) {
                        LOG.warnf("queue %s: %s", queue, e.getMessage());
                        pause();
                      }
                    }
                  }
                }));
  }

  private static void takeOne(SqsClient sqs, String queue, Function function) {
    // One at a time, so that another worker can have the next one.
    List<Message> messages =
        sqs.receiveMessage(
                request ->
                    request
                        .queueUrl(queue)
                        .maxNumberOfMessages(1)
                        .waitTimeSeconds(LONG_POLL_SECONDS))
            .messages();
    if (messages.isEmpty()) {
      return;
    }
    QueueBatch batch =
        new QueueBatch(
            messages.stream().map(m -> new QueueBatch.Message(m.messageId(), m.body())).toList());
    Set<String> again =
        function.apply(batch).batchItemFailures().stream()
            .map(QueueBatch.Response.Failure::itemIdentifier)
            .collect(Collectors.toSet());
    List<DeleteMessageBatchRequestEntry> done =
        messages.stream()
            .filter(message -> !again.contains(message.messageId()))
            .map(
                message ->
                    DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
            .toList();
    if (!done.isEmpty()) {
      sqs.deleteMessageBatch(request -> request.queueUrl(queue).entries(done));
    }
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
