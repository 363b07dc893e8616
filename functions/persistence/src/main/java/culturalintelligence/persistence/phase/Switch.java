package culturalintelligence.persistence.phase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.phase.Gate;
import culturalintelligence.domain.phase.Itinerary;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.archive.ArchivePlace;
import culturalintelligence.persistence.archive.Manifest;
import culturalintelligence.persistence.archive.TableArchive;
import culturalintelligence.persistence.capture.BackCapture;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.StateDrain;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes one table from phase to phase. The invariant and the order of the steps are decision
 * 0080's; every step can be repeated, so a transition that was cut off is finished by asking for it
 * again.
 */
@ApplicationScoped
public class Switch {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String DEADLOCK = "40P01";
  private static final int MOST_TRIES = 50;
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final int LONGEST_NAME = 63;
  private static final String NO_PLACE = "no place for it is known";
  private static final String NAME_A_PLACE =
      "set ARCHIVE_FOLDER to a folder of the operations function's, and start it again";
  private static final System.Logger LOG = System.getLogger(Switch.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PhaseLedger phases;
  private final Drain drain;
  private final BackDrain back;
  private final CaptureInstaller capture;

  public Switch(
      SourceDatabase source,
      TargetDatabase target,
      PhaseLedger phases,
      Drain drain,
      BackDrain back,
      CaptureInstaller capture) {
    this.source = source;
    this.target = target;
    this.phases = phases;
    this.drain = drain;
    this.back = back;
    this.capture = capture;
  }

  /**
   * What is asked for.
   *
   * @param who asks, for the history
   * @param forwards in WRITE_NEW: whether old writers are let through and followed
   * @param archive for RETIRED, DROPPED and a restoration: where the archive lies
   * @param archiveName how the ledger names that place
   * @param typedName for DROPPED: the table's name as the operator typed it
   * @param grace for DROPPED: how long it must have been retired
   */
  public record Wish(
      Phase phase,
      String who,
      boolean forwards,
      @Nullable ArchivePlace archive,
      @Nullable String archiveName,
      @Nullable String typedName,
      Duration grace) {}

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * The phase is the one wished for.
     *
     * @param pauseMillis for how long neither side took writes; null where both reading and writing
     *     went on
     */
    record Changed(Standing now, @Nullable Long pauseMillis, List<Gate> gates) implements Outcome {}

    /** It was that already. */
    record Already(Standing now) implements Outcome {}

    /** Something does not hold; nothing was changed. */
    record Closed(Standing now, List<Gate> gates) implements Outcome {}

    /** No step leads there, or somebody else is at it. */
    record Refused(Standing now, String reason, String next) implements Outcome {}
  }

  /** The gates of a wish, looked at and not passed through. */
  public List<Gate> gates(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    try (Connection old = source.snapshot();
        Connection here = target.open()) {
      return gates(old, here, table, from, wish);
    }
  }

  /**
   * The same for whoever only looks ahead: an archive's gate is not looked at, because that reads
   * all of it.
   */
  public List<Gate> gatesAhead(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    if (from.towards() != null && wish.phase() != Phase.DROPPED) {
      return List.of();
    }
    try (Connection old = source.snapshot();
        Connection here = target.open()) {
      return wish.phase() == Phase.DROPPED
          ? beforeTheArchive(old, table, from, wish)
          : gates(old, here, table, from, wish);
    }
  }

  /**
   * What a wish would come to if it were told to be done now; nothing is changed.
   *
   * @param reason why no step leads there; null when one does
   * @param next what to do instead
   * @param steps what would be done, in order
   * @param pauses whether for a moment neither side would take writes
   */
  public record Preview(
      Standing now,
      boolean already,
      @Nullable String reason,
      @Nullable String next,
      List<Gate> gates,
      List<String> steps,
      boolean pauses) {
    /** Whether it would be done. */
    public boolean isOpen() {
      return reason == null && gates.stream().allMatch(Gate::passed);
    }
  }

