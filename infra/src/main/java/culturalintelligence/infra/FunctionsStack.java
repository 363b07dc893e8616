package culturalintelligence.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.scheduler.Schedule;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.amazon.awscdk.services.scheduler.ScheduleTargetInput;
import software.amazon.awscdk.services.scheduler.targets.SqsSendMessage;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/** Everything of a deployment: network, database, queues, functions, API, schedule and watch. */
final class FunctionsStack extends Stack {
  static final String PREFIX = "cultural-intelligence-";
  private static final String QUEUE = "cultural-intelligence";

  /** A chunk is sized for half a second; five of a batch, each twice, fit into this ten times. */
  private static final Duration CHUNKS = Duration.seconds(60);

  /** A file of 200 MB from S3 or EFS is read in seconds; a batch of them in minutes. */
  private static final Duration FILES = Duration.minutes(5);

  /** API Gateway waits no longer than this. */
  private static final Duration REQUEST = Duration.seconds(29);

  final Settings settings;
  final FunctionUnit analysis;
  final FunctionUnit operations;
  final FunctionUnit migration;
  final FunctionUnit verification;
  final FunctionUnit files;
  final WorkQueue copyQueue;
  final WorkQueue verifyQueue;
  final WorkQueue filesQueue;

  FunctionsStack(
      Construct scope, String id, StackProps props, Settings settings, Packages packages) {
    super(scope, id, props);
    this.settings = settings;
    Tags.of(this).add("application", "cultural-intelligence");
    Tags.of(this).add("managed-by", "cdk");

    Network network = new Network(this, settings, log("NetworkLog"));
    TargetDatabase database = new TargetDatabase(this, settings, network);
    Secret metacrate =
        Secret.Builder.create(this, "MetaCrate")
            .description(
                "MetaCrate's database: url, username and password, filled in by the operator")
            .build();
    Secret keys =
        Secret.Builder.create(this, "ApiKeys")
            .description("Who may call the analysis: API_KEYS, comma between")
            .generateSecretString(
                SecretStringGenerator.builder()
                    .secretStringTemplate("{}")
                    .generateStringKey("API_KEYS")
                    .excludePunctuation(true)
                    .passwordLength(40)
                    .build())
            .build();
    explainSecrets(metacrate, keys);

    copyQueue = new WorkQueue(this, "Copy", QUEUE, CHUNKS);
    verifyQueue = new WorkQueue(this, "Verify", QUEUE + "-verify", CHUNKS);
    filesQueue = new WorkQueue(this, "Files", QUEUE + "-files", FILES);

    String direct = address(database.instance.getDbInstanceEndpointAddress(), TargetDatabase.PORT);
    String proxied = address(database.proxy.getEndpoint(), Network.POSTGRES);
    Map<String, String> proxy =
        Map.of(
            "CULTURAL_INTELLIGENCE_URL",
            proxied,
            "CULTURAL_INTELLIGENCE_POOL",
            Integer.toString(Settings.POOL),
            // A statement kept prepared pins the proxy's connection.
            "CULTURAL_INTELLIGENCE_CACHE_STATEMENTS",
            "false",
            "LIBRARY_ROOTS",
            settings.libraryRoots());
    Map<String, String> straight = Map.of("CULTURAL_INTELLIGENCE_URL", direct);
    String queueUrl = copyQueue.queue.getQueueUrl();

    analysis =
        unit(
            "analysis",
            Packages.Binding.HTTP,
            1769,
            REQUEST,
            settings.analysisConcurrency(),
            // Whoever comes this far has shown API Gateway a token; otherwise the function asks for
            // a key.
            settings.jwtIssuer().isPresent() ? with(proxy, "API_OPEN", "true") : proxy,
            packages,
            network);
    files =
        unit(
            "files",
            Packages.Binding.QUEUE,
            1769,
            FILES,
            null,
            with(proxy, "QUEUE_URL", queueUrl),
            packages,
            network);
    operations =
        unit(
            "operations",
            Packages.Binding.HTTP,
            512,
            REQUEST,
            Settings.OPERATIONS_CONCURRENCY,
            with(straight, "QUEUE_URL", queueUrl),
            packages,
            network);
    migration =
        unit(
            "migration",
            Packages.Binding.QUEUE,
            1024,
            CHUNKS,
            null,
            with(
                with(straight, "QUEUE_URL", queueUrl),
                "MIGRATION_LEASE",
                CHUNKS.toSeconds().intValue() + "s"),
            packages,
            network);
    verification =
        unit(
            "verification",
            Packages.Binding.QUEUE,
            1024,
            CHUNKS,
            null,
            with(straight, "QUEUE_URL", queueUrl),
            packages,
            network);

    migration.reads(copyQueue, 5, settings.migrationConcurrency());
    verification.reads(verifyQueue, 5, settings.verificationConcurrency());
    files.reads(filesQueue, 1, settings.filesConcurrency());

    operations.sends(copyQueue.queue);
    operations.sends(verifyQueue.queue);
    operations.sends(filesQueue.queue);
    for (WorkQueue queue : List.of(copyQueue, verifyQueue, filesQueue)) {
      operations.empties(queue.dead);
    }
    migration.sends(verifyQueue.queue);
    // What is not its turn yet, and the rest of a drain, it asks itself for later.
    migration.sends(copyQueue.queue);
    // A row that differs is copied again; a row that only its file can judge is read again.
    verification.sends(copyQueue.queue);
    verification.sends(filesQueue.queue);

    for (FunctionUnit unit : List.of(analysis, files, operations, migration, verification)) {
      unit.knows("CULTURAL_INTELLIGENCE_SECRET", database.secret);
    }
    for (FunctionUnit unit : List.of(operations, migration, verification)) {
      unit.knows("METACRATE_SECRET", metacrate);
    }
    analysis.knows("API_KEYS_SECRET", keys);
    library(network);

    PublicApi api = new PublicApi(this, settings, analysis, operations, log("AccessLog"));
    drains();
    new Watch(this, settings, List.of(copyQueue, verifyQueue, filesQueue), units(), database);

    CfnOutput.Builder.create(this, "Address").value(api.api.getApiEndpoint()).build();
    CfnOutput.Builder.create(this, "DatabaseSecret").value(database.secret.getSecretArn()).build();
    CfnOutput.Builder.create(this, "MetaCrateSecret").value(metacrate.getSecretArn()).build();
    CfnOutput.Builder.create(this, "ApiKeysSecret").value(keys.getSecretArn()).build();
    explainRotation();
  }

