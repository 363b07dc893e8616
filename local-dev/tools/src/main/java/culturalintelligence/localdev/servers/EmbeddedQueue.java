package culturalintelligence.localdev.servers;

import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/**
 * An SQS-compatible queue in this process. Its messages live as long as it does; the ledger knows
 * what is still to be done, and a start queues it again.
 */
public final class EmbeddedQueue implements AutoCloseable {
  private final SQSRestServer server;
  private final int port;

  private EmbeddedQueue(SQSRestServer server, int port) {
    this.server = server;
    this.port = port;
  }

  public static EmbeddedQueue start() {
    SQSRestServer server =
        SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    return new EmbeddedQueue(server, server.waitUntilStarted().localAddress().getPort());
  }

  /** As {@code QUEUE_URL} wants it. The queue itself is made by who uses it. */
  public String url(String queue) {
    return "http://127.0.0.1:%d/000000000000/%s".formatted(port, queue);
  }

  @Override
  public void close() {
    server.stopAndWait();
  }
}
