package culturalintelligence.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** What somebody must be woken for, and one page that shows how it goes. */
final class Watch {
  /** Where the functions' own figures arrive, by their logs. */
  static final String NAMESPACE = "CulturalIntelligence";

  private static final Duration FIVE_MINUTES = Duration.minutes(5);

  private final Construct scope;
  private final Topic topic;

  Watch(
      Construct scope,
      Settings settings,
      List<WorkQueue> queues,
      List<FunctionUnit> units,
      TargetDatabase database) {
    this.scope = scope;
    Key key =
        Key.Builder.create(scope, "AlarmsKey")
            .description("Alarms on their way")
            .enableKeyRotation(true)
            .build();
    key.grantEncryptDecrypt(new ServicePrincipal("cloudwatch.amazonaws.com"));
    topic = Topic.Builder.create(scope, "Alarms").masterKey(key).build();
    topic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .sid("OnlyEncrypted")
            .effect(Effect.DENY)
            .principals(List.of(new AnyPrincipal()))
            .actions(List.of("sns:Publish"))
            .resources(List.of(topic.getTopicArn()))
            .conditions(Map.of("Bool", Map.of("aws:SecureTransport", "false")))
            .build());
    settings.alarmEmail().ifPresent(to -> topic.addSubscription(new EmailSubscription(to)));

    for (WorkQueue queue : queues) {
      String id = queue.queue.getNode().getId();
      alarm(
          id + "Dead",
          "Messages failed for good: look at the dead-letter queue, mend, move them back",
          queue.dead.metricApproximateNumberOfMessagesVisible(),
          0,
          1);
      alarm(
          id + "Age",
          "Messages wait for a quarter of an hour: are the workers throttled, or failing?",
          queue.queue.metricApproximateAgeOfOldestMessage(),
          900,
          3);
    }
    for (FunctionUnit unit : units) {
      alarm(
          unit.name + "Errors",
          "More than 2 % of the calls of " + unit.name + " fail",
          MathExpression.Builder.create()
              .expression("100 * errors / MAX([errors, calls])")
              .usingMetrics(
                  Map.of(
                      "errors", unit.function.metricErrors(),
                      "calls", unit.function.metricInvocations()))
              .period(FIVE_MINUTES)
              .label(unit.name + ": calls that failed, %")
              .build(),
          2,
          2);
    }
    alarm(
        "OutboxAge",
        "Changes that MetaCrate made wait for ten minutes to be carried over",
        own("OutboxAgeSeconds", "Maximum"),
        600,
        2);
    alarm(
        "QuarantineGrowth",
        "Rows went into quarantine: cratectl report says which and why",
        own("RowsQuarantined", "Sum"),
        0,
        1);
    alarm(
        "Connections",
        "The target's connections near their budget",
        database.instance.metricDatabaseConnections(),
        settings.connectionBudget() * 0.9,
        3);
    dashboard(queues, units, database);
  }

  private static Metric own(String name, String statistic) {
    return Metric.Builder.create()
        .namespace(NAMESPACE)
        .metricName(name)
        .statistic(statistic)
        .period(FIVE_MINUTES)
        .build();
  }

  private void alarm(String id, String says, IMetric metric, double above, int periods) {
    Alarm alarm =
        Alarm.Builder.create(scope, id + "Alarm")
            .alarmDescription(says)
            .metric(metric)
            .threshold(above)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
            .evaluationPeriods(periods)
            .treatMissingData(TreatMissingData.NOT_BREACHING)
            .build();
    alarm.addAlarmAction(new SnsAction(topic));
  }

  private void dashboard(
      List<WorkQueue> queues, List<FunctionUnit> units, TargetDatabase database) {
    List<List<IWidget>> rows = new ArrayList<>();
    rows.add(
        List.of(
            graph("Rows", List.of(own("RowsMigrated", "Sum"), own("ChunksVerified", "Sum"))),
            graph("Rows in quarantine", List.of(own("RowsQuarantined", "Sum"))),
            graph("Outbox: age in s", List.of(own("OutboxAgeSeconds", "Maximum")))));
    rows.add(
        List.of(
            graph(
                "Messages waiting",
                queues.stream()
                    .map(q -> (IMetric) q.queue.metricApproximateNumberOfMessagesVisible())
                    .toList()),
            graph(
                "Dead letters",
                queues.stream()
                    .map(q -> (IMetric) q.dead.metricApproximateNumberOfMessagesVisible())
                    .toList()),
            graph("Connections", List.of(database.instance.metricDatabaseConnections()))));
    rows.add(
        List.of(
            graph(
                "Calls",
                units.stream().map(u -> (IMetric) u.function.metricInvocations()).toList()),
            graph("Errors", units.stream().map(u -> (IMetric) u.function.metricErrors()).toList()),
            graph(
                "Duration",
                units.stream().map(u -> (IMetric) u.function.metricDuration()).toList())));
    Dashboard.Builder.create(scope, "Dashboard")
        .dashboardName("cultural-intelligence")
        .widgets(rows)
        .build();
  }

  private static GraphWidget graph(String title, List<? extends IMetric> metrics) {
    return GraphWidget.Builder.create().title(title).width(8).left(metrics).build();
  }
}
