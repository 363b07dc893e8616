package culturalintelligence.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/** One function with a role and a log of its own; every right is given by name, none by default. */
final class FunctionUnit {
  final String name;
  final Function function;
  final Role role;
  final ILogGroup log;
  final Duration timeout;

  /** What a function is, before it is made. */
  record Shape(
      String name,
      Packages.Binding binding,
      int memoryMb,
      Duration timeout,
      @Nullable Integer reservedConcurrency,
      Map<String, String> environment) {}

  FunctionUnit(
      Construct scope, Shape shape, Settings settings, Packages packages, Network network) {
    name = shape.name();
    timeout = shape.timeout();
    String id = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    log =
        LogGroup.Builder.create(scope, id + "Log")
            .retention(retention(settings.logRetentionDays()))
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    role =
        Role.Builder.create(scope, id + "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description("What the function " + name + " may do")
            .build();
    log.grantWrite(role);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .sid("NetworkInterfaces")
            .effect(Effect.ALLOW)
            .actions(
                List.of(
                    "ec2:CreateNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses"))
            .resources(List.of("*"))
            .build());
    // The interfaces are Lambda's to make; the function's own code has no use for them.
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .sid("NotFromInside")
            .effect(Effect.DENY)
            .actions(
                List.of(
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses"))
            .resources(List.of("*"))
            .conditions(
                Map.of(
                    "ArnEquals",
                    Map.of(
                        "lambda:SourceFunctionArn",
                        List.of(
                            Stack.of(scope)
                                .formatArn(
                                    ArnComponents.builder()
                                        .service("lambda")
                                        .resource("function")
                                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                                        .resourceName(FunctionsStack.PREFIX + name)
                                        .build())))))
            .build());
    Map<String, String> environment = new LinkedHashMap<>(shape.environment());
    environment.put("LOG_JSON", "true");
    environment.put("METRICS_EMF", "true");
    function =
        Function.Builder.create(scope, id)
            .functionName(FunctionsStack.PREFIX + name)
            .runtime(packages.runtime())
            .architecture(
                settings.architecture() == Settings.Arch.ARM64
                    ? Architecture.ARM_64
                    : Architecture.X86_64)
            .handler(packages.handler(shape.binding()))
            .code(packages.code(name))
            .memorySize(shape.memoryMb())
            .timeout(timeout)
            .reservedConcurrentExecutions(shape.reservedConcurrency())
            .environment(environment)
            .role(role.withoutPolicyUpdates())
            .vpc(network.vpc)
            .vpcSubnets(network.isolated)
            .securityGroups(List.of(network.functions))
            .logGroup(log)
            .tracing(Tracing.ACTIVE)
            .build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .sid("Traces")
            .actions(List.of("xray:PutTraceSegments", "xray:PutTelemetryRecords"))
            .resources(List.of("*"))
            .build());
    // Its role must be whole before it first runs.
    function.getNode().addDependency(role);
    NagSuppressions.addResourceSuppressions(
        role,
        List.of(
            NagPackSuppression.builder()
                .id("AwsSolutions-IAM5")
                .reason(
                    "A function in a VPC needs EC2's interface actions, and X-Ray's, which know no"
                        + " resource; the interfaces are denied to the function's own code")
                .appliesTo(List.of("Resource::*"))
                .build()),
        true);
  }

  /** Reads a queue: a few messages at a time, telling which of them failed. */
  void reads(WorkQueue queue, int batch, int concurrency) {
    queue.queue.grantConsumeMessages(role);
    function.addEventSource(
        SqsEventSource.Builder.create(queue.queue)
            .batchSize(batch)
            .maxConcurrency(concurrency)
            .reportBatchItemFailures(true)
            .build());
  }

  /** Looks into dead letters, and moves them back. */
  void empties(IQueue queue) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"))
            .resources(List.of(queue.getQueueArn()))
            .build());
  }

  void sends(IQueue queue) {
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:SendMessage", "sqs:GetQueueAttributes"))
            .resources(List.of(queue.getQueueArn()))
            .build());
  }

  /** A secret's ARN in the environment; its value is read when the function starts. */
  void knows(String variable, ISecret secret) {
    secret.grantRead(role);
    function.addEnvironment(variable, secret.getSecretArn());
  }

  /** The music, at {@code /mnt/music}: the policy lets it be mounted and read, and no more. */
  void mounts(String accessPoint, String fileSystem) {
    CfnFunction cfn =
        (CfnFunction) java.util.Objects.requireNonNull(function.getNode().getDefaultChild());
    cfn.setFileSystemConfigs(
        List.of(
            CfnFunction.FileSystemConfigProperty.builder()
                .arn(accessPoint)
                .localMountPath("/mnt/music")
                .build()));
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .sid("MusicFilesToRead")
            .actions(List.of("elasticfilesystem:ClientMount"))
            .resources(List.of(fileSystem))
            .conditions(
                Map.of("StringEquals", Map.of("elasticfilesystem:AccessPointArn", accessPoint)))
            .build());
  }

  private static RetentionDays retention(int days) {
    return switch (days) {
      case 1 -> RetentionDays.ONE_DAY;
      case 7 -> RetentionDays.ONE_WEEK;
      case 14 -> RetentionDays.TWO_WEEKS;
      case 30 -> RetentionDays.ONE_MONTH;
      case 90 -> RetentionDays.THREE_MONTHS;
      case 365 -> RetentionDays.ONE_YEAR;
      default ->
          throw new IllegalArgumentException(
              "logRetentionDays is 1, 7, 14, 30, 90 or 365, not " + days);
    };
  }
}