  /** Looks at a wish as {@link #to} would. */
  public Preview preview(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    boolean already = from.phase() == wish.phase() && from.towards() == null;
    Outcome.Refused refused = refusal(table, from, wish.phase());
    if (already || refused != null) {
      return new Preview(
          from,
          already,
          refused == null ? null : refused.reason(),
          refused == null ? null : refused.next(),
          List.of(),
          List.of(),
          false);
    }
    List<Gate> gates = List.of();
    if (from.towards() == null || wish.phase() == Phase.DROPPED) {
      try (Connection old = source.snapshot();
          Connection here = target.open()) {
        gates = gates(old, here, table, from, wish);
      }
    }
    return new Preview(
        from,
        false,
        null,
        null,
        gates,
        from.towards() == null
            ? Itinerary.steps(from.phase(), wish.phase(), wish.forwards())
            : List.of(
                wish.phase() == from.towards()
                    ? "the transition to %s that was begun is finished".formatted(from.towards())
                    : "the transition to %s that was begun is taken back"
                        .formatted(from.towards())),
        Itinerary.pauses(from.phase(), wish.phase()));
  }

  /** Why no step leads there; null when one does, or none is needed. */
  private static Outcome.@Nullable Refused refusal(
      PlannedTable table, Standing from, Phase wanted) {
    Phase towards = from.towards();
    String command = "cratectl phase %s --to %%s --execute".formatted(quoted(table));
    if (towards != null && towards != wanted && !canBeTakenBack(from, wanted)) {
      return new Outcome.Refused(
          from,
          "a transition to %s is under way".formatted(towards),
          "finish it first: " + command.formatted(towards));
    }
    if (towards == null && from.phase() != wanted && !from.phase().leadsTo(wanted)) {
      boolean on = wanted.compareTo(from.phase()) > 0;
      return new Outcome.Refused(
          from,
          "no step leads from %s to %s".formatted(from.phase(), wanted),
          from.phase() == Phase.DROPPED
              ? "restore the table first: cratectl restore %s --execute".formatted(quoted(table))
              : "go step by step: "
                  + command.formatted(
                      (on ? from.phase().next() : from.phase().previous()).orElse(wanted)));
    }
    return null;
  }

  /** As a shell takes it. */
  private static String quoted(PlannedTable table) {
    String name = table.source().qualifiedName();
    return name.matches("[A-Za-z0-9_.]+") ? name : "'" + name.replace("'", "'\\''") + "'";
  }

  /** Goes there, if all gates are open; goes on with what was begun, or takes it back. */
  public Outcome to(PlannedTable table, Wish wish) throws SQLException, IOException {
    // One operator at a time. Who loses this lock with his connection is kept out by the epoch.
    try (Connection alone = target.open()) {
      if (!PhaseLedger.alone(alone, table.id())) {
        return new Outcome.Refused(
            phases.standing(table),
            "somebody else is changing the phase of this table",
            "wait for it, then look: cratectl phase " + table.source().qualifiedName());
      }
      Outcome outcome = walk(table, wish);
      if (outcome instanceof Outcome.Changed changed) {
        sizes(changed.now());
      }
      return outcome;
    }
  }

  private Outcome walk(PlannedTable table, Wish wish) throws SQLException, IOException {
    Standing from = phases.standing(table);
    Phase wanted = wish.phase();
    Phase towards = from.towards();
    if (from.phase() == wanted && towards == null) {
      return new Outcome.Already(from);
    }
    Outcome.Refused refused = refusal(table, from, wanted);
    if (refused != null) {
      return refused;
    }
    List<Gate> gates = List.of();
    // What was begun had its gates open then, and from there on only an end is safe; but nothing is
    // dropped unseen.
    if (towards == null || wanted == Phase.DROPPED) {
      try (Connection old = source.snapshot();
          Connection here = target.open()) {
        boolean gone =
            wanted == Phase.DROPPED
                && towards != null
                && !new OldTable(table.source()).exists(old, String.valueOf(from.retiredName()));
        gates = gone ? List.of() : gates(old, here, table, from, wish);
      }
      if (!gates.stream().allMatch(Gate::passed)) {
        return new Outcome.Closed(from, gates);
      }
    }
    Passage passage = new Passage(table, from, wish, json(gates));
    try {
      boolean done =
          switch (wanted) {
            case OLD, SHADOW, READ_NEW -> passage.back();
            case WRITE_NEW ->
                switch (from.phase()) {
                  case OLD, SHADOW, READ_NEW -> passage.over();
                  case WRITE_NEW, RETIRED, DROPPED -> passage.again();
                };
            case RETIRED -> from.phase() == Phase.RETIRED ? passage.keep() : passage.retire();
            case DROPPED -> passage.drop();
          };
      if (done) {
        return new Outcome.Changed(phases.standing(table), passage.pauseMillis, gates);
      }
    } catch (Overtaken e) {
      // Whoever overtook us ends it.
    }
    return new Outcome.Refused(
        phases.standing(table),
        "somebody else changed the phase meanwhile",
        "cratectl phase " + table.source().qualifiedName());
  }

