package culturalintelligence.persistence.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Does outside AWS what an event source mapping does there: takes messages off a queue, hands them
 * to the function in the same form, deletes what was done and leaves the rest to come again.
 */
public final class QueueWorker {
  private final SqsClient sqs;
  private final String queue;
  private final Function function;
  private final Timing timing;

  /** What is to be done with a batch; the same as AWS calls. */
  @FunctionalInterface
  public interface Function {
    QueueBatch.Response apply(QueueBatch batch);
  }

  /**
   * How long things take.
   *
   * @param waitSeconds for a message to come
   * @param againSeconds until a message that failed comes again: whoever holds its chunk must have
   *     time to finish
   */
  public record Timing(int waitSeconds, int againSeconds) {}

  public QueueWorker(SqsClient sqs, String queue, Function function, Timing timing) {
    this.sqs = sqs;
    this.queue = queue;
    this.function = function;
    this.timing = timing;
  }

  /**
   * Makes a queue and its dead-letter queue, unless they are there. In AWS the infrastructure does.
   *
   * @param visibilitySeconds longer than the longest piece of work; a message whose worker died
   *     comes again after it
   * @param mostDeliveries after that many a message is put among the dead letters
   */
  public static void makeQueue(
      SqsClient sqs, QueueAddress address, String url, int visibilitySeconds, int mostDeliveries) {
    String name = nameOf(url);
    String deadLetters = nameOf(address.deadLetters(url));
    try {
      sqs.getQueueUrl(request -> request.queueName(name));
      return;
    } catch (QueueDoesNotExistException e) {
      sqs.createQueue(request -> request.queueName(deadLetters));
    }
    sqs.createQueue(
        request ->
            request
                .queueName(name)
                .attributesWithStrings(
                    Map.of(
                        "VisibilityTimeout",
                        Integer.toString(visibilitySeconds),
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:%s\",\"maxReceiveCount\":\"%d\"}"
                            .formatted(deadLetters, mostDeliveries))));
  }

  private static String nameOf(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /**
   * Handles the next messages, at most that many.
   *
   * @return how many there were
   */
  public int take(int most) {
    List<Message> messages =
        sqs.receiveMessage(
                request ->
                    request
                        .queueUrl(queue)
                        .maxNumberOfMessages(most)
                        .messageAttributeNames("All")
                        .waitTimeSeconds(timing.waitSeconds()))
            .messages();
    if (messages.isEmpty()) {
      return 0;
    }
    QueueBatch batch = new QueueBatch(messages.stream().map(QueueWorker::withAttributes).toList());
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
        sqs.changeMessageVisibility(
            request ->
                request
                    .queueUrl(queue)
                    .receiptHandle(message.receiptHandle())
                    .visibilityTimeout(timing.againSeconds()));
      }
    }
    if (!done.isEmpty()) {
      sqs.deleteMessageBatch(request -> request.queueUrl(queue).entries(done));
    }
    return messages.size();
  }

  private static QueueBatch.Message withAttributes(Message message) {
    Map<String, QueueBatch.Attribute> attributes = new HashMap<>();
    message
        .messageAttributes()
        .forEach(
            (name, value) -> attributes.put(name, new QueueBatch.Attribute(value.stringValue())));
    return new QueueBatch.Message(message.messageId(), message.body(), attributes);
  }
}
