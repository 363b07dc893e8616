package culturalintelligence.persistence.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Chunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueBatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static QueueBatch batch(String... bodies) {
    List<QueueBatch.Message> messages = new ArrayList<>();
    for (String body : bodies) {
      messages.add(new QueueBatch.Message("m" + (messages.size() + 1), body));
    }
    return new QueueBatch(messages);
  }

  private static String chunk(int number) {
    return "{\"version\":1,\"plan\":7,\"chunk\":%d}".formatted(number);
  }

  private static List<String> again(QueueBatch.Response response) {
    return response.batchItemFailures().stream()
        .map(QueueBatch.Response.Failure::itemIdentifier)
        .toList();
  }

  @Test
  void messagesAreHandledInTheirOrder() {
    List<Chunk.Id> handled = new ArrayList<>();

    assertThat(again(batch(chunk(3), chunk(1), chunk(2)).forEach(handled::add))).isEmpty();
    assertThat(handled).containsExactly(new Chunk.Id(7, 3), new Chunk.Id(7, 1), new Chunk.Id(7, 2));
  }

  @Test
  void onlyWhatFailedComesAgain() {
    assertThat(
            again(
                batch(chunk(1), chunk(2), chunk(3))
                    .forEach(
                        id -> {
                          if (id.number() == 3) {
                            throw new IllegalStateException("the database is away");
                          }
                          return id.number() != 2;
                        })))
        .containsExactly("m2", "m3");
  }

  @Test
  void whatIsNoChunkMessageGoesBackAndStopsNobody() {
    List<Chunk.Id> handled = new ArrayList<>();
    QueueBatch batch =
        batch(
            "",
            "{",
            "null",
            "[]",
            "7",
            "{}",
            "{\"version\":1}",
            "{\"version\":1,\"plan\":7}",
            "{\"version\":2,\"plan\":7,\"chunk\":1}",
            "{\"version\":1,\"plan\":-7,\"chunk\":1}",
            "{\"version\":1,\"plan\":\"x\",\"chunk\":1}",
            "{\"version\":1,\"plan\":7,\"chunk\":99999999999}",
            chunk(1));

    assertThat(again(batch.forEach(handled::add))).hasSize(12).doesNotContain("m13");
    assertThat(handled).containsExactly(new Chunk.Id(7, 1));
  }

  @Test
  void aMessageWithoutABodyGoesBack() {
    assertThat(again(batch(chunk(1), null).forEach(id -> true))).containsExactly("m2");
  }

  @Test
  void theEventIsReadAndTheAnswerWrittenAsTheQueueHasThem() throws IOException {
    QueueBatch batch =
        JSON.readValue(
            """
            {"Records":[{"messageId":"a","receiptHandle":"r","body":"{\\"version\\":1,\\"plan\\":7,\\"chunk\\":1}",
             "attributes":{"ApproximateReceiveCount":"1"},"eventSource":"aws:sqs"}]}
            """,
            QueueBatch.class);

    assertThat(JSON.writeValueAsString(batch.forEach(id -> false)))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"}]}");
    assertThat(JSON.writeValueAsString(batch.forEach(id -> true)))
        .isEqualTo("{\"batchItemFailures\":[]}");
  }
}
