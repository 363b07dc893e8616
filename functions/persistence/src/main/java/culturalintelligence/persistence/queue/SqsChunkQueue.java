package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.persistence.observability.LogContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** The chunk queue on SQS, or on anything that speaks as it does. */
@ApplicationScoped
class SqsChunkQueue implements ChunkQueue {
  /** SQS takes no more in one call. */
  private static final int BATCH = 10;

  /** The message attribute that carries the sender's trace. */
  static final String TRACEPARENT = "traceparent";

  private final QueueAddress address;
  private final ObjectMapper json = new ObjectMapper();
  private @Nullable SqsClient client;

  SqsChunkQueue(QueueAddress address) {
    this.address = address;
  }

  @Override
  public void copy(List<Chunk.Id> chunks) {
    send(address.copyQueue(), chunks, Duration.ZERO);
  }

  @Override
  public void copyLater(List<Chunk.Id> chunks, Duration delay) {
    send(address.copyQueue(), chunks, delay);
  }

  @Override
  public void verify(List<Chunk.Id> chunks) {
    send(address.verifyQueue(), chunks, Duration.ZERO);
  }

  @Override
  public void drain(long plan) {
    String body = json(DrainMessage.of(plan));
    client().sendMessage(request -> request.queueUrl(address.copyQueue()).messageBody(body));
  }

  private void send(String queue, List<Chunk.Id> chunks, Duration delay) {
    Map<String, MessageAttributeValue> trace =
        LogContext.traceparent()
            .map(
                traceparent ->
                    Map.of(
                        TRACEPARENT,
                        MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue(traceparent)
                            .build()))
            .orElse(Map.of());
    for (int from = 0; from < chunks.size(); from += BATCH) {
      List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
      for (Chunk.Id chunk : chunks.subList(from, Math.min(chunks.size(), from + BATCH))) {
        entries.add(
            SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .messageBody(json(ChunkMessage.of(chunk)))
                .messageAttributes(trace)
                .delaySeconds(delay.isZero() ? null : Math.toIntExact(delay.toSeconds()))
                .build());
      }
      SendMessageBatchResponse response =
          client().sendMessageBatch(request -> request.queueUrl(queue).entries(entries));
      if (response.hasFailed() && !response.failed().isEmpty()) {
        throw new QueueRefused(queue, response.failed().getFirst().message());
      }
    }
  }

  private String json(Record message) {
    try {
      return json.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is always JSON", e);
    }
  }

  private synchronized SqsClient client() {
    if (client == null) {
      client = address.client();
    }
    return client;
  }

  @PreDestroy
  synchronized void close() {
    if (client != null) {
      client.close();
    }
  }

  /** The queue took some messages of a batch and not others; sending all again is harmless. */
  static final class QueueRefused extends RuntimeException {
    QueueRefused(String queue, String reason) {
      super("the queue %s refused a message: %s".formatted(queue, reason));
    }
  }
}
