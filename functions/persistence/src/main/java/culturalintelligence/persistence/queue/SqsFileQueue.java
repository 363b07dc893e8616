package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.jobs.FileQueue;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** The queue of files on SQS, or on anything that speaks as it does. */
@ApplicationScoped
class SqsFileQueue implements FileQueue {
  /** SQS takes no more in one call. */
  private static final int BATCH = 10;

  private final QueueAddress address;
  private final ObjectMapper json = new ObjectMapper();
  private @Nullable SqsClient client;

  SqsFileQueue(QueueAddress address) {
    this.address = address;
  }

  @Override
  public void send(List<Work> work) {
    String queue = address.filesQueue();
    for (int from = 0; from < work.size(); from += BATCH) {
      List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
      for (Work piece : work.subList(from, Math.min(work.size(), from + BATCH))) {
        entries.add(
            SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .messageBody(body(piece))
                .build());
      }
      SendMessageBatchResponse response =
          client().sendMessageBatch(request -> request.queueUrl(queue).entries(entries));
      if (response.hasFailed() && !response.failed().isEmpty()) {
        throw new SqsChunkQueue.QueueRefused(queue, response.failed().getFirst().message());
      }
    }
  }

  private String body(Work work) {
    try {
      return json.writeValueAsString(FileMessage.of(work));
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
}
