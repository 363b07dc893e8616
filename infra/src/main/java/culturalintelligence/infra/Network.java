package culturalintelligence.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IInterfaceVpcEndpointService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/**
 * Two private networks without a way to the internet. What the functions need of AWS comes through
 * endpoints; MetaCrate's database through a peering or VPN that the operator adds.
 */
final class Network {
  static final int POSTGRES = 5432;

  final Vpc vpc;
  final SubnetSelection isolated =
      SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build();
  final SecurityGroup functions;
  final SecurityGroup endpoints;

  Network(Construct scope, Settings settings, ILogGroup flowLogs) {
    vpc =
        Vpc.Builder.create(scope, "Network")
            .maxAzs(2)
            .natGateways(0)
            .subnetConfiguration(
                List.of(
                    SubnetConfiguration.builder()
                        .name("isolated")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .cidrMask(24)
                        .build()))
            .build();
    vpc.addFlowLog(
        "Flow",
        FlowLogOptions.builder()
            .destination(FlowLogDestination.toCloudWatchLogs(flowLogs))
            .trafficType(FlowLogTrafficType.REJECT)
            .build());
    functions =
        SecurityGroup.Builder.create(scope, "FunctionsGroup")
            .vpc(vpc)
            .description("The functions: they are reached by nobody")
            .allowAllOutbound(false)
            .build();
    endpoints =
        SecurityGroup.Builder.create(scope, "EndpointsGroup")
            .vpc(vpc)
            .description("AWS services inside the network")
            .allowAllOutbound(false)
            .build();
    endpoints.addIngressRule(functions, Port.tcp(443), "the functions call AWS");
    functions.addEgressRule(endpoints, Port.tcp(443), "AWS services");
    settings
        .metacrateCidr()
        .ifPresent(
            cidr ->
                functions.addEgressRule(
                    Peer.ipv4(cidr), Port.tcp(POSTGRES), "the MetaCrate database, to read"));
    endpoint("Sqs", InterfaceVpcEndpointAwsService.SQS);
    endpoint("Secrets", InterfaceVpcEndpointAwsService.SECRETS_MANAGER);
    endpoint("Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS);
    vpc.addGatewayEndpoint(
        "S3", GatewayVpcEndpointOptions.builder().service(GatewayVpcEndpointAwsService.S3).build());
    // A gateway endpoint has no security group; S3's addresses are the region's.
    if (settings.libraryBucket().isPresent()) {
      functions.addEgressRule(
          Peer.anyIpv4(), Port.tcp(443), "S3, by its gateway; there is no other way out");
    }
    NagSuppressions.addResourceSuppressions(
        endpoints,
        List.of(
            NagPackSuppression.builder()
                .id("CdkNagValidationFailure")
                .reason(
                    "AwsSolutions-EC23 can't read a source that is another group; none is a CIDR")
                .build()),
        true);
  }

  private void endpoint(String name, IInterfaceVpcEndpointService service) {
    vpc.addInterfaceEndpoint(
        name,
        InterfaceVpcEndpointOptions.builder()
            .service(service)
            .subnets(isolated)
            .securityGroups(List.of(endpoints))
            .open(false)
            .privateDnsEnabled(true)
            .build());
  }
}