  /** Whether what was begun may be left for this phase, from whatever step it was cut off after. */
  private static boolean canBeTakenBack(Standing from, Phase wanted) {
    Phase towards = from.towards();
    return switch (from.phase()) {
      case OLD, SHADOW, READ_NEW ->
          towards == Phase.WRITE_NEW ? wanted == from.phase() : wanted == Phase.WRITE_NEW;
      case WRITE_NEW -> towards == Phase.RETIRED && wanted == Phase.WRITE_NEW;
      case RETIRED -> towards == Phase.DROPPED && wanted == Phase.RETIRED;
      case DROPPED -> false;
    };
  }

  /** For the effect of the whole move; a side that does not answer is left out. */
  private void sizes(Standing now) {
    try (Connection here = target.open();
        Connection there = source.snapshot()) {
      PhaseLedger.size(here, there, "SOURCE", now);
      PhaseLedger.size(here, here, "TARGET", now);
    } catch (SQLException e) {
      LOG.log(
          System.Logger.Level.WARNING, "the databases' sizes were not kept: {0}", e.getMessage());
    }
  }

  /** Somebody else took the transition over; nothing more may be done here. */
  private static final class Overtaken extends SQLException {}

  private List<Gate> gates(
      Connection old, Connection here, PlannedTable table, Standing from, Wish wish)
      throws SQLException, IOException {
    Gates gates = new Gates(old, here, table);
    return switch (wish.phase()) {
      case OLD -> List.of();
      case SHADOW -> from.phase() == Phase.OLD ? gates.toShadow() : List.of();
      case READ_NEW -> from.phase() == Phase.SHADOW ? gates.toReadNew() : List.of();
      case WRITE_NEW ->
          switch (from.phase()) {
            case READ_NEW -> gates.toWriteNew(wish.forwards());
            case DROPPED -> List.of(archive(from, wish));
            case OLD, SHADOW, WRITE_NEW, RETIRED -> List.of();
          };
      case RETIRED ->
          List.of(
              Gate.of(
                  "archive",
                  wish.archive() != null,
                  wish.archive() == null ? NO_PLACE : "to " + wish.archiveName(),
                  NAME_A_PLACE));
      case DROPPED -> toDropped(old, table, from, wish);
    };
  }

  private static List<Gate> toDropped(Connection old, PlannedTable table, Standing from, Wish wish)
      throws SQLException, IOException {
    List<Gate> gates = beforeTheArchive(old, table, from, wish);
    gates.add(archive(from, wish));
    return gates;
  }

  private static List<Gate> beforeTheArchive(
      Connection old, PlannedTable table, Standing from, Wish wish) throws SQLException {
    OldTable oldTable = new OldTable(table.source());
    String retired = String.valueOf(from.retiredName());
    Instant since = from.retiredAt() == null ? Instant.now() : from.retiredAt();
    Duration age = Duration.between(since, Instant.now());
    long accesses = oldTable.accesses(old, retired) - from.retiredAccesses();
    List<String> dependents = oldTable.dependents(old, retired);
    List<Gate> gates = new ArrayList<>();
    gates.add(
        Gate.of(
            "name",
            table.source().qualifiedName().equals(wish.typedName()),
            wish.typedName() == null ? "not typed" : "typed: " + wish.typedName(),
            "type the table's name: --confirm " + table.source().qualifiedName()));
    gates.add(
        Gate.of(
            "grace period",
            age.compareTo(wish.grace()) >= 0,
            "retired for %d h of %d h".formatted(age.toHours(), wish.grace().toHours()),
            "wait"));
    gates.add(
        Gate.of(
            "accesses",
            accesses <= 0,
            accesses + " since it was retired",
            "find who still uses it (pg_stat_activity, the server's log), or roll back"));
    gates.add(
        Gate.of(
            "dependents",
            dependents.isEmpty(),
            dependents.isEmpty() ? "none" : String.join("; ", dependents),
            "retire and drop those first"));
    return gates;
  }

