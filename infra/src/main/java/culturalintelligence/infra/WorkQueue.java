package culturalintelligence.infra;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/** A queue, and where its messages go when they fail again and again. */
final class WorkQueue {
  /** AWS's rule: less, and a message comes again while its batch is still worked on. */
  private static final int VISIBILITY_OF_TIMEOUT = 6;

  private static final int DELIVERIES = 5;

  final Queue queue;
  final Queue dead;

  /**
   * @param name the queue's; a function knows the others by it
   * @param timeout of the function that reads it
   */
  WorkQueue(Construct scope, String id, String name, Duration timeout) {
    dead =
        Queue.Builder.create(scope, id + "DeadLetters")
            .queueName(name + "-dlq")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .build();
    queue =
        Queue.Builder.create(scope, id + "Queue")
            .queueName(name)
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(4))
            .visibilityTimeout(
                Duration.seconds(VISIBILITY_OF_TIMEOUT * timeout.toSeconds().intValue()))
            .deadLetterQueue(
                DeadLetterQueue.builder().queue(dead).maxReceiveCount(DELIVERIES).build())
            .build();
  }
}
