package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Messages as SQS hands them to a function. The source is AWS's event format for SQS; what is not
 * needed of it is not named here.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueueBatch(@JsonProperty("Records") List<Message> records) {
  private static final Logger LOG = Logger.getLogger(QueueBatch.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One message. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Message(
      @JsonProperty("messageId") String messageId, @JsonProperty("body") String body) {}

  /** Which messages are to come again, as SQS wants it said. */
  public record Response(@JsonProperty("batchItemFailures") List<Failure> batchItemFailures) {

    /** One message to deliver again. */
    public record Failure(@JsonProperty("itemIdentifier") String itemIdentifier) {}
  }

  /**
   * Handles the messages one after the other. A message that fails, or is malformed, is returned to
   * the queue, which moves it to the dead-letter queue after its set number of deliveries.
   *
   * @param handler whether the message is done with
   */
  public Response forEach(Predicate<Chunk.Id> handler) {
    return forEach(
        handler,
        plan -> {
          throw new ChunkMessage.Malformed("changes are not drained by this function");
        });
  }

  /**
   * The same for a queue that also asks for captured changes to be drained.
   *
   * @param drain of the plan with that number, or of the newest where it is 0
   */
  public Response forEach(Predicate<Chunk.Id> handler, LongPredicate drain) {
    List<Response.Failure> again = new ArrayList<>();
    for (Message message : records) {
      boolean done = false;
      try {
        JsonNode body = JSON.readTree(message.body());
        done =
            body.has("drain")
                ? drain.test(JSON.treeToValue(body, DrainMessage.class).plan(message.body()))
                : handler.test(JSON.treeToValue(body, ChunkMessage.class).id());
      } catch (JsonProcessingException | ChunkMessage.Malformed e) {
        LOG.errorf("message %s: %s", message.messageId(), e.getMessage());
      } catch (RuntimeException e) {
        LOG.errorf(e, "message %s failed", message.messageId());
      }
      if (!done) {
        again.add(new Response.Failure(message.messageId()));
      }
    }
    return new Response(again);
  }
}
