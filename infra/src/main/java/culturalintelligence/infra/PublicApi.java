package culturalintelligence.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpIamAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpJwtAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.AddRoutesOptions;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.HttpStageOptions;
import software.amazon.awscdk.services.apigatewayv2.IHttpRouteAuthorizer;
import software.amazon.awscdk.services.apigatewayv2.PayloadFormatVersion;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/** One address for people and MetaCrate: {@code /api} analyses, {@code /operations} operates. */
final class PublicApi {
  final HttpApi api;

  PublicApi(
      Construct scope,
      Settings settings,
      FunctionUnit analysis,
      FunctionUnit operations,
      ILogGroup accessLog) {
    api =
        HttpApi.Builder.create(scope, "Api")
            .apiName("cultural-intelligence")
            .createDefaultStage(false)
            .build();
    HttpStage stage =
        api.addStage(
            "Stage",
            HttpStageOptions.builder()
                .stageName("$default")
                .autoDeploy(true)
                .throttle(
                    ThrottleSettings.builder()
                        .rateLimit(settings.requestsPerSecond())
                        .burstLimit(2 * settings.requestsPerSecond())
                        .build())
                .detailedMetricsEnabled(true)
                .build());
    // No path and no query in it: file names are for the function's own, shorter-lived log.
    ((CfnStage) Objects.requireNonNull(stage.getNode().getDefaultChild()))
        .setAccessLogSettings(
            CfnStage.AccessLogSettingsProperty.builder()
                .destinationArn(accessLog.getLogGroupArn())
                .format(
                    """
                    {"request":"$context.requestId","at":"$context.requestTime","route":"$context.routeKey",\
                    "status":"$context.status","bytes":"$context.responseLength",\
                    "ms":"$context.responseLatency","error":"$context.error.message"}""")
                .build());

    IHttpRouteAuthorizer tokens = tokens(settings);
    for (HttpRoute route : routes("/api/{proxy+}", analysis, tokens)) {
      if (tokens == null) {
        NagSuppressions.addResourceSuppressions(
            route,
            List.of(
                NagPackSuppression.builder()
                    .id("AwsSolutions-APIG4")
                    .reason(
                        "Callers bring a key, which the function holds against those in Secrets"
                            + " Manager; with jwtIssuer set, tokens are asked for here")
                    .build()),
            true);
      }
    }
    routes("/operations/{proxy+}", operations, new HttpIamAuthorizer());
  }

  private List<HttpRoute> routes(
      String path, FunctionUnit unit, @Nullable IHttpRouteAuthorizer authorizer) {
    AddRoutesOptions.Builder options =
        AddRoutesOptions.builder()
            .path(path)
            .methods(List.of(HttpMethod.ANY))
            .integration(
                HttpLambdaIntegration.Builder.create(unit.name + "Integration", unit.function)
                    .payloadFormatVersion(PayloadFormatVersion.VERSION_2_0)
                    .build());
    if (authorizer != null) {
      options.authorizer(authorizer);
    }
    return api.addRoutes(options.build());
  }

  private static @Nullable IHttpRouteAuthorizer tokens(Settings settings) {
    return settings
        .jwtIssuer()
        .map(
            issuer ->
                (IHttpRouteAuthorizer)
                    HttpJwtAuthorizer.Builder.create("Tokens", issuer)
                        .jwtAudience(settings.jwtAudience().map(List::of).orElseThrow())
                        .build())
        .orElse(null);
  }
}
