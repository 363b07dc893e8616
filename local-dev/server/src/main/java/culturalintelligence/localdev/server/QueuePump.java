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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Does here what an event source mapping does in AWS: takes messages off a queue, hands them to the
 * function in the same form, deletes what was done and leaves the rest to come again.
 */
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
    if (!address.isInAws()) {
      makeQueue(sqs, address.copyQueue());
      makeQueue(sqs, address.verifyQueue());
    }
    for (int i = 0; i < workers; i++) {
      pump("copy-" + i, sqs, address.copyQueue(), migrate::migrate);
      pump("verify-" + i, sqs, address.verifyQueue(), verify::verify);
    }
  }

  /** In AWS the infrastructure makes the queues; here whoever comes first. */
  private static void makeQueue(SqsClient sqs, String url) {
    String name = url.substring(url.lastIndexOf('/') + 1);
    try {
      sqs.getQueueUrl(request -> request.queueName(name));
      return;
    } catch (QueueDoesNotExistException e) {
      LOG.debugf("making the queue %s", name);
    }
    String deadLetters = name + "-dlq";
    sqs.createQueue(request -> request.queueName(deadLetters));
    String region = "us-east-1";
    sqs.createQueue(
        request ->
            request
                .queueName(name)
                .attributesWithStrings(
                    Map.of(
                        "VisibilityTimeout",
                        Integer.toString(VISIBILITY_SECONDS),
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"arn:aws:sqs:%s:000000000000:%s\",\"maxReceiveCount\":\"%d\"}"
                            .formatted(region, deadLetters, MOST_DELIVERIES))));
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
                        .messageAttributeNames("All")
                        .waitTimeSeconds(LONG_POLL_SECONDS))
            .messages();
    if (messages.isEmpty()) {
      return;
    }
    QueueBatch batch = new QueueBatch(messages.stream().map(QueuePump::message).toList());
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
    for (Message message : messages) {
      if (again.contains(message.messageId())) {
        // Soon, but not at once: whoever holds the chunk must have time to finish.
        sqs.changeMessageVisibility(
            request ->
                request
                    .queueUrl(queue)
                    .receiptHandle(message.receiptHandle())
                    .visibilityTimeout(AGAIN_SECONDS));
      }
    }
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

  private static QueueBatch.Message message(Message message) {
    Map<String, QueueBatch.Attribute> attributes = new HashMap<>();
    message
        .messageAttributes()
        .forEach(
            (name, value) -> attributes.put(name, new QueueBatch.Attribute(value.stringValue())));
    return new QueueBatch.Message(message.messageId(), message.body(), attributes);
  }
}
