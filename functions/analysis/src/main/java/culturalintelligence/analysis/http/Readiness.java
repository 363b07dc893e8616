package culturalintelligence.analysis.http;

import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.persistence.queue.QueueAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Whether what the service needs beside its database can work: the library roots, and the queue
 * where one is configured.
 *
 * <p>They are looked at by one thread at a time, at most every {@link #FRESH}, whoever asks how
 * often; an asker waits {@link #PATIENCE} for it. A share that never answers then costs one thread,
 * and is itself the answer.
 */
@ApplicationScoped
class Readiness {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final LibraryFiles library;
  private final QueueAddress queue;
  private @Nullable CompletableFuture<Map<String, String>> looking;
  private long lookedAt;
  private @Nullable SqsClient client;

  Readiness(LibraryFiles library, QueueAddress queue) {
    this.library = library;
    this.queue = queue;
  }

  /** What is wrong, by part; empty when nothing is. */
  Map<String, String> faults() {
    try {
      return looking().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Map.of("library", "error: its storage does not answer in time");
    } catch (ExecutionException e) {
      return Map.of("library", "error: it could not be looked at");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of("library", "error: the service is stopping");
    }
  }

  private synchronized CompletableFuture<Map<String, String>> looking() {
    CompletableFuture<Map<String, String>> current = looking;
    boolean stale = System.nanoTime() - lookedAt > FRESH.toNanos();
    if (current == null || (current.isDone() && stale)) {
      CompletableFuture<Map<String, String>> next = new CompletableFuture<>();
      looking = next;
      lookedAt = System.nanoTime();
      Thread.ofPlatform().daemon().name("readiness").start(() -> look(next));
      return next;
    }
    return current;
  }

  private void look(CompletableFuture<Map<String, String>> result) {
    try {
      Map<String, String> faults = new LinkedHashMap<>();
      List<String> roots = library.faults();
      if (!roots.isEmpty()) {
        faults.put("library", "error: " + String.join("; ", roots));
      }
      String queueFault = queueFault();
      if (queueFault != null) {
        faults.put("queue", "error: " + queueFault);
      }
      result.complete(faults);
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private @Nullable String queueFault() {
    if (!queue.isConfigured()) {
      return null;
    }
    try {
      client()
          .getQueueAttributes(
              r -> r.queueUrl(queue.copyQueue()).attributeNames(QueueAttributeName.QUEUE_ARN));
      return null;
    } catch (SdkException e) {
      return "the queue cannot be reached";
    }
  }

  private synchronized SqsClient client() {
    if (client == null) {
      client = queue.client();
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
