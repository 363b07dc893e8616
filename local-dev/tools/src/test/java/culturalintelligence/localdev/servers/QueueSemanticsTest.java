package culturalintelligence.localdev.servers;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.queue.DeadLetters;
import culturalintelligence.persistence.queue.QueueAddress;
import culturalintelligence.persistence.queue.QueueBatch;
import culturalintelligence.persistence.queue.QueueWorker;
import culturalintelligence.testkit.database.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What SQS does to messages, and what becomes of them, on a queue that speaks as it does. */
class QueueSemanticsTest {
  private static final QueueWorker.Timing AT_ONCE = new QueueWorker.Timing(0, 0);
  private static final int VISIBLE_AGAIN_SECONDS = 1;
  private static final int MOST_DELIVERIES = 3;
  private static EmbeddedQueue server;
  private static int queues;

  private TestDatabase database;
  private QueueAddress address;
  private SqsClient sqs;
  private DeadLetters letters;
  private final List<Integer> handled = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = EmbeddedQueue.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void queue() {
    database = TestDatabase.migrated();
    address = new QueueAddress(Optional.of(server.url("copy" + ++queues)));
    sqs = address.client();
    for (String queue : List.of(address.copyQueue(), address.verifyQueue())) {
      QueueWorker.makeQueue(sqs, address, queue, VISIBLE_AGAIN_SECONDS, MOST_DELIVERIES);
    }
    letters =
        new DeadLetters(
            new TargetDatabase(
                new Database(
                    DatabaseAddress.parse(database.url(), database.user(), database.password()),
                    "test")),
            address);
  }

  @AfterEach
  void close() {
    sqs.close();
    database.close();
  }

  @Test
  void aMessageThatIsDoneIsGoneAndOneThatFailedComesAgain() {
    send(chunk(1));
    send(chunk(2));

    takeAll(worker(id -> handled.add(id.number()) && (id.number() == 1 || times(2) > 1)));

    assertThat(handled).containsExactlyInAnyOrder(1, 2, 2);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void ofABatchOnlyWhatFailedComesAgain() {
    for (int i = 1; i <= 6; i++) {
      send(chunk(i));
    }
    QueueWorker worker =
        worker(id -> handled.add(id.number()) && (id.number() % 2 == 0 || times(id.number()) > 1));
    while (worker.take(10) > 0) {
      // until nothing comes
    }
    assertThat(handled).hasSize(9).containsOnlyOnce(2, 4, 6);
  }

  @Test
  void aMessageSentTwiceIsHandledTwiceWhichTheLedgerKnows() {
    send(chunk(1));
    send(chunk(1));
    takeAll(worker(id -> handled.add(id.number())));
    assertThat(handled).containsExactly(1, 1);
  }

  /** The worker dies between taking and deleting: nobody said it was done. */
  @Test
  void aMessageWhoseWorkerDiedComesAgainWhenItsTimeIsOver() throws InterruptedException {
    send(chunk(1));
    QueueWorker dying =
        new QueueWorker(
            sqs,
            address.copyQueue(),
            batch -> {
              throw new IllegalStateException("killed");
            },
            AT_ONCE);
    try {
      dying.take(1);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }
    QueueWorker next = worker(id -> handled.add(id.number()));
    assertThat(next.take(1)).as("not visible yet").isZero();
    Thread.sleep(VISIBLE_AGAIN_SECONDS * 1000 + 300);
    assertThat(next.take(1)).isOne();
    assertThat(handled).containsExactly(1);
  }

  @Test
  void aPoisonMessageGoesToTheDeadLettersWithItsReasonAndTheOthersGoOn() throws SQLException {
    send("{\"plan\":\"all of it\"}");
    send(chunk(1));
    send(chunk(2));

    takeAll(
        worker(
            id -> {
              if (id.number() == 2) {
                throw new SQLException("the database is away\nand more");
              }
              return handled.add(id.number());
            }));

    assertThat(handled).containsExactly(1);
    assertThat(deadLetters()).containsExactlyInAnyOrder("{\"plan\":\"all of it\"}", chunk(2));
    assertThat(letters.letters(10))
        .extracting(DeadLetters.Letter::body, DeadLetters.Letter::deliveries)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("{\"plan\":\"all of it\"}", MOST_DELIVERIES),
            org.assertj.core.groups.Tuple.tuple(chunk(2), MOST_DELIVERIES));
    assertThat(letters.letters(10))
        .extracting(DeadLetters.Letter::reason)
        .anyMatch(reason -> reason.equals("SQLException: the database is away"))
        .anyMatch(reason -> reason.startsWith("not a chunk message: "));
  }

  @Test
  void aRedriveSendsBackWhatCanBeRightAndLeavesWhatCanNot() throws SQLException {
    send("nonsense");
    send(chunk(7));
    boolean[] away = {true};
    QueueWorker worker =
        worker(
            id -> {
              if (away[0]) {
                throw new SQLException("the database is away");
              }
              return handled.add(id.number());
            });
    takeAll(worker);
    assertThat(letters.waiting().waiting()).isEqualTo(2);
    away[0] = false;

    DeadLetters.Redriven redriven = letters.redrive();
    assertThat(redriven.moved()).isEqualTo(1);
    assertThat(redriven.malformed()).isEqualTo(1);
    takeAll(worker);

    assertThat(handled).containsExactly(7);
    assertThat(letters.letters(10))
        .extracting(DeadLetters.Letter::body)
        .containsExactly("nonsense");
    assertThat(letters.redrive().moved()).isZero();
  }

  private long times(int number) {
    return handled.stream().filter(n -> n == number).count();
  }

  private QueueWorker worker(QueueBatch.Handler handler) {
    return new QueueWorker(
        sqs,
        address.copyQueue(),
        batch -> batch.forEach(handler, plan -> true, letters.of(DeadLetters.COPY)),
        AT_ONCE);
  }

  /** Each message is delivered until it is done or given up. */
  private static void takeAll(QueueWorker worker) {
    int empty = 0;
    while (empty < 2) {
      empty = worker.take(1) == 0 ? empty + 1 : 0;
    }
  }

  private List<String> deadLetters() {
    return sqs
        .receiveMessage(
            request ->
                request
                    .queueUrl(address.deadLetters(address.copyQueue()))
                    .maxNumberOfMessages(10)
                    .visibilityTimeout(0))
        .messages()
        .stream()
        .map(message -> message.body())
        .toList();
  }

  private void send(String body) {
    sqs.sendMessage(request -> request.queueUrl(address.copyQueue()).messageBody(body));
  }

  private static String chunk(int number) {
    Chunk.Id id = new Chunk.Id(1, number);
    return "{\"version\":1,\"plan\":%d,\"chunk\":%d}".formatted(id.plan(), id.number());
  }
}
