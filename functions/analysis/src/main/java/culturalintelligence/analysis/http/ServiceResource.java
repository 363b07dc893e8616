package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.files.FileReaders;
import culturalintelligence.domain.library.LibraryFigures;
import culturalintelligence.domain.library.RequestLog;
import culturalintelligence.domain.library.StoreUnavailableException;
import culturalintelligence.domain.library.TrackStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the service can do its job, and how much it has done. */
@Path("/api")
public class ServiceResource {
  private static final List<String> OPERATIONS =
      List.of(
          "file_analyze",
          "file_path",
          "file_hash",
          "file_validate",
          "batch",
          "duplicates",
          "related",
          "health",
          "stats");

  private final TrackStore store;
  private final RequestJournal journal;
  private final FileReaders readers;
  private final Readiness readiness;
  private final Reply reply;

  ServiceResource(
      TrackStore store,
      RequestJournal journal,
      FileReaders readers,
      Readiness readiness,
      Reply reply) {
    this.store = store;
    this.journal = journal;
    this.readers = readers;
    this.readiness = readiness;
    this.reply = reply;
  }

  @GET
  @Path("/v3.2/health")
  public Response health() {
    String database = "connected";
    LibraryFigures figures = null;
    RequestLog.Sums sums = null;
    try {
      figures = store.figures();
      sums = journal.sums();
    } catch (StoreUnavailableException e) {
      database = "error: " + e.getMessage();
    }
    Map<String, String> faults = new LinkedHashMap<>(readiness.faults());
    if (!readers.isAlive()) {
      faults.put("reading", "error: too many files hang in their reading");
    }
    boolean healthy = figures != null && sums != null && faults.isEmpty();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", healthy ? "healthy" : "unhealthy");
    node.put("service", "Cultural Intelligence");
    node.put("purpose", "Music analysis, classification and duplicates for MetaCrate");
    node.put("version", "3.2");
    node.put("uptime_seconds", uptime());
    node.put("cached_classifications", figures == null ? 0 : figures.classifications());
    node.put("cached_duplicates", figures == null ? 0 : figures.redundantCopies());
    node.put("total_requests", sums == null ? 0 : sums.requests());
    node.put("database", database);
    node.put("database_connected", figures != null && sums != null);
    node.put("figures_known", figures != null && sums != null);
    faults.forEach(node::put);
    ObjectNode statistics = node.putObject("statistics");
    statistics.put("uptime_seconds", uptime());
    counters(statistics, sums);
    statistics.put("tracks_in_database", figures == null ? 0 : figures.tracks());
    node.put("timestamp", Instant.now().toString());
    node.set("api_info", Answers.apiInfo(reply.watch()));
    return reply.json(healthy ? 200 : 503, node);
  }

  @GET
  @Path("/health")
  public Response shortHealth() {
    return health();
  }

  @GET
  @Path("/v3.2/stats")
  public Response stats() {
    LibraryFigures figures = store.figures();
    RequestLog.Sums sums = journal.sums();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", "success");
    ObjectNode service = node.putObject("service_stats");
    service.put("uptime_seconds", uptime());
    service.put("total_requests", sums.requests());
    service.put("requests_per_minute", perMinute(sums));
    ObjectNode cache = node.putObject("cache_stats");
    cache.put("classifications_cached", figures.classifications());
    cache.put("duplicates_cached", figures.redundantCopies());
    ArrayNode operations = node.putArray("supported_operations");
    OPERATIONS.forEach(operations::add);
    ObjectNode api = node.putObject("api_statistics");
    counters(api, sums);
    api.put("requests_not_logged", journal.dropped());
    api.put("figures_estimated", figures.estimated());
    node.put("tracks", figures.tracks());
    node.put("artists", figures.artists());
    node.put("labels", figures.labels());
    node.put("patterns", figures.patterns());
    node.put("timestamp", Instant.now().toString());
    node.set("api_info", Answers.apiInfo(reply.watch()));
    return reply.json(200, node);
  }

  @GET
  @Path("/stats")
  public Response shortStats() {
    return stats();
  }

  private static void counters(ObjectNode node, RequestLog.@Nullable Sums sums) {
    RequestLog.Sums known = sums == null ? RequestLog.Sums.NONE : sums;
    node.put("total_requests", known.requests());
    node.put("cache_hits", known.cached());
    node.put("new_analyses", known.analysed());
    node.put("errors", known.errors());
    Instant since = known.since();
    node.put("counted_since", since == null ? null : since.toString());
  }

  /** Over the time since counting began, and at least a minute. */
  private static double perMinute(RequestLog.Sums sums) {
    Instant since = sums.since();
    if (since == null) {
      return 0;
    }
    double minutes = Duration.between(since, Instant.now()).toMillis() / 60_000.0;
    return Math.round(sums.requests() / Math.max(1, minutes) * 100) / 100.0;
  }

  private static long uptime() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1000;
  }
}