  private static Gate archive(Standing from, Wish wish) throws IOException {
    String next =
        from.phase() == Phase.DROPPED
            ? "name the folder of a copy of it that is whole: --archive FOLDER"
            : "roll back and retire again: the archive is written anew";
    if (wish.archive() == null) {
      return Gate.of("archive", false, NO_PLACE, NAME_A_PLACE);
    }
    try {
      Manifest manifest = TableArchive.check(wish.archive());
      return Gate.of(
          "archive",
          manifest.fileSha256().equals(from.archiveSha256()),
          "%d rows read back, digest %s".formatted(manifest.rows(), manifest.fileSha256()),
          next);
    } catch (IOException e) {
      return Gate.of("archive", false, reason(e), next);
    }
  }

  /** A missing file's exception says nothing but its name. */
  private static String reason(IOException e) {
    return e instanceof NoSuchFileException missing
        ? "there is no file " + missing.getFile()
        : String.valueOf(e.getMessage());
  }

  /**
   * One transition's steps.
   *
   * <p>Whatever changes the old table's guard, name or being first has the table's lock and then
   * looks whether the transition still is ours. A transition that takes another over first commits
   * its epoch and then needs the same lock: so either it waits for us, or we see it and stop.
   */
  private final class Passage {
    private final PlannedTable table;
    private final Standing from;
    private final Wish wish;
    private final String gates;
    private final OldTable old;
    private Standing at;
    private @Nullable Long pauseMillis;

    Passage(PlannedTable table, Standing from, Wish wish, String gates) {
      this.table = table;
      this.from = from;
      this.at = from;
      this.wish = wish;
      this.gates = gates;
      this.old = new OldTable(table.source());
    }

    /** To a phase in which the old side is the master. */
    boolean back() throws SQLException, IOException {
      return switch (from.phase()) {
        case OLD, SHADOW, READ_NEW -> {
          if (from.towards() == null) {
            yield onlyTheRow();
          }
          here(writing -> claim(writing, wish.phase(), from.forwards()));
          finishBack(System.nanoTime());
          yield true;
        }
        case WRITE_NEW -> {
          // As far as possible before anybody has to wait.
          back.drain(table.plan(), DRAIN);
          long began =
              here(
                  writing -> {
                    PhaseLedger.holdWriters(writing, table.id());
                    arrive(writing, wish.phase(), wish.phase());
                  });
          finishBack(began);
          yield true;
        }
        // First the old table has to be there again.
        case RETIRED, DROPPED -> {
          Wish first =
              new Wish(
                  Phase.WRITE_NEW,
                  wish.who(),
                  from.forwards(),
                  wish.archive(),
                  wish.archiveName(),
                  null,
                  wish.grace());
          if (!(walk(table, first) instanceof Outcome.Changed)) {
            yield false;
          }
          Passage rest = new Passage(table, phases.standing(table), wish, gates);
          boolean done = rest.back();
          pauseMillis = rest.pauseMillis;
          yield done;
        }
      };
    }

    private boolean onlyTheRow() throws SQLException {
      here(
          writing -> {
            BackCapture.gate(writing, table);
            arrive(writing, wish.phase(), null);
          });
      return true;
    }

    private void finishBack(long began) throws SQLException {
      drainBack();
      List<OldTable.Counter> counters;
      try (Connection here = target.open()) {
        counters = counters(here);
      }
      there(
          old::lock,
          writing -> {
            old.advance(writing, counters);
            old.unguard(writing);
          });
      pauseMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      here(
          writing -> {
            if (!PhaseLedger.settled(writing, at)) {
              throw new Overtaken();
            }
            paused(writing);
          });
      forgetViewWriters();
    }