  List<FunctionUnit> units() {
    return List.of(analysis, files, operations, migration, verification);
  }

  private FunctionUnit unit(
      String name,
      Packages.Binding binding,
      int memoryMb,
      Duration timeout,
      @Nullable Integer reserved,
      Map<String, String> environment,
      Packages packages,
      Network network) {
    return new FunctionUnit(
        this,
        new FunctionUnit.Shape(name, binding, memoryMb, timeout, reserved, environment),
        settings,
        packages,
        network);
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }

  private static String address(String host, int port) {
    return "postgresql://%s:%d/%s?sslmode=require".formatted(host, port, TargetDatabase.NAME);
  }

  /** The music, for those who read files; to read and no more. */
  private void library(Network network) {
    settings
        .libraryBucket()
        .ifPresent(
            bucket -> {
              for (FunctionUnit unit : List.of(analysis, files)) {
                unit.role.addToPolicy(
                    PolicyStatement.Builder.create()
                        .sid("MusicObjectsToRead")
                        .actions(List.of("s3:GetObject"))
                        .resources(List.of("arn:aws:s3:::" + bucket + "/*"))
                        .build());
                unit.role.addToPolicy(
                    PolicyStatement.Builder.create()
                        .sid("MusicBucketToList")
                        .actions(List.of("s3:ListBucket"))
                        .resources(List.of("arn:aws:s3:::" + bucket))
                        .build());
                NagSuppressions.addResourceSuppressions(
                    unit.role,
                    List.of(
                        NagPackSuppression.builder()
                            .id("AwsSolutions-IAM5")
                            .reason("Any object of the library may be asked for, to read")
                            .appliesTo(List.of("Resource::arn:aws:s3:::" + bucket + "/*"))
                            .build()),
                    true);
              }
            });
    if (settings.libraryAccessPoint().isPresent()) {
      for (FunctionUnit unit : List.of(analysis, files)) {
        unit.mounts(
            settings.libraryAccessPoint().orElseThrow(),
            settings.libraryFileSystem().orElseThrow());
      }
      network.functions.addEgressRule(
          SecurityGroup.fromSecurityGroupId(
              this, "LibraryGroup", settings.librarySecurityGroup().orElseThrow()),
          Port.tcp(2049),
          "the file system with the music");
    }
  }

  /**
   * Every minute: changes that MetaCrate made are carried over. A drain with nothing to do is
   * cheap.
   */
  private void drains() {
    Schedule.Builder.create(this, "Drains")
        .description("Asks the migration function to carry captured changes over")
        .schedule(ScheduleExpression.rate(Duration.minutes(1)))
        .target(
            SqsSendMessage.Builder.create(copyQueue.queue)
                .input(ScheduleTargetInput.fromText("{\"version\":1,\"plan\":0,\"drain\":true}"))
                .maxEventAge(Duration.minutes(1))
                .retryAttempts(0)
                .build())
        .build();
  }

  private LogGroup log(String id) {
    return LogGroup.Builder.create(this, id)
        .retention(RetentionDays.ONE_MONTH)
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();
  }

  private static void explainSecrets(Secret metacrate, Secret keys) {
    NagSuppressions.addResourceSuppressions(
        metacrate,
        List.of(
            NagPackSuppression.builder()
                .id("AwsSolutions-SMG4")
                .reason("MetaCrate's own server makes this password; it is not ours to rotate")
                .build()));
    NagSuppressions.addResourceSuppressions(
        keys,
        List.of(
            NagPackSuppression.builder()
                .id("AwsSolutions-SMG4")
                .reason(
                    "Callers hold these keys: one is added, callers change over, the old one is"
                        + " taken out; a rotation behind their backs would lock them out")
                .build()));
  }

  private void explainRotation() {
    NagSuppressions.addStackSuppressions(
        this,
        List.of(
            NagPackSuppression.builder()
                .id("AwsSolutions-RDS3")
                .reason(
                    "Two zones are the default; -c multiAz=false is an operator's own word for a trial")
                .build()));
  }
}
