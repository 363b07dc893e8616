package culturalintelligence.analysis.files;

import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.domain.library.Location;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The way to the buckets; made when the first library root in one is asked for. */
@ApplicationScoped
class Buckets {
  private final AnalysisSettings.Storage settings;
  private @Nullable S3Client client;

  Buckets(AnalysisSettings settings) {
    this.settings = settings.storage();
  }

  BucketFiles files(Location.Bucket bucket) {
    return new BucketFiles(client(), bucket, settings.attempts());
  }

  /** Why the bucket cannot be listed, which a reader needs to tell what is not there; or null. */
  @Nullable String fault(Location.Bucket bucket) {
    try {
      client()
          .listObjectsV2(
              r ->
                  r.bucket(bucket.name())
                      .prefix(bucket.prefix().isEmpty() ? null : bucket.prefix() + "/")
                      .maxKeys(1));
      return null;
    } catch (SdkException e) {
      return BucketFiles.failure(e).sentence();
    }
  }

  private synchronized S3Client client() {
    if (client == null) {
      client = build();
    }
    return client;
  }

  private S3Client build() {
    Duration patience = settings.patience();
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(patience)
                    .socketTimeout(patience))
            // Of a range there is no checksum to hold it against.
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                o ->
                    o.retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(settings.attempts())
                                .build())
                        .apiCallTimeout(patience.multipliedBy(settings.attempts())));
    settings
        .endpoint()
        .ifPresentOrElse(
            endpoint ->
                builder
                    .endpointOverride(endpoint)
                    .forcePathStyle(true)
                    .region(region())
                    // Never the instance metadata service: elsewhere nobody answers there.
                    .credentialsProvider(
                        AwsCredentialsProviderChain.of(
                            SystemPropertyCredentialsProvider.create(),
                            EnvironmentVariableCredentialsProvider.create(),
                            ProfileCredentialsProvider.create(),
                            AnonymousCredentialsProvider.create())),
            () -> builder.crossRegionAccessEnabled(true));
    return builder.build();
  }

  private static Region region() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (RuntimeException e) {
      return Region.US_EAST_1;
    }
  }

  @PreDestroy
  synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