    /** The gate stays; what else makes the view writable may also stay until next time. */
    private void forgetViewWriters() throws SQLException {
      try {
        here(
            writing -> {
              if (PhaseLedger.still(writing, at)) {
                BackCapture.remove(writing, table);
              }
            });
      } catch (SQLException e) {
        if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }

    /** From a phase in which the old side is the master to WRITE_NEW. */
    boolean over() throws SQLException {
      try {
        here(
            writing -> {
              claim(writing, Phase.WRITE_NEW, wish.forwards());
              try (Connection there = source.snapshot()) {
                // An uninstallation waits for this transaction, or this one saw its end.
                Gate captured = new Gates(there, writing, table).captured();
                if (!captured.passed()) {
                  throw new SQLException(captured.found() + ": " + captured.next());
                }
                Map<String, String> defaults = old.defaults(there);
                for (OldTable.Counter counter : old.counters(there)) {
                  defaults.put(
                      counter.column(),
                      "nextval(%s)".formatted(Sql.literal(sequence(counter.column()))));
                  execute(
                      writing,
                      "CREATE SEQUENCE IF NOT EXISTS %s INCREMENT %d START %d"
                          .formatted(
                              sequence(counter.column()),
                              counter.increment(),
                              Long.signum(counter.increment())));
                }
                BackCapture.install(writing, table, defaults);
              }
            });
        // Drains that began before they could know of the transition.
        here(writing -> StateDrain.lock(writing, table));
        // As far as possible before anybody has to wait.
        drain.drain(DRAIN);
        follow();
        long began =
            there(
                old::lock,
                writing -> {
                  if (wish.forwards()) {
                    old.unguard(writing);
                  } else {
                    old.guard(writing);
                  }
                });
        follow();
        List<OldTable.Counter> counters;
        try (Connection there = source.snapshot()) {
          counters = old.counters(there);
        }
        here(
            writing -> {
              for (OldTable.Counter counter : counters) {
                OldTable.advance(writing, sequence(counter.column()), counter);
              }
              PhaseLedger.holdWriters(writing, table.id());
              arrive(writing, Phase.WRITE_NEW, null);
            });
        pauseMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      } catch (Overtaken e) {
        throw e;
      } catch (SQLException | RuntimeException e) {
        try {
          takeBack();
        } catch (SQLException | RuntimeException again) {
          e.addSuppressed(again);
        }
        throw e;
      }
      here(this::paused);
      return true;
    }

    /** What waits of the table, applied; where old writers go on, what waited now. */
    private void follow() throws SQLException {
      for (int tries = 1; !drain.follow(table); tries++) {
        if (tries >= MOST_TRIES) {
          throw new SQLException(
              "the outbox of %s does not come to its end"
                  .formatted(table.source().qualifiedName()));
        }
        sleep(20);
      }
    }

    /** The old side becomes what it was: the row first, so that nobody arrives any more. */
    private void takeBack() throws SQLException {
      Standing now = phases.standing(table);
      if (now.epoch() == at.epoch() && now.towards() != null && now.phase() == from.phase()) {
        here(writing -> claim(writing, from.phase(), from.forwards()));
        finishBack(System.nanoTime());
      }
    }

    /** Back to WRITE_NEW from RETIRED or DROPPED: the old table is there again, and caught up. */
    boolean again() throws SQLException, IOException {
      here(writing -> claim(writing, Phase.WRITE_NEW, from.forwards()));
      String retired = from.retiredName();
      there(
          writing -> {
            if (retired != null) {
              old.lock(writing, retired);
            }
          },
          writing -> {
            if (!old.exists(writing)) {
              if (retired != null && old.exists(writing, retired)) {
                old.unretire(writing, retired, from.retiredRights());
              } else if (wish.archive() != null) {
                restore(writing, wish.archive());
              } else {
                throw new SQLException("the table is gone, and no archive of it is named");
              }
            }
            if (from.forwards()) {
              old.unguard(writing);
            } else {
              old.guard(writing);
            }
          });
      capture.install(table.plan());
      drainBack();
      here(writing -> arrive(writing, Phase.WRITE_NEW, null));
      return true;
    }

    private void restore(Connection writing, ArchivePlace place) throws SQLException {
      try {
        Manifest manifest = TableArchive.check(place);
        if (!manifest.schema().equals(table.source().schema())
            || !manifest.table().equals(table.source().name())
            || !manifest.fileSha256().equals(from.archiveSha256())) {
          throw new SQLException(
              "this is not the archive of %s that was written when it was retired: %s"
                  .formatted(table.source().qualifiedName(), from.archive()));
        }
        TableArchive.restore(writing, place);
      } catch (IOException e) {
        throw new SQLException(e.getMessage(), e);
      }
    }

    /** A drop that was begun is not wanted any more. */
    boolean keep() throws SQLException {
      try (Connection there = source.snapshot()) {
        if (!old.exists(there, String.valueOf(from.retiredName()))) {
          throw new SQLException("the table is dropped already; restore it: cratectl restore");
        }
      }
      here(writing -> claim(writing, Phase.RETIRED, from.forwards()));
      String retired = String.valueOf(from.retiredName());
      // Whoever was about to drop it did, or sees our claim.
      there(writing -> old.lock(writing, retired), writing -> {});
      here(
          writing -> {
            if (!PhaseLedger.settled(writing, at)) {
              throw new Overtaken();
            }
          });
      return true;
    }

    boolean retire() throws SQLException, IOException {
      String retired = retiredName();
      ArchivePlace place = wish.archive();
      if (place == null) {
        throw new SQLException(NO_PLACE + ": " + NAME_A_PLACE);
      }
      if (from.towards() == null) {
        back.drain(table.plan(), DRAIN);
      }
      here(
          writing -> {
            claim(writing, Phase.RETIRED, from.forwards());
            try (Connection there = source.snapshot()) {
              if (old.exists(there)) {
                try (PreparedStatement update =
                    writing.prepareStatement(
                        "UPDATE migration.phase SET retired_name = ?, retired_rights = ?, archive = ? WHERE table_id = ?")) {
                  update.setString(1, retired);
                  update.setArray(2, writing.createArrayOf("text", old.rights(there).toArray()));
                  // Whoever finishes this later writes there too.
                  update.setString(3, wish.archiveName());
                  update.setLong(4, table.id());
                  update.executeUpdate();
                }
              }
            }
          });
      boolean there;
      try (Connection looking = source.snapshot()) {
        there = old.exists(looking);
      }
      if (there) {
        // Nothing of it changes any more: no old writer, and no back drain, which passes it over
        // from the claim on.
        there(old::lock, old::guard);
        back.standStill();
        follow();
      }
      Manifest manifest = archived(place);
      there(
          writing -> old.lockAlone(writing),
          writing -> {
            if (old.exists(writing)) {
              old.retire(writing, retired);
            }
          });
      long accesses;
      try (Connection looking = source.outbox()) {
        accesses = old.accesses(looking, retired);
      }
      here(
          writing -> {
            arrive(writing, Phase.RETIRED, null);
            try (PreparedStatement update =
                writing.prepareStatement(
                    """
                    UPDATE migration.phase SET retired_at = clock_timestamp(), retired_accesses = ?, archive = ?, archive_sha256 = ?
                     WHERE table_id = ?
                    """)) {
              update.setLong(1, accesses);
              update.setString(2, wish.archiveName());
              update.setString(3, manifest.fileSha256());
              update.setLong(4, table.id());
              update.executeUpdate();
            }
          });
      return true;
    }

    /**
     * A whole archive of these rows in its place is this transition's own, from before it was cut
     * off.
     */
    private Manifest archived(ArchivePlace place) throws SQLException, IOException {
      try (Connection there = source.snapshot()) {
        if (old.exists(there)) {
          Manifest manifest =
              TableArchive.writeOrKeep(
                  there, source.describe(), table.source().schema(), table.source().name(), place);
          TableArchive.check(place);
          return manifest;
        }
      }
      return TableArchive.check(place);
    }

    boolean drop() throws SQLException {
      String retired = String.valueOf(from.retiredName());
      here(writing -> claim(writing, Phase.DROPPED, from.forwards()));
      there(writing -> old.lock(writing, retired), writing -> old.drop(writing, retired));
      here(writing -> arrive(writing, Phase.DROPPED, null));
      return true;
    }

    private void drainBack() throws SQLException {
      BackDrain.Back done = back.drain(table.plan(), DRAIN);
      while (!done.finished()) {
        done = back.drain(table.plan(), DRAIN);
      }
    }

    private void claim(Connection here, Phase towards, boolean forwards) throws SQLException {
      if (!PhaseLedger.begin(here, at, towards, forwards)) {
        throw new Overtaken();
      }
      claimed = PhaseLedger.standing(here, table.id());
    }

    /** The row and its history. */
    private void arrive(Connection here, Phase phase, @Nullable Phase towards) throws SQLException {
      if (!PhaseLedger.arrive(here, at, phase, towards)) {
        throw new Overtaken();
      }
      PhaseLedger.record(here, at, phase, wish.who(), gates, null);
      claimed = PhaseLedger.standing(here, table.id());
    }

    private @Nullable Standing claimed;

    /**
     * Work in the target, in a transaction that never keeps others waiting long. What it claimed
     * counts from its commit on.
     *
     * @return when the try that succeeded began
     */
    private long here(Work work) throws SQLException {
      for (int tries = 1; ; tries++) {
        long began = System.nanoTime();
        claimed = null;
        try (Connection writing = target.open()) {
          writing.setAutoCommit(false);
          execute(writing, "SET LOCAL lock_timeout = '100ms'");
          work.run(writing);
          writing.commit();
          if (claimed != null) {
            at = claimed;
          }
          return began;
        } catch (SQLException e) {
          if (!isLockTrouble(e) || tries >= MOST_TRIES) {
            throw e;
          }
        }
        sleep(Math.min(20L * tries, 500));
      }
    }

    /** Work on the old table: first its lock, then the look whether it still is ours to do. */
    private long there(Work lock, Work work) throws SQLException {
      for (int tries = 1; ; tries++) {
        long began = System.nanoTime();
        try (Connection writing = source.outbox()) {
          writing.setAutoCommit(false);
          execute(writing, "SET LOCAL lock_timeout = '100ms'");
          execute(writing, "SET LOCAL ci_capture.origin = 'drain'");
          lock.run(writing);
          if (phases.standing(table).epoch() != at.epoch()) {
            throw new Overtaken();
          }
          work.run(writing);
          writing.commit();
          return began;
        } catch (SQLException e) {
          if (!isLockTrouble(e) || tries >= MOST_TRIES) {
            throw e;
          }
        }
        sleep(Math.min(20L * tries, 500));
      }
    }

    private static boolean isLockTrouble(SQLException e) {
      return LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState());
    }

