package culturalintelligence.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.rds.Credentials;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.amazon.awscdk.services.rds.DatabaseInstanceEngine;
import software.amazon.awscdk.services.rds.DatabaseProxy;
import software.amazon.awscdk.services.rds.IInstanceEngine;
import software.amazon.awscdk.services.rds.ParameterGroup;
import software.amazon.awscdk.services.rds.PerformanceInsightRetention;
import software.amazon.awscdk.services.rds.PostgresEngineVersion;
import software.amazon.awscdk.services.rds.PostgresInstanceEngineProps;
import software.amazon.awscdk.services.rds.ProxyTarget;
import software.amazon.awscdk.services.rds.RotationSingleUserOptions;
import software.amazon.awscdk.services.rds.StorageType;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/**
 * The Cultural Intelligence database and its proxy. Analysis goes through the proxy: many short
 * statements, none of which pins a connection (no SET, no prepared statement kept). Copy and
 * comparison stream for seconds in sessions with settings of their own; a proxy would pin each of
 * them, so they go straight to the database, and maximum concurrency bounds them (decision 0072).
 */
final class TargetDatabase {
  static final String NAME = "cultural_intelligence";

  private static final String IDENTIFIER = "cultural-intelligence";

  /** Not 5432: nothing depends on it, and what scans for the default finds nothing. */
  static final int PORT = 5439;

  final DatabaseInstance instance;
  final DatabaseProxy proxy;
  final ISecret secret;

  TargetDatabase(Construct scope, Settings settings, Network network) {
    IInstanceEngine engine =
        DatabaseInstanceEngine.postgres(
            PostgresInstanceEngineProps.builder().version(PostgresEngineVersion.VER_17).build());
    SecurityGroup group = group(scope, network, "DatabaseGroup", "The target database");
    // Made here, so that it has an end: the database would make it without one.
    LogGroup log =
        LogGroup.Builder.create(scope, "DatabaseLog")
            .logGroupName("/aws/rds/instance/" + IDENTIFIER + "/postgresql")
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    instance =
        DatabaseInstance.Builder.create(scope, "Database")
            .engine(engine)
            .instanceType(new InstanceType(settings.instance()))
            .vpc(network.vpc)
            .vpcSubnets(network.isolated)
            .securityGroups(List.of(group))
            .port(PORT)
            .instanceIdentifier(IDENTIFIER)
            .databaseName(NAME)
            .credentials(Credentials.fromGeneratedSecret(NAME))
            .parameterGroup(
                ParameterGroup.Builder.create(scope, "DatabaseParameters")
                    .engine(engine)
                    .parameters(
                        Map.of(
                            "rds.force_ssl",
                            "1",
                            "max_connections",
                            Integer.toString(settings.connectionBudget() + 20)))
                    .build())
            .allocatedStorage(100)
            .maxAllocatedStorage(1000)
            .storageType(StorageType.GP3)
            .storageEncrypted(true)
            .multiAz(settings.multiAz())
            .backupRetention(Duration.days(14))
            .deletionProtection(true)
            .removalPolicy(RemovalPolicy.SNAPSHOT)
            .autoMinorVersionUpgrade(true)
            .iamAuthentication(true)
            .enablePerformanceInsights(true)
            .performanceInsightRetention(PerformanceInsightRetention.DEFAULT)
            .cloudwatchLogsExports(List.of("postgresql"))
            .build();
    instance.getNode().addDependency(log);
    instance.addRotationSingleUser(
        RotationSingleUserOptions.builder()
            .automaticallyAfter(Duration.days(30))
            .vpcSubnets(network.isolated)
            .build());
    secret = java.util.Objects.requireNonNull(instance.getSecret());
    SecurityGroup proxyGroup = group(scope, network, "ProxyGroup", "The proxy of the target");
    proxy =
        DatabaseProxy.Builder.create(scope, "Proxy")
            .proxyTarget(ProxyTarget.fromInstance(instance))
            .vpc(network.vpc)
            .vpcSubnets(network.isolated)
            .securityGroups(List.of(proxyGroup))
            .secrets(List.of(secret))
            .requireTls(true)
            .maxConnectionsPercent(proxyPercent(settings))
            .maxIdleConnectionsPercent(Math.max(1, proxyPercent(settings) / 2))
            .borrowTimeout(Duration.seconds(10))
            .idleClientTimeout(Duration.minutes(10))
            .build();
    group.addIngressRule(network.functions, Port.tcp(PORT), "copy, comparison and operations");
    group.addIngressRule(proxyGroup, Port.tcp(PORT), "the proxy");
    proxyGroup.addEgressRule(group, Port.tcp(PORT), "the database");
    proxyGroup.addIngressRule(network.functions, Port.tcp(Network.POSTGRES), "analysis");
    network.functions.addEgressRule(group, Port.tcp(PORT), "the database");
    network.functions.addEgressRule(proxyGroup, Port.tcp(Network.POSTGRES), "the proxy");
  }

  /** What the proxy may take of the database's connections: what analysis and files may hold. */
  static int proxyPercent(Settings settings) {
    int most = Settings.POOL * (settings.analysisConcurrency() + settings.filesConcurrency());
    return Math.clamp(100L * most / (settings.connectionBudget() + 20), 1, 100);
  }

  private static SecurityGroup group(
      Construct scope, Network network, String id, String description) {
    return SecurityGroup.Builder.create(scope, id)
        .vpc(network.vpc)
        .description(description)
        .allowAllOutbound(false)
        .build();
  }
}
