package culturalintelligence.persistence.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * GetSecretValue of AWS Secrets Manager (API of 2017-10-17), with the parts of the SDK that the
 * queue needs anyway: its client would be another library for this one call.
 */
final class SecretReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TOLD = 300;

  private final @Nullable URI endpoint;
  private final AwsCredentialsProvider credentials;

  SecretReader(@Nullable URI endpoint) {
    this(endpoint, DefaultCredentialsProvider.builder().build());
  }

  SecretReader(@Nullable URI endpoint, AwsCredentialsProvider credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  /** The members of a secret that is a JSON object of texts. */
  Map<String, String> read(String arn) {
    // arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
    String[] parts = arn.split(":", -1);
    if (parts.length < 7 || !parts[2].equals("secretsmanager")) {
      throw new IllegalStateException("not the ARN of a secret: " + arn);
    }
    String region = parts[3];
    URI address =
        endpoint != null
            ? endpoint
            : URI.create(
                "https://secretsmanager.%s.%s/"
                    .formatted(
                        region, parts[1].equals("aws-cn") ? "amazonaws.com.cn" : "amazonaws.com"));
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(address)
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
            .build();
    String body = JSON.createObjectNode().put("SecretId", arn).toString();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "secretsmanager")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
    try (SdkHttpClient http = UrlConnectionHttpClient.create()) {
      HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
      signed.payload().ifPresent(call::contentStreamProvider);
      HttpExecuteResponse response = http.prepareRequest(call.build()).call();
      String text = text(response);
      if (!response.httpResponse().isSuccessful()) {
        throw new IllegalStateException(
            "Secrets Manager answered %d for %s: %s"
                .formatted(
                    response.httpResponse().statusCode(),
                    arn,
                    text.substring(0, Math.min(MOST_TOLD, text.length()))));
      }
      return members(arn, JSON.readTree(text).path("SecretString").asText());
    } catch (IOException e) {
      throw new UncheckedIOException("Secrets Manager could not be reached for " + arn, e);
    }
  }

  private static String text(HttpExecuteResponse response) throws IOException {
    if (response.responseBody().isEmpty()) {
      return "";
    }
    try (InputStream in = response.responseBody().get()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /** Says nothing of the value when it is not what it should be. */
  private static Map<String, String> members(String arn, String secret) {
    JsonNode object;
    try {
      object = JSON.readTree(secret);
    } catch (IOException e) {
      throw new IllegalStateException("the secret " + arn + " is not a JSON object");
    }
    Map<String, String> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue().asText()));
    return members;
  }
}
