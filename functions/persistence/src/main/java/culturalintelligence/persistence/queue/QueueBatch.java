package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.jobs.FileQueue;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.observability.LogContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Messages as SQS hands them to a function. The source is AWS's event format for SQS; what is not
 * needed of it is not named here.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueueBatch(@JsonProperty("Records") List<Message> records) {
  private static final Logger LOG = Logger.getLogger(QueueBatch.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  /** One message. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Message(
      @JsonProperty("messageId") String messageId,
      @JsonProperty("body") String body,
      @JsonProperty("messageAttributes") @Nullable Map<String, Attribute> attributes) {
    /** A message with nothing beside it. */
    public Message(String messageId, String body) {
      this(messageId, body, null);
    }

    private @Nullable String traceparent() {
      Attribute attribute = attributes == null ? null : attributes.get(SqsChunkQueue.TRACEPARENT);
      return attribute == null ? null : attribute.value();
    }
  }

  /** What is sent beside a message. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Attribute(@JsonProperty("stringValue") @Nullable String value) {}

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
    return forEach(handler::test, QueueBatch::noDrain, (message, reason) -> {});
  }

  private static boolean noDrain(long plan) {
    throw new ChunkMessage.Malformed(
        "changes of plan " + plan + " are not drained by this function");
  }

  /**
   * The same for a queue that also asks for captured changes to be drained.
   *
   * @param drain of the plan with that number, or of the newest where it is 0
   */
  public Response forEach(Predicate<Chunk.Id> handler, LongPredicate drain) {
    return forEach(handler::test, drain, (message, reason) -> {});
  }

  /** What is done for one chunk; true when its message is done with. */
  @FunctionalInterface
  public interface Handler {
    boolean handle(Chunk.Id id) throws Exception;
  }

  /** Is told why a message goes back, so that whoever finds it among the dead knows. */
  @FunctionalInterface
  public interface Complaints {
    void note(Message message, String reason);
  }

  /** The same, noting why a message goes back when it is because something failed. */
  public Response forEach(Handler handler, LongPredicate drain, Complaints complaints) {
    List<Response.Failure> again = new ArrayList<>();
    for (Message message : records) {
      boolean done;
      try (LogContext context =
          LogContext.of("chunk", message.messageId(), message.traceparent())) {
        done = handled(message, handler, drain, complaints, context);
      }
      if (!done) {
        again.add(new Response.Failure(message.messageId()));
      }
    }
    return new Response(again);
  }

  private static boolean handled(
      Message message,
      Handler handler,
      LongPredicate drain,
      Complaints complaints,
      LogContext context) {
    try {
      JsonNode body = JSON.readTree(message.body());
      if (body.has("drain")) {
        return drain.test(JSON.treeToValue(body, DrainMessage.class).plan(message.body()));
      }
      Chunk.Id id = JSON.treeToValue(body, ChunkMessage.class).id();
      context.put("chunk", id.toString());
      return handler.handle(id);
    } catch (JsonProcessingException e) {
      // Not the parser's own words in the log: they repeat what the message holds.
      LOG.errorf(
          "message %s: not a chunk message: %s", message.messageId(), e.getClass().getSimpleName());
      complaints.note(message, reason("not a chunk message", e));
    } catch (ChunkMessage.Malformed e) {
      LOG.errorf("message %s: %s", message.messageId(), e.getMessage());
      complaints.note(message, reason("not a chunk message", e));
    } catch (Exception e) {
      LOG.errorf(e, "message %s failed", message.messageId());
      complaints.note(message, reason(e.getClass().getSimpleName(), e));
    }
    return false;
  }

  /** The same for the file queue's messages. */
  public Response forEachFileWork(Predicate<FileQueue.Work> handler) {
    List<Response.Failure> again = new ArrayList<>();
    for (Message message : records) {
      boolean done = false;
      try (LogContext context =
          LogContext.of("files", message.messageId(), message.traceparent())) {
        FileQueue.Work work = JSON.readValue(message.body(), FileMessage.class).work();
        context.put("files", work.toString());
        done = handler.test(work);
      } catch (JsonProcessingException e) {
        // Not the parser's own words: they repeat what the message holds.
        LOG.errorf(
            "message %s: not a file message: %s",
            message.messageId(), e.getClass().getSimpleName());
      } catch (ChunkMessage.Malformed e) {
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

  private static String reason(String kind, Exception e) {
    String sentence = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return kind + ": " + sentence;
  }
}
