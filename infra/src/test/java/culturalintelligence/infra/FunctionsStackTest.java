package culturalintelligence.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;

/** What is deployed with the settings nobody changed, and with those that somebody did. */
class FunctionsStackTest {
  private static final List<String> FUNCTIONS =
      List.of("analysis", "files", "operations", "migration", "verification");

  private static Synthesised made;

  @BeforeAll
  static void synthesise() {
    made = Synthesised.with("metacrateCidr", "10.20.0.0/16");
  }

  private static void has(String type, Map<String, Object> properties) {
    made.template.hasResourceProperties(type, Match.objectLike(properties));
  }

  private static Map<String, Object> function(String name) {
    return made.all("AWS::Lambda::Function").values().stream()
        .filter(f -> ("cultural-intelligence-" + name).equals(f.get("FunctionName")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFunctionIsAnExecutableOnArm() {
    for (String name : FUNCTIONS) {
      assertThat(function(name))
          .containsEntry("Runtime", "provided.al2023")
          .containsEntry("Handler", "bootstrap")
          .containsEntry("Architectures", List.of("arm64"));
    }
  }

  @Test
  void aFlagMakesThemForX86() {
    Synthesised x86 = Synthesised.with("architecture", "x86_64");
    x86.template.allResourcesProperties(
        "AWS::Lambda::EventSourceMapping", Match.objectLike(Map.of()));
    assertThat(x86.all("AWS::Lambda::Function").values())
        .filteredOn(f -> String.valueOf(f.get("FunctionName")).startsWith("cultural-intelligence-"))
        .hasSize(FUNCTIONS.size())
        .allMatch(f -> List.of("x86_64").equals(f.get("Architectures")));
  }

  @Test
  void aFlagRunsThemOnTheJvm() {
    Synthesised jvm = Synthesised.with("packaging", "jvm");
    assertThat(jvm.all("AWS::Lambda::Function").values())
        .filteredOn(f -> String.valueOf(f.get("FunctionName")).startsWith("cultural-intelligence-"))
        .allMatch(f -> "java25".equals(f.get("Runtime")))
        .extracting(f -> String.valueOf(f.get("Handler")))
        .containsOnly(
            "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest",
            "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest");
  }

  @Test
  void theApiIsThrottled() {
    has(
        "AWS::ApiGatewayV2::Stage",
        Map.of(
            "StageName",
            "$default",
            "DefaultRouteSettings",
            Match.objectLike(Map.of("ThrottlingRateLimit", 50, "ThrottlingBurstLimit", 100))));
  }

  @Test
  void operationsAreForCallersThatAwsKnows() {
    has(
        "AWS::ApiGatewayV2::Route",
        Map.of("RouteKey", "ANY /operations/{proxy+}", "AuthorizationType", "AWS_IAM"));
  }

  @Test
  void analysisAsksForAKeyUnlessAnIssuerOfTokensIsNamed() {
    has(
        "AWS::ApiGatewayV2::Route",
        Map.of("RouteKey", "ANY /api/{proxy+}", "AuthorizationType", "NONE"));
    assertThat(environment("analysis")).containsKey("API_KEYS_SECRET");
    Synthesised tokens =
        Synthesised.with("jwtIssuer", "https://id.example.com/", "jwtAudience", "crate");
    tokens.template.hasResourceProperties(
        "AWS::ApiGatewayV2::Route",
        Match.objectLike(Map.of("RouteKey", "ANY /api/{proxy+}", "AuthorizationType", "JWT")));
    tokens.template.hasResourceProperties(
        "AWS::ApiGatewayV2::Authorizer",
        Match.objectLike(
            Map.of(
                "AuthorizerType",
                "JWT",
                "JwtConfiguration",
                Map.of("Issuer", "https://id.example.com/", "Audience", List.of("crate")))));
  }

  @Test
  void theAccessLogHoldsNoPathAndNoQuery() {
    Map<String, Object> stage = made.all("AWS::ApiGatewayV2::Stage").values().iterator().next();
    assertThat(stage.get("AccessLogSettings").toString())
        .contains("$context.requestId", "$context.status")
        .doesNotContain("$context.path", "querystring", "authorizer", "identity");
  }

  @Test
  void everyQueueHasItsDeadLetters() {
    for (String name :
        List.of(
            "cultural-intelligence",
            "cultural-intelligence-verify",
            "cultural-intelligence-files")) {
      has(
          "AWS::SQS::Queue",
          Map.of(
              "QueueName",
              name,
              "RedrivePolicy",
              Match.objectLike(Map.of("maxReceiveCount", 5)),
              "SqsManagedSseEnabled",
              true));
      has(
          "AWS::SQS::Queue",
          Map.of("QueueName", name + "-dlq", "MessageRetentionPeriod", 14 * 24 * 3600));
    }
  }

  @Test
  void aMessageStaysHiddenSixTimesAsLongAsItsFunctionMayRun() {
    Map<String, Map<String, Object>> queues = made.all("AWS::SQS::Queue");
    Collection<Map<String, Object>> mappings = made.all("AWS::Lambda::EventSourceMapping").values();
    assertThat(mappings).hasSize(3);
    for (Map<String, Object> mapping : mappings) {
      Map<String, Object> queue = queues.get(referred(mapping.get("EventSourceArn")));
      Map<String, Object> function =
          made.all("AWS::Lambda::Function").get(referred(mapping.get("FunctionName")));
      assertThat(((Number) queue.get("VisibilityTimeout")).intValue())
          .isGreaterThanOrEqualTo(6 * ((Number) function.get("Timeout")).intValue());
    }
  }

  @Test
  void whatFailedOfABatchAloneComesAgain() {
    assertThat(made.all("AWS::Lambda::EventSourceMapping").values())
        .allMatch(m -> List.of("ReportBatchItemFailures").equals(m.get("FunctionResponseTypes")));
  }

  @Test
  void aLeaseIsNoLongerThanItsFunctionMayRun() {
    assertThat(environment("migration").get("MIGRATION_LEASE"))
        .isEqualTo(function("migration").get("Timeout") + "s");
  }

  @Test
  void allConcurrencyTogetherStaysWithinTheConnections() {
    int workers = 0;
    int files = 0;
    for (Map<String, Object> mapping : made.all("AWS::Lambda::EventSourceMapping").values()) {
      int most =
          ((Number) ((Map<?, ?>) mapping.get("ScalingConfig")).get("MaximumConcurrency"))
              .intValue();
      if (referred(mapping.get("FunctionName")).startsWith("Files")) {
        files += most;
      } else {
        workers += most;
      }
    }
    int analysis = ((Number) function("analysis").get("ReservedConcurrentExecutions")).intValue();
    int operations =
        ((Number) function("operations").get("ReservedConcurrentExecutions")).intValue();
    int pool =
        Integer.parseInt(environment("analysis").get("CULTURAL_INTELLIGENCE_POOL").toString());
    assertThat(2 * (workers + operations) + pool * (analysis + files)).isLessThanOrEqualTo(100);
    has(
        "AWS::RDS::DBParameterGroup",
        Map.of("Parameters", Match.objectLike(Map.of("max_connections", "120"))));
  }

  @Test
  void moreThanTheConnectionsAllowIsRefused() {
    assertThatThrownBy(() -> Settings.from(Map.of("connectionBudget", "40")::get))
        .hasMessageContaining("connectionBudget is 40")
        .hasMessageContaining("raise it, or lower a concurrency");
    assertThatThrownBy(() -> Settings.from(Map.of("migrationConcurrency", "1")::get))
        .hasMessageContaining("2 or more");
  }

  @Test
  void analysisGoesThroughAProxyThatItDoesNotPin() {
    has(
        "AWS::RDS::DBProxy",
        Map.of("RequireTLS", true, "EngineFamily", "POSTGRESQL", "IdleClientTimeout", 600));
    for (String name : List.of("analysis", "files")) {
      assertThat(environment(name))
          .containsEntry("CULTURAL_INTELLIGENCE_CACHE_STATEMENTS", "false");
      assertThat(environment(name).get("CULTURAL_INTELLIGENCE_URL").toString())
          .contains("Proxy", "sslmode=require");
    }
    for (String name : List.of("operations", "migration", "verification")) {
      assertThat(environment(name).get("CULTURAL_INTELLIGENCE_URL").toString())
          .contains("Database", "sslmode=require")
          .doesNotContain("Proxy");
    }
  }

  @Test
  void theProxyTakesNoMoreThanAnalysisMayHold() {
    Map<String, Object> target =
        made.all("AWS::RDS::DBProxyTargetGroup").values().iterator().next();
    // 2 × (24 + 8) of 120
    assertThat(target.get("ConnectionPoolConfigurationInfo").toString())
        .contains("MaxConnectionsPercent=53");
  }

  @Test
  void theDatabaseIsKept() {
    has(
        "AWS::RDS::DBInstance",
        Map.of(
            "StorageEncrypted", true,
            "DeletionProtection", true,
            "MultiAZ", true,
            "BackupRetentionPeriod", 14,
            "PubliclyAccessible", false));
    made.template.hasResource("AWS::RDS::DBInstance", Map.of("DeletionPolicy", "Snapshot"));
    has(
        "AWS::RDS::DBParameterGroup",
        Map.of("Parameters", Match.objectLike(Map.of("rds.force_ssl", "1"))));
  }

  @Test
  void nothingHasAWayToTheInternet() {
    made.template.resourceCountIs("AWS::EC2::NatGateway", 0);
    made.template.resourceCountIs("AWS::EC2::InternetGateway", 0);
    for (String service : List.of("sqs", "secretsmanager", "logs")) {
      assertThat(made.all("AWS::EC2::VPCEndpoint").values())
          .anyMatch(
              e ->
                  "Interface".equals(e.get("VpcEndpointType"))
                      && e.get("ServiceName").toString().contains(service));
    }
    assertThat(made.all("AWS::EC2::VPCEndpoint").values())
        .anyMatch(e -> e.get("ServiceName").toString().contains("s3"));
  }

  @Test
  void metacratesDatabaseIsReachedWhereItWasSaidToBe() {
    assertThat(made.all("AWS::EC2::SecurityGroup").values().toString())
        .contains("CidrIp=10.20.0.0/16", "FromPort=5432");
  }

  @Test
  void drainsAreAskedForEveryMinute() {
    has(
        "AWS::Scheduler::Schedule",
        Map.of(
            "ScheduleExpression",
            "rate(1 minute)",
            "State",
            "ENABLED",
            "Target",
            Match.objectLike(Map.of("Input", Match.stringLikeRegexp(".*drain.*")))));
  }

  @Test
  void theMusicInABucketIsReadAndNoMore() {
    Synthesised library = Synthesised.with("libraryBucket", "the-music");
    Set<String> actions = new TreeSet<>();
    for (Map<String, Object> policy : library.all("AWS::IAM::Policy").values()) {
      for (Map<?, ?> statement : statements(policy)) {
        if (statement.get("Resource").toString().contains("the-music")) {
          actions.addAll(texts(statement.get("Action")));
        }
      }
    }
    assertThat(actions).containsExactly("s3:GetObject", "s3:ListBucket");
  }

  @Test
  void theMusicOnAFileSystemIsMountedToBeReadAndNoMore() {
    Synthesised library =
        Synthesised.with(
            "libraryAccessPoint",
            "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0",
            "libraryFileSystem",
            "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0123456789abcdef0",
            "librarySecurityGroup",
            "sg-0123456789abcdef0");
    Set<String> actions = new TreeSet<>();
    for (Map<String, Object> policy : library.all("AWS::IAM::Policy").values()) {
      for (Map<?, ?> statement : statements(policy)) {
        texts(statement.get("Action")).stream()
            .filter(a -> a.startsWith("elasticfilesystem:"))
            .forEach(actions::add);
      }
    }
    assertThat(actions).containsExactly("elasticfilesystem:ClientMount");
    assertThat(library.all("AWS::Lambda::Function").values())
        .filteredOn(f -> f.containsKey("FileSystemConfigs"))
        .extracting(f -> f.get("FunctionName"))
        .containsExactlyInAnyOrder("cultural-intelligence-analysis", "cultural-intelligence-files");
  }

  @Test
  void passwordsComeFromSecretsManagerAndStandInNoEnvironment() {
    for (String name : FUNCTIONS) {
      Map<String, Object> environment = environment(name);
      assertThat(environment).containsKey("CULTURAL_INTELLIGENCE_SECRET");
      assertThat(environment.keySet())
          .doesNotContain("CULTURAL_INTELLIGENCE_PASSWORD", "METACRATE_PASSWORD", "API_KEYS");
      assertThat(environment.toString()).doesNotContain("{{resolve:");
    }
    assertThat(environment("migration")).containsKey("METACRATE_SECRET");
    assertThat(environment("analysis")).doesNotContainKey("METACRATE_SECRET");
    has("AWS::SecretsManager::RotationSchedule", Map.of());
  }

  @Test
  void eachFunctionMayDoWhatItDoesAndNothingElse() {
    Map<String, Set<String>> rights =
        made.all("AWS::IAM::Role").keySet().stream()
            .filter(role -> FUNCTIONS.stream().anyMatch(f -> role.startsWith(title(f) + "Role")))
            .collect(Collectors.toMap(role -> role.replaceAll("Role.*", ""), this::rightsOf));
    Set<String> everybody =
        Set.of(
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments");
    Set<String> reads =
        Set.of(
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage");
    assertThat(rights.get("Analysis")).isEqualTo(everybody);
    assertThat(rights.get("Operations"))
        .isEqualTo(
            joined(
                everybody,
                Set.of(
                    "sqs:SendMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage")));
    assertThat(rights.get("Migration"))
        .isEqualTo(joined(joined(everybody, reads), Set.of("sqs:SendMessage")));
    assertThat(rights.get("Verification"))
        .isEqualTo(joined(joined(everybody, reads), Set.of("sqs:SendMessage")));
    assertThat(rights.get("Files")).isEqualTo(joined(everybody, reads));
    assertThat(made.all("AWS::IAM::Policy").values().toString())
        .doesNotContain("Action=*", "sqs:*", "s3:*", "rds:*", "lambda:*");
  }

  @Test
  void somebodyHearsOfDeadLettersOldMessagesErrorsOutboxAndQuarantine() {
    for (String name : List.of("Copy", "Verify", "Files")) {
      alarm(name + "QueueDeadAlarm", 0);
      alarm(name + "QueueAgeAlarm", 900);
    }
    for (String name : FUNCTIONS) {
      alarm(name + "ErrorsAlarm", 2);
    }
    has("AWS::CloudWatch::Alarm", Map.of("MetricName", "OutboxAgeSeconds", "Threshold", 600));
    has("AWS::CloudWatch::Alarm", Map.of("MetricName", "RowsQuarantined", "Threshold", 0));
    assertThat(made.all("AWS::CloudWatch::Alarm").values())
        .allMatch(a -> ((List<?>) a.get("AlarmActions")).size() == 1);
    Synthesised mailed = Synthesised.with("alarmEmail", "ops@example.com");
    mailed.template.hasResourceProperties(
        "AWS::SNS::Subscription", Map.of("Protocol", "email", "Endpoint", "ops@example.com"));
  }

  @Test
  void onePageShowsHowItGoes() {
    Map<String, Object> dashboard =
        made.all("AWS::CloudWatch::Dashboard").values().iterator().next();
    assertThat(dashboard.get("DashboardBody").toString())
        .contains("RowsMigrated", "RowsQuarantined", "OutboxAgeSeconds", "Dead letters");
  }

  @Test
  void logsAreKeptForAsLongAsWasSaid() {
    Synthesised week = Synthesised.with("logRetentionDays", "7");
    for (String name : FUNCTIONS) {
      assertThat(week.all("AWS::Logs::LogGroup"))
          .anySatisfy(
              (id, log) -> {
                assertThat(id).startsWith(title(name) + "Log");
                assertThat(log).containsEntry("RetentionInDays", 7);
              });
      assertThat(function(name)).containsKey("LoggingConfig");
    }
    assertThat(made.all("AWS::Logs::LogGroup").values())
        .allMatch(log -> log.containsKey("RetentionInDays"));
  }

  @Test
  void everythingIsTagged() {
    for (String type :
        List.of(
            "AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::RDS::DBInstance", "AWS::EC2::VPC")) {
      assertThat(made.all(type).values())
          .allMatch(r -> r.get("Tags").toString().contains("cultural-intelligence"));
    }
  }

  @Test
  void cdkNagFindsNothing() {
    for (Synthesised one :
        List.of(
            made,
            Synthesised.with("libraryBucket", "the-music", "alarmEmail", "ops@example.com"))) {
      one.notes.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
      one.notes.hasNoWarning("*", Match.stringLikeRegexp("(AwsSolutions|CdkNag).*"));
    }
  }

  private static void alarm(String id, int threshold) {
    assertThat(made.all("AWS::CloudWatch::Alarm"))
        .anySatisfy(
            (name, alarm) -> {
              assertThat(name).startsWith(id);
              assertThat(((Number) alarm.get("Threshold")).intValue()).isEqualTo(threshold);
            });
  }

  @SuppressWarnings("unchecked") // CDK's own form of JSON
  private static Map<String, Object> environment(String name) {
    return (Map<String, Object>) ((Map<?, ?>) function(name).get("Environment")).get("Variables");
  }

  private Set<String> rightsOf(String role) {
    Set<String> actions = new TreeSet<>();
    for (Map<String, Object> policy : made.all("AWS::IAM::Policy").values()) {
      if (policy.get("Roles").toString().contains("=" + role + "}")) {
        for (Map<?, ?> statement : statements(policy)) {
          if ("Allow".equals(statement.get("Effect"))) {
            actions.addAll(texts(statement.get("Action")));
          }
        }
      }
    }
    return actions;
  }

  private static List<Map<?, ?>> statements(Map<String, Object> policy) {
    List<Map<?, ?>> statements = new ArrayList<>();
    for (Object each : (List<?>) ((Map<?, ?>) policy.get("PolicyDocument")).get("Statement")) {
      statements.add((Map<?, ?>) each);
    }
    return statements;
  }

  private static Set<String> texts(Object oneOrMany) {
    return oneOrMany instanceof List<?> many
        ? many.stream().map(String::valueOf).collect(Collectors.toSet())
        : Set.of(String.valueOf(oneOrMany));
  }

  private static Set<String> joined(Set<String> one, Set<String> other) {
    Set<String> joined = new TreeSet<>(one);
    joined.addAll(other);
    return joined;
  }

  private static String title(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** The logical name in {@code Ref} or {@code Fn::GetAtt}. */
  private static String referred(Object value) {
    Object of = ((Map<?, ?>) value).values().iterator().next();
    return String.valueOf(of instanceof List<?> list ? list.getFirst() : of);
  }
}
