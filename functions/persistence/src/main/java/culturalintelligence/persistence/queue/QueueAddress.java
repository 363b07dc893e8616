package culturalintelligence.persistence.queue;

import culturalintelligence.persistence.postgres.NotConfigured;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;

/**
 * Where the queues are. {@code QUEUE_URL} is the copy queue's; the verify queue has the same
 * address with {@code -verify} behind it, the files queue with {@code -files}.
 */
@ApplicationScoped
public class QueueAddress {
  private final Optional<String> url;

  public QueueAddress(@ConfigProperty(name = "QUEUE_URL") Optional<String> url) {
    this.url = url;
  }

  public boolean isConfigured() {
    return url.isPresent();
  }

  public String copyQueue() {
    return url.orElseThrow(() -> new NotConfigured("QUEUE_URL"));
  }

  public String verifyQueue() {
    return copyQueue() + "-verify";
  }

  public String filesQueue() {
    return copyQueue() + "-files";
  }

  /** Where messages go that came too often. */
  public String deadLetters(String queue) {
    return queue + "-dlq";
  }

  /** Whether the address is AWS's own, where queues and permissions are made by others. */
  public boolean isInAws() {
    String host = URI.create(copyQueue()).getHost();
    return host != null && host.endsWith(".amazonaws.com");
  }

  /** A client for these queues: in AWS by its own rules, elsewhere at the address's own server. */
  public SqsClient client() {
    URI address = URI.create(copyQueue());
    SqsClientBuilder builder =
        SqsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
    if (!isInAws()) {
      builder
          .endpointOverride(
              URI.create("%s://%s".formatted(address.getScheme(), address.getAuthority())))
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
    return builder.build();
  }
}
