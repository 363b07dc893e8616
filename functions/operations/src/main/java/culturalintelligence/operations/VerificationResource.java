package culturalintelligence.operations;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.capture.CaptureStatus;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.jobs.FileJobs;
import culturalintelligence.persistence.ledger.CheckLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.verification.Comparisons;
import culturalintelligence.persistence.verification.FileWitnesses;
import culturalintelligence.persistence.verification.Repairs;
import culturalintelligence.persistence.verification.Scans;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Asking for a part of a verification, and mending what one found. */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public class VerificationResource {
  private static final int MOST_LISTED = 1_000;

  /** With the files behind differing rows, no more than one job reads. */
  private static final int MOST_SAMPLED = 150_000;

  /** A drain of whoever drains goes on meanwhile; both together change nothing. */
  private static final Duration APPLYING = Duration.ofSeconds(20);

  private final PlanLedger plans;
  private final CheckLedger checks;
  private final Comparisons comparisons;
  private final Scans scans;
  private final Repairs repairs;
  private final Drain drain;
  private final ChunkQueue queue;
  private final FileWitnesses witnesses;
  private final FileJobs jobs;
  private final CaptureStatus captured;
  private final ProgressLedger progress;

  VerificationResource(
      PlanLedger plans,
      CheckLedger checks,
      Comparisons comparisons,
      Scans scans,
      Repairs repairs,
      Drain drain,
      ChunkQueue queue,
      FileWitnesses witnesses,
      FileJobs jobs,
      CaptureStatus captured,
      ProgressLedger progress) {
    this.plans = plans;
    this.checks = checks;
    this.comparisons = comparisons;
    this.scans = scans;
    this.repairs = repairs;
    this.drain = drain;
    this.queue = queue;
    this.witnesses = witnesses;
    this.jobs = jobs;
    this.captured = captured;
    this.progress = progress;
  }

  /**
   * One table's answer.
   *
   * @param result EQUAL, DIFFERS, WAITING or COULD_NOT
   */
  public record TableScan(
      String table,
      String result,
      @Nullable String reason,
      long rows,
      long buckets,
      long bucketsThatDiffer,
      long rowsFetched,
      double seconds,
      long waiting,
      List<Difference> differences) {}

  /** Tier 1: one scan of both sides, now, of one table or of all. */
  @POST
  @Path("/verify/buckets")
  public List<TableScan> buckets(@QueryParam("table") @Nullable String name) throws SQLException {
    List<TableScan> answers = new ArrayList<>();
    for (PlannedTable table : tables(name)) {
      var began = checks.now();
      String tableName = table.source().qualifiedName();
      boolean comparable = checks.isComparable(table);
      if (!comparable || !comparisons.hasBuckets(table)) {
        answers.add(
            new TableScan(
                tableName,
                "COULD_NOT",
                comparable
                    ? "no key, or a database without an encoding: cratectl verify compares its rows"
                    : "its old table is retired: cratectl evidence check compares its archive",
                0,
                0,
                0,
                0,
                0,
                0,
                List.of()));
        continue;
      }
      Comparisons.BucketOutcome scan = comparisons.buckets(table, scans.estimatedRows(table));
      checks.bucketsChecked(table, began, scan);
      boolean differs =
          scan.unopened() > 0 || scan.differences().stream().anyMatch(d -> d.verdict().counts());
      answers.add(
          new TableScan(
              tableName,
              differs ? "DIFFERS" : scan.waiting() > 0 ? "WAITING" : "EQUAL",
              scan.unopened() > 0
                  ? "%d more buckets differ: cratectl verify names their rows"
                      .formatted(scan.unopened())
                  : null,
              scan.rows(),
              scan.buckets(),
              scan.differing(),
              scan.fetched(),
              scan.seconds(),
              scan.waiting(),
              scan.differences().stream().limit(MOST_LISTED).toList()));
    }
    return answers;
  }

  /** What was queued. */
  public record Asked(long plan, String table, int chunks) {}

  /** Tier 2 of one table: its chunks are queued to be compared again. */
  @POST
  @Path("/verify/table")
  public Asked table(@QueryParam("table") @Nullable String name) throws SQLException {
    PlannedTable table = tables(required(name, "table")).getFirst();
    if (!checks.isComparable(table)) {
      throw new NotReady(
          "the old table of %s is retired: there is nothing to compare with"
              .formatted(table.source().qualifiedName()),
          "cratectl evidence check FILE compares its archive");
    }
    List<Chunk.Id> chunks = scans.copiedChunks(table);
    queue.verify(chunks);
    return new Asked(table.plan(), table.source().qualifiedName(), chunks.size());
  }

  /** Queues the chunks whose comparison is getting old: what a schedule calls. */
  @POST
  @Path("/verify/due")
  public Asked due() throws SQLException {
    long plan = newestPlan();
    List<Chunk.Id> chunks = scans.dueChunks(plan);
    queue.verify(chunks);
    return new Asked(plan, "all", chunks.size());
  }

  /** What is known of one file's rows. */
  public record FileAnswer(
      String path, String result, long rows, long waiting, List<Difference> differences) {}

  /** The rows of one file, compared now, in every table that has a path. */
  @POST
  @Path("/verify/file")
  public FileAnswer file(@QueryParam("path") @Nullable String path) throws SQLException {
    String asked = required(path, "path");
    long rows = 0;
    long waiting = 0;
    List<Difference> differences = new ArrayList<>();
    for (PlannedTable table : tables(null)) {
      Set<List<String>> keys = scans.keysOfPath(table, asked);
      if (!keys.isEmpty()) {
        Comparisons.Outcome outcome = comparisons.keys(table, keys);
        rows += outcome.rows();
        waiting += outcome.waiting();
        differences.addAll(outcome.differences());
      }
    }
    boolean differs = differences.stream().anyMatch(d -> d.verdict().counts());
    return new FileAnswer(
        asked,
        differs ? "DIFFERS" : waiting > 0 ? "WAITING" : rows == 0 ? "COULD_NOT" : "EQUAL",
        rows,
        waiting,
        differences);
  }

  /**
   * Where a last pass begins: everything written until then is committed and applied. With the
   * position given back, {@link #last} says after the comparison whether anybody wrote since.
   */
  @POST
  @Path("/verify/fence")
  public CaptureStatus.Fence fence() throws SQLException {
    long plan = newestPlan();
    drain.drain(APPLYING);
    CaptureStatus.Fence fence;
    try {
      fence = captured.fence(plan, APPLYING).orElseThrow(VerificationResource::notCaptured);
    } catch (CaptureStatus.StillOpen e) {
      throw new NotReady(
          String.valueOf(e.getMessage()), "end it, then cratectl verify --final again");
    }
    if (fence.waiting() == 0) {
      return fence;
    }
    // What was committed while we waited for it.
    drain.drain(APPLYING);
    long waiting = captured.position(plan).orElseThrow(VerificationResource::notCaptured).waiting();
    if (waiting > 0) {
      throw new NotReady(
          "%d changes wait, and more come".formatted(waiting),
          "stop MetaCrate's writers, then cratectl verify --final");
    }
    return new CaptureStatus.Fence(fence.position(), 0);
  }

  /**
   * How a last pass came out.
   *
   * @param result EQUAL, DIFFERS, WRITTEN (somebody wrote meanwhile: what was compared proves each
   *     row, and no moment) or COULD_NOT
   * @param writtenSince changes captured since the fence; rolled-back ones count
   * @param waiting changes that are not applied
   */
  public record LastPass(
      String result, String phase, long position, long writtenSince, long waiting) {}

  /** Whether all that was compared after the fence is equal, and nothing was written since. */
  @GET
  @Path("/verify/fence")
  public LastPass last(@QueryParam("position") @Nullable Long position) throws SQLException {
    if (position == null) {
      throw new NotReady("position is not given", "cratectl verify --final");
    }
    long plan = newestPlan();
    Progress.Phase phase = progress.progress(plan).orElseThrow().phase();
    CaptureStatus.Fence now =
        captured.position(plan).orElseThrow(VerificationResource::notCaptured);
    long written = now.position() - position;
    String result =
        phase == Progress.Phase.DIFFERS
            ? "DIFFERS"
            : written > 0 || now.waiting() > 0
                ? "WRITTEN"
                : phase == Progress.Phase.VERIFIED ? "EQUAL" : "COULD_NOT";
    return new LastPass(result, phase.name(), position, written, now.waiting());
  }

  private static NotReady notCaptured() {
    return new NotReady(
        "nothing is captured, so nobody would see whether somebody wrote",
        "cratectl capture --execute");
  }

  /**
   * Asks for the files behind the rows that differ, and for a random sample of the others, to be
   * read again. What they say is judged as it comes: {@link #files}.
   *
   * @param sample files behind clean rows; 3,000 clean ones mean at most 0.1 % wrong with 95 %
   * @param seed of the choice; left out, another each time
   */
  @POST
  @Path("/verify/files")
  public FileWitnesses.Standing readFiles(
      @QueryParam("sample") @DefaultValue("3000") int sample,
      @QueryParam("seed") @Nullable Long seed)
      throws SQLException {
    if (sample < 0 || sample > MOST_SAMPLED) {
      throw new NotReady(
          "a sample has from 0 to %d files, not %d".formatted(MOST_SAMPLED, sample),
          "cratectl verify --files --sample 3000");
    }
    long plan = newestPlan();
    witnesses.ask(
        plan,
        sample,
        seed == null ? ThreadLocalRandom.current().nextLong(Integer.MAX_VALUE) : seed,
        paths -> jobs.witness(paths).id());
    return files();
  }

  /** What the newest reading of files came to, so far. */
  @GET
  @Path("/verify/files")
  public FileWitnesses.Standing files() throws SQLException {
    return witnesses
        .standing(newestPlan())
        .orElseThrow(() -> new NotReady("no files were asked for yet", "cratectl verify --files"));
  }

  /** What a repair would do, or what it did. */
  public record RepairAnswer(
      long plan,
      boolean executed,
      int applied,
      int left,
      List<Repairs.Item> items,
      List<Repairs.Repaired> repairs) {}

  /** What a repair would do. */
  @GET
  @Path("/repair")
  public RepairAnswer repairs(
      @QueryParam("overwrite-validated") @DefaultValue("false") boolean overwrite)
      throws SQLException {
    long plan = newestPlan();
    List<Repairs.Item> items = repairs.list(plan, overwrite);
    return answer(plan, false, items, repairs.newest(plan, MOST_LISTED));
  }

  /** Sends the differing keys through the drain, and asks for their chunks to be compared again. */
  @POST
  @Path("/repair")
  public RepairAnswer repair(
      @QueryParam("overwrite-validated") @DefaultValue("false") boolean overwrite)
      throws SQLException {
    long plan = newestPlan();
    List<Repairs.Item> items = repairs.list(plan, overwrite);
    repairs.send(plan, overwrite);
    return answer(plan, true, items, repairs.newest(plan, MOST_LISTED));
  }

  /** Applies what no drain has applied yet, and compares what was applied. */
  @POST
  @Path("/repair/settle")
  public RepairAnswer settle() throws SQLException {
    long plan = newestPlan();
    drain.drain(APPLYING);
    List<Repairs.Repaired> settled = repairs.settle(plan);
    queue.verify(repairs.chunksThatDiffer(plan));
    return answer(plan, true, List.of(), settled);
  }

  private static RepairAnswer answer(
      long plan, boolean executed, List<Repairs.Item> items, List<Repairs.Repaired> newest) {
    int applied =
        (int)
            items.stream()
                .filter(
                    i ->
                        i.action() == Repairs.Action.APPLY
                            || i.action() == Repairs.Action.APPLY_TABLE)
                .count();
    return new RepairAnswer(
        plan,
        executed,
        applied,
        items.size() - applied,
        items.stream().limit(MOST_LISTED).toList(),
        newest);
  }

  private static String required(@Nullable String value, String name) {
    if (value == null || value.isBlank()) {
      throw new NotReady(name + " is not given", "add ?" + name + "=…");
    }
    return value;
  }

  /** The table of that name, or all that are carried. */
  private List<PlannedTable> tables(@Nullable String name) throws SQLException {
    List<PlannedTable> all = plans.carriedTables(newestPlan());
    if (name == null) {
      return all;
    }
    List<PlannedTable> named =
        all.stream()
            .filter(t -> t.source().qualifiedName().equals(name) || t.source().name().equals(name))
            .toList();
    if (named.isEmpty()) {
      throw new NotReady("there is no table %s in the plan".formatted(name), "cratectl status");
    }
    return named.size() == 1 ? named : named.subList(0, 1);
  }

  private long newestPlan() throws SQLException {
    return plans.newest().orElseThrow(() -> new NotReady("there is no plan yet", "cratectl plan"));
  }
}
