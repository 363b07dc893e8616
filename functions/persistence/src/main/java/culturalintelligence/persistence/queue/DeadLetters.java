package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Messages that nobody could handle. SQS keeps the message, in the dead-letter queue, and not why;
 * the ledger keeps why. A reason that can't be written down is no reason to lose the message.
 */
@ApplicationScoped
public class DeadLetters {
  /** The copy queue's name in the ledger. */
  public static final String COPY = "copy";

  /** The verify queue's name in the ledger. */
  public static final String VERIFY = "verify";

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
  private static final int BATCH = 10;
  private static final int LONGEST_TEXT = 4_000;

  /** While a listing looks at a dead letter nobody else sees it. */
  private static final int LOOK_SECONDS = 20;

  /** Nobody waits for more in one call. */
  private static final int MOST_MOVED = 10_000;

  private final TargetDatabase target;
  private final QueueAddress address;

  public DeadLetters(TargetDatabase target, QueueAddress address) {
    this.target = target;
    this.address = address;
  }

  /** Notes complaints about one queue's messages. */
  public QueueBatch.Complaints of(String queue) {
    return (message, reason) -> note(queue, message, reason);
  }

  private void note(String queue, QueueBatch.Message message, String reason) {
    try (Connection connection = target.open();
        PreparedStatement upsert =
            connection.prepareStatement(
                """
                INSERT INTO migration.dead_letter AS d (queue, message_id, body, reason)
                VALUES (?, ?, ?, ?)
                    ON CONFLICT (queue, message_id) DO UPDATE
                   SET reason = excluded.reason, deliveries = d.deliveries + 1,
                       last_at = clock_timestamp(), redriven_at = NULL
                """)) {
      upsert.setString(1, queue);
      upsert.setString(2, message.messageId());
      upsert.setString(3, clean(String.valueOf(message.body())));
      upsert.setString(4, clean(reason));
      upsert.executeUpdate();
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(
          "message %s: its reason could not be kept: %s", message.messageId(), e.getMessage());
    }
  }

  private static String clean(String text) {
    String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    return cut.replace("\0", "");
  }

  /**
   * One message that failed.
   *
   * @param deliveries how often it failed; it is in the dead-letter queue once that is too often
   */
  public record Letter(
      String queue,
      String messageId,
      String body,
      String reason,
      int deliveries,
      OffsetDateTime lastAt) {}

  /** The newest first. */
  public List<Letter> letters(int limit) throws SQLException {
    List<Letter> letters = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT queue, message_id, body, reason, deliveries, last_at
                  FROM migration.dead_letter WHERE redriven_at IS NULL
                 ORDER BY last_at DESC, id DESC LIMIT ?
                """)) {
      select.setInt(1, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          letters.add(
              new Letter(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getInt(5),
                  row.getObject(6, OffsetDateTime.class)));
        }
      }
    }
    return letters;
  }

  /**
   * What the dead-letter queues hold.
   *
   * @param moved sent back to their queues
   * @param malformed left: no delivery will ever make them right
   */
  public record Redriven(int waiting, int moved, int malformed) {}

  /** How many messages the queue says its dead-letter queue holds; it may be a moment late. */
  public Redriven waiting() {
    try (SqsClient sqs = address.client()) {
      int waiting = 0;
      for (String queue : List.of(address.copyQueue(), address.verifyQueue())) {
        String dead = address.deadLetters(queue);
        waiting +=
            Integer.parseInt(
                sqs.getQueueAttributes(
                        request ->
                            request
                                .queueUrl(dead)
                                .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                    .attributes()
                    .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0"));
      }
      return new Redriven(waiting, 0, 0);
    }
  }

  /**
   * Sends dead letters back to their queues. A message is deleted after it was sent: killed between
   * the two it comes twice, which changes nothing.
   */
  public Redriven redrive() throws SQLException {
    int moved = 0;
    int malformed = 0;
    try (SqsClient sqs = address.client()) {
      moved += redrive(sqs, COPY, address.copyQueue());
      moved += redrive(sqs, VERIFY, address.verifyQueue());
    }
    Redriven left = waiting();
    for (Letter letter : letters(MOST_MOVED)) {
      malformed += isWellFormed(letter.body()) ? 0 : 1;
    }
    return new Redriven(left.waiting(), moved, malformed);
  }

  private int redrive(SqsClient sqs, String name, String queue) throws SQLException {
    String dead = address.deadLetters(queue);
    Set<String> seen = new HashSet<>();
    int moved = 0;
    while (moved < MOST_MOVED) {
      List<Message> messages =
          sqs.receiveMessage(
                  request ->
                      request
                          .queueUrl(dead)
                          .maxNumberOfMessages(BATCH)
                          .visibilityTimeout(LOOK_SECONDS))
              .messages();
      boolean anyNew = false;
      for (Message message : messages) {
        anyNew |= seen.add(message.messageId());
        if (isWellFormed(message.body())) {
          sqs.sendMessage(request -> request.queueUrl(queue).messageBody(message.body()));
          sqs.deleteMessage(
              request -> request.queueUrl(dead).receiptHandle(message.receiptHandle()));
          settled(name, message.messageId());
          moved++;
        }
      }
      if (!anyNew) {
        return moved;
      }
    }
    return moved;
  }

  private static boolean isWellFormed(@Nullable String body) {
    try {
      if (body == null) {
        return false;
      }
      JsonNode message = JSON.readTree(body);
      return message.has("drain")
          ? JSON.treeToValue(message, DrainMessage.class).plan(body) >= 0
          : JSON.treeToValue(message, ChunkMessage.class).id() != null;
    } catch (JsonProcessingException | RuntimeException e) {
      return false;
    }
  }

  private void settled(String queue, String messageId) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE migration.dead_letter SET redriven_at = clock_timestamp()
                 WHERE queue = ? AND message_id = ?
                """)) {
      update.setString(1, queue);
      update.setString(2, messageId);
      update.executeUpdate();
    }
  }
}
