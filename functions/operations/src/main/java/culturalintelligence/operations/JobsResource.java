package culturalintelligence.operations;

import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.persistence.jobs.FileJobs;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs over many files. Asking for an unfinished scan or fill again goes on with it, so all of
 * these can be said twice; only a witness is a new job each time.
 */
@Path("/operations/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class JobsResource {
  private static final int MOST_LISTED = 1_000;

  private final FileJobs jobs;
  private final TargetSchema schema;

  JobsResource(FileJobs jobs, TargetSchema schema) {
    this.jobs = jobs;
    this.schema = schema;
  }

  /**
   * What is asked for.
   *
   * @param purpose scan, fill or witness
   * @param path of a scan: a folder, as MetaCrate writes it or as the machine with the files does
   * @param force of a scan: read files too whose size and time did not change
   * @param paths of a witness: files
   * @param tracks of a witness: numbers of tracks, instead of paths
   */
  public record Request(
      @Nullable String purpose,
      @Nullable String path,
      @Nullable Boolean force,
      @Nullable List<@Nullable String> paths,
      @Nullable List<@Nullable Long> tracks) {}

  /**
   * The job that was made, or goes on.
   *
   * @param resumed it was there already
   */
  public record Asked(FileJob job, boolean resumed) {}

  /** Asks for a job. */
  @POST
  public Response ask(@Nullable Request request) throws SQLException {
    if (!schema.state().pending().isEmpty()) {
      throw new NotReady("the target's schema is not up to date", "cratectl schema --execute");
    }
    try {
      FileJobs.Asked asked = asked(request);
      return Response.ok(new Asked(jobs.find(asked.id()).orElseThrow(), asked.resumed())).build();
    } catch (IllegalArgumentException e) {
      return refused(Response.Status.BAD_REQUEST, "INVALID_JOB", String.valueOf(e.getMessage()));
    }
  }

  private FileJobs.Asked asked(@Nullable Request request) throws SQLException {
    String purpose = request == null ? null : request.purpose();
    if (request == null || purpose == null) {
      throw new IllegalArgumentException("a job has a purpose: scan, fill or witness");
    }
    return switch (purpose.toLowerCase(Locale.ROOT)) {
      case "scan" -> {
        if (request.path() == null) {
          throw new IllegalArgumentException("a scan has a path: the folder");
        }
        yield jobs.scan(request.path(), Boolean.TRUE.equals(request.force()));
      }
      case "fill" -> jobs.fill();
      case "witness" -> {
        if ((request.paths() == null) == (request.tracks() == null)) {
          throw new IllegalArgumentException("a witness has paths, or tracks");
        }
        yield request.paths() != null
            ? jobs.witness(all(request.paths()))
            : jobs.witnessTracks(all(Objects.requireNonNull(request.tracks())));
      }
      default ->
          throw new IllegalArgumentException(
              "a job's purpose is scan, fill or witness, not " + purpose);
    };
  }

  private static <T> List<T> all(List<@Nullable T> values) {
    return values.stream()
        .map(
            value -> {
              if (value == null) {
                throw new IllegalArgumentException("null is neither a path nor a track");
              }
              return value;
            })
        .toList();
  }

  /** The newest jobs first. */
  public record Jobs(List<FileJob> jobs) {}

  @GET
  public Jobs newest(@QueryParam("limit") @DefaultValue("20") int limit) throws SQLException {
    return new Jobs(jobs.newest(Math.clamp(limit, 1, MOST_LISTED)));
  }

  /** What a fill would look for; nothing is changed. */
  public record Lacking(long tracks) {}

  @GET
  @Path("/lacking")
  public Lacking lacking() throws SQLException {
    return new Lacking(jobs.lacking());
  }

  @GET
  @Path("/{id: \\d+}")
  public Response status(@PathParam("id") long id) throws SQLException {
    return found(id, jobs.find(id));
  }

  /** Sends the messages of what is not done again. */
  @POST
  @Path("/{id: \\d+}/resume")
  @Consumes(MediaType.WILDCARD)
  public Response resume(@PathParam("id") long id) throws SQLException {
    return found(id, jobs.resume(id));
  }

  /** Stops the job. What was read stays. */
  @POST
  @Path("/{id: \\d+}/cancel")
  @Consumes(MediaType.WILDCARD)
  public Response cancel(@PathParam("id") long id) throws SQLException {
    return found(id, jobs.cancel(id));
  }

  /** One file, as it is told. Tags in full are in {@code metadata}. */
  public record Reading(
      String path,
      @Nullable Long track,
      String outcome,
      @Nullable String code,
      @Nullable String reason,
      @Nullable Long sizeBytes,
      @Nullable Instant modified,
      @Nullable String sha256,
      @Nullable String payloadDigest,
      @Nullable Double durationSeconds,
      @Nullable Long bitrate,
      @Nullable Integer sampleRate,
      @Nullable Integer channels,
      FileReading.@Nullable Said said,
      Instant readAt) {

    static Reading of(FileReading reading) {
      FileReading.Facts facts = reading.facts();
      var version = reading.version();
      var stream = facts == null ? null : facts.stream();
      var payload = facts == null ? null : facts.payload();
      return new Reading(
          reading.path(),
          reading.trackId(),
          reading.outcome().name(),
          reading.code(),
          reading.reason(),
          version == null ? null : version.sizeBytes(),
          version == null ? null : version.modified(),
          facts == null ? null : facts.content().hex(),
          payload == null ? null : payload.hex(),
          stream == null ? null : stream.durationSeconds(),
          stream == null ? null : stream.bitrate(),
          stream == null ? null : stream.sampleRate(),
          stream == null ? null : stream.channels(),
          facts == null ? null : facts.said(),
          reading.readAt());
    }
  }

  /**
   * Some readings.
   *
   * @param next where the next page begins; null on the last
   */
  public record Readings(List<Reading> readings, @Nullable String next) {}

  /** What single files said: of a witness all, of a scan and a fill those that are trouble. */
  @GET
  @Path("/{id: \\d+}/readings")
  public Response readings(
      @PathParam("id") long id,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @DefaultValue("100") int limit)
      throws SQLException {
    try {
      FileJobs.Page page = jobs.readings(id, after, Math.clamp(limit, 1, MOST_LISTED));
      return Response.ok(
              new Readings(page.readings().stream().map(Reading::of).toList(), page.next()))
          .build();
    } catch (IllegalArgumentException e) {
      return refused(Response.Status.BAD_REQUEST, "INVALID_PAGE", String.valueOf(e.getMessage()));
    }
  }

  private static Response found(long id, Optional<FileJob> job) {
    return job.map(j -> Response.ok(j).build())
        .orElseGet(
            () -> refused(Response.Status.NOT_FOUND, "UNKNOWN_JOB", "there is no job " + id));
  }

  private static Response refused(Response.Status status, String code, String sentence) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(new Failures.Failure("error", code, sentence, "cratectl jobs"))
        .build();
  }
}
