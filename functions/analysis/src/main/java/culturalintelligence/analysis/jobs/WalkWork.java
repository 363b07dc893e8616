package culturalintelligence.analysis.jobs;

import culturalintelligence.analysis.FileHearing;
import culturalintelligence.analysis.files.FileFailure;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.analysis.files.LibraryWalk;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobPurpose;
import culturalintelligence.domain.jobs.WalkClaim;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.persistence.jobs.JobLedger;
import culturalintelligence.persistence.jobs.KnownFiles;
import culturalintelligence.persistence.jobs.MigratedGaps;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a job: stretch by stretch, each committed with the position behind it, and
 * then told to the queue. Whoever goes on after a kill begins at the last position, so no file is
 * listed twice and none left out; a file that comes or goes behind that position is the next
 * scan's.
 */
@ApplicationScoped
class WalkWork {
  private static final Logger LOG = Logger.getLogger(WalkWork.class);

  /** Files asked about in one question to the database. */
  private static final int QUESTION = 1_000;

  /** A stretch ends at so many files to be read, or entries met, or after the time to settle. */
  private static final int STRETCH_FILES = 1_000;

  private static final int STRETCH_ENTRIES = 20_000;

  private final JobLedger ledger;
  private final KnownFiles known;
  private final MigratedGaps gaps;
  private final LibraryFiles files;
  private final JobSettings settings;

  WalkWork(
      JobLedger ledger,
      KnownFiles known,
      MigratedGaps gaps,
      LibraryFiles files,
      JobSettings settings) {
    this.ledger = ledger;
    this.known = known;
    this.gaps = gaps;
    this.files = files;
    this.settings = settings;
  }

  /** Walks on; false when the message is to come again. */
  boolean work(long job) throws SQLException {
    return switch (ledger.claimWalk(job, settings.lease())) {
      case WalkClaim.Over _ -> {
        // Its last stretch may be committed and not told to the queue yet.
        ledger.sendUnsent(job);
        yield true;
      }
      case WalkClaim.LeasedElsewhere _ -> false;
      case WalkClaim.Granted granted -> attempt(granted);
    };
  }

  private boolean attempt(WalkClaim.Granted walk) throws SQLException {
    try (Heartbeat heart =
        new Heartbeat(settings.lease(), () -> ledger.renew(walk, settings.lease()))) {
      ledger.sendUnsent(walk.job());
      return walk.purpose() == JobPurpose.FILL
          ? new Attempt(walk, heart).overTracks()
          : overFolder(walk, heart);
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(e, "the walk of job %s is put back", walk.job());
      ledger.release(walk);
      return false;
    }
  }

  private boolean overFolder(WalkClaim.Granted walk, Heartbeat heart) throws SQLException {
    return switch (ScanRoot.of(files.libraryRoots(), Objects.requireNonNull(walk.root()))) {
      case ScanRoot.Found.Refused(String sentence) -> ledger.failed(walk, sentence);
      case ScanRoot.Found.Inside(LibraryPath root) ->
          switch (files.walk(root, walk.position())) {
            case LibraryWalk.Start.Refused(String sentence) -> ledger.failed(walk, sentence);
            case LibraryWalk.Start.Ready ready -> new Attempt(walk, heart).overFolder(root, ready);
          };
    };
  }

  /** One worker's turn at a walk. */
  private final class Attempt {
    private final WalkClaim.Granted walk;
    private final Heartbeat heart;
    private final Instant until = Instant.now().plus(settings.work());
    private @Nullable String position;
    private Stretch stretch = new Stretch();

    Attempt(WalkClaim.Granted walk, Heartbeat heart) {
      this.walk = walk;
      this.heart = heart;
      this.position = walk.position();
    }

    boolean overTracks() throws SQLException {
      List<BatchClaim.Asked> some;
      do {
        some = gaps.after(position, QUESTION);
        if (some.isEmpty()) {
          break;
        }
        String last = String.valueOf(some.getLast().trackId());
        if (!commit(new JobLedger.Stretch(last, some, List.of(), 0, 0, 0))) {
          return false;
        }
        if (Instant.now().isAfter(until)) {
          ledger.walkOn(walk);
          return true;
        }
      } while (some.size() == QUESTION);
      return ledger.walkedToTheEnd(walk);
    }