    private void paused(Connection here) throws SQLException {
      if (pauseMillis == null) {
        return;
      }
      try (PreparedStatement update =
          here.prepareStatement(
              """
              UPDATE migration.phase_change SET pause_ms = ?
               WHERE id = (SELECT max(id) FROM migration.phase_change WHERE table_id = ?)
              """)) {
        update.setLong(1, pauseMillis);
        update.setLong(2, table.id());
        update.executeUpdate();
      }
    }

    private List<OldTable.Counter> counters(Connection here) throws SQLException {
      List<OldTable.Counter> counters = new ArrayList<>();
      for (var column : table.source().columns()) {
        try (PreparedStatement select =
            here.prepareStatement(
                """
                SELECT pg_sequence_last_value(s.seqrelid) + s.seqincrement, s.seqincrement FROM pg_sequence s
                 WHERE s.seqrelid = to_regclass(?) AND pg_sequence_last_value(s.seqrelid) IS NOT NULL
                """)) {
          select.setString(1, sequence(column.name()));
          try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
              counters.add(new OldTable.Counter(column.name(), row.getLong(1), row.getLong(2)));
            }
          }
        }
      }
      return counters;
    }

    private String sequence(String column) {
      int number = table.source().columns().stream().map(c -> c.name()).toList().indexOf(column);
      return "carried.\"ci:%d:%d\"".formatted(table.id(), number);
    }

    private String retiredName() {
      String suffix = "__retired_" + table.id();
      String name = table.source().name();
      while ((name + suffix).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
      }
      return name + suffix;
    }
  }

  /** Work in one transaction. */
  @FunctionalInterface
  private interface Work {
    void run(Connection writing) throws SQLException;
  }

  private static void sleep(long millis) throws SQLException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while it waited for a lock", e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String json(List<Gate> gates) {
    try {
      return JSON.writeValueAsString(gates);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("gates are always JSON", e);
    }
  }
}