    boolean overFolder(LibraryPath root, LibraryWalk.Start.Ready ready) throws SQLException {
      try (LibraryWalk entries = ready.walk()) {
        for (LibraryWalk.Entry entry = entries.next(); entry != null; entry = entries.next()) {
          stretch.add(root, ready.below(), entry);
          if (stretch.isDue()) {
            if (heart.isLost() || !commit(stretch.end())) {
              return false;
            }
            stretch = new Stretch();
            if (Instant.now().isAfter(until)) {
              ledger.walkOn(walk);
              return true;
            }
          }
        }
      } catch (FileFailure e) {
        LOG.warn("a walk ended", e);
        return ledger.failed(
            walk, "The folder could not be listed to its end: " + e.failure().sentence());
      } catch (IOException e) {
        LOG.warn("a walk ended", e);
        return ledger.failed(
            walk,
            "The folder could not be listed to its end; look whether it is still mounted, and scan"
                + " again");
      }
      if (!stretch.isEmpty() && !commit(stretch.end())) {
        return false;
      }
      return ledger.walkedToTheEnd(walk);
    }

    private boolean commit(JobLedger.Stretch done) throws SQLException {
      if (!ledger.walked(walk, position, done, settings.lease())) {
        return false;
      }
      position = done.position();
      ledger.sendUnsent(walk.job());
      return true;
    }

    /** What was met since the last commit. */
    private final class Stretch {
      private final Instant begun = Instant.now();
      private final List<KnownFiles.Met> met = new ArrayList<>();
      private final List<BatchClaim.Asked> toRead = new ArrayList<>();
      private final List<FileReading> refused = new ArrayList<>();
      private @Nullable String last;
      private long entries;
      private long folders;
      private long unchanged;
      private long skipped;

      void add(LibraryPath root, List<String> below, LibraryWalk.Entry entry) throws SQLException {
        entries++;
        last = entry.position();
        switch (entry) {
          case LibraryWalk.Entry.Folder _ -> folders++;
          case LibraryWalk.Entry.Skipped _ -> skipped++;
          case LibraryWalk.Entry.Closed closed ->
              refused.add(
                  FileHearing.failed(
                      path(root, below, closed.names()), null, closed.failure(), null));
          case LibraryWalk.Entry.File file -> add(root, below, file);
        }
      }

      private void add(LibraryPath root, List<String> below, LibraryWalk.Entry.File file)
          throws SQLException {
        String path = path(root, below, file.names());
        // A name that MetaCrate's spelling can't say, or that another root covers.
        switch (files.resolve(path)) {
          case Resolution.Refused(Failure failure) ->
              refused.add(FileHearing.failed(path, null, failure, file.version()));
          case Resolution.Inside inside
              when inside.path().root().equals(root.root())
                  && inside.path().names().size() == below.size() + file.names().size() ->
              ask(new KnownFiles.Met(inside.path().key(), file.version()));
          case Resolution.Inside _, Resolution.Outside _ ->
              refused.add(
                  FileHearing.failed(
                      path,
                      null,
                      new Failure(
                          FailureCode.MALFORMED_PATH,
                          "The file's name, written as MetaCrate writes it, means another place"),
                      file.version()));
        }
      }

      private void ask(KnownFiles.Met file) throws SQLException {
        if (walk.forced()) {
          toRead.add(new BatchClaim.Asked(file.key().path(), null));
          return;
        }
        met.add(file);
        if (met.size() == QUESTION) {
          answer();
        }
      }

      private void answer() throws SQLException {
        BitSet same = known.unchanged(met);
        unchanged += same.cardinality();
        for (int i = same.nextClearBit(0); i < met.size(); i = same.nextClearBit(i + 1)) {
          toRead.add(new BatchClaim.Asked(met.get(i).key().path(), null));
        }
        met.clear();
      }

      boolean isEmpty() {
        return entries == 0;
      }

      boolean isDue() {
        return toRead.size() >= STRETCH_FILES
            || entries >= STRETCH_ENTRIES
            || Instant.now().isAfter(begun.plus(settings.settle()));
      }

      JobLedger.Stretch end() throws SQLException {
        answer();
        return new JobLedger.Stretch(
            Objects.requireNonNull(last), toRead, refused, folders, unchanged, skipped);
      }
    }
  }

  private static String path(LibraryPath root, List<String> below, List<String> names) {
    List<String> all = new ArrayList<>(below);
    all.addAll(names);
    return ScanRoot.spelled(root.root(), all);
  }
}
