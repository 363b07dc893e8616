package culturalintelligence.analysis;

import culturalintelligence.analysis.audio.HashedReading;
import culturalintelligence.analysis.files.FileReaders;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.analysis.files.Located;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.AnalysedTrack;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Correction;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.OldLibrary;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.Classification;
import culturalintelligence.domain.music.ClassificationInput;
import culturalintelligence.domain.music.Classifier;
import culturalintelligence.domain.music.Profiles;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request about a file, in its natural order: is the path ours, is the file there, is it the
 * one we know (then one question to the database is all), and if not: read it, classify it, record
 * it.
 *
 * <p>Whoever asks for the same new file meanwhile waits for the one reading and gets its answer.
 * Two processes may still read it at once; the database then keeps the first record, and both
 * answer from it. What is answered is always what the database gave back, never what was just
 * computed: so the first answer and every later one are the same by construction.
 */
@ApplicationScoped
public class Analyses {
  private final LibraryFiles files;
  private final FileReaders readers;
  private final TrackStore store;
  private final OldLibrary oldLibrary;
  private final ConcurrentMap<Running, CompletableFuture<Outcome>> running =
      new ConcurrentHashMap<>();

  private record Running(PathKey key, FileVersion version) {}

  Analyses(LibraryFiles files, FileReaders readers, TrackStore store, OldLibrary oldLibrary) {
    this.files = files;
    this.readers = readers;
    this.store = store;
    this.oldLibrary = oldLibrary;
  }

  /** Analyses the file of a path, or answers from what is known of it. */
  public Outcome analyse(String path) {
    if (path.isBlank()) {
      return new Outcome.Failed(
          new Failure(FailureCode.FILE_PATH_REQUIRED, "file_path required in JSON body"), "");
    }
    return switch (files.resolve(path)) {
      case Resolution.Refused refused -> new Outcome.Failed(refused.failure(), path);
      case Resolution.Outside outside -> migrated(outside.key(), outside.failure());
      case Resolution.Inside inside -> analyse(inside.path());
    };
  }

  private Outcome analyse(LibraryPath path) {
    return switch (files.locate(path)) {
      case Located.Missing(Failure failure) when failure.code() == FailureCode.FILE_NOT_FOUND ->
          migrated(path.key(), failure);
      case Located.Missing(Failure failure) -> new Outcome.Failed(failure, path.key().path());
      case Located.Found found -> analyse(path.key(), found);
    };
  }

  /**
   * A migrated row whose bytes were never ours to read is all there is of its track, and is
   * answered. A file we did read and that is gone is gone.
   */
  private Outcome migrated(PathKey key, Failure failure) {
    return bridged(
        key,
        known ->
            known
                .filter(track -> !track.wasRead() && track.decision() != null)
                .<Outcome>map(track -> new Outcome.Answered(track, Outcome.Source.CACHED, false))
                .orElseGet(() -> new Outcome.Failed(failure, key.path())));
  }

  /**
   * The answer while MetaCrate's rows answer too. A file that is not known here is answered from
   * its old row, if it has one, and the row copied next. Where both sides answer, both are asked,
   * the old answer is given and what differs is noted; whatever becomes of the new one.
   */
  private Outcome bridged(PathKey key, Function<Optional<KnownTrack>, Outcome> ours) {
    Optional<KnownTrack> known = store.find(key);
    OldLibrary.Asked asked = oldLibrary.asked();
    if (asked == OldLibrary.Asked.NEVER
        || (asked == OldLibrary.Asked.WHEN_UNKNOWN && known.isPresent())) {
      return ours.apply(known);
    }
    long began = System.nanoTime();
    OldLibrary.Answer old = oldLibrary.find(key, known.isPresent());
    long oldMicros = (System.nanoTime() - began) / 1_000;
    if (known.isEmpty()) {
      if (old instanceof OldLibrary.Answer.Found row) {
        oldLibrary.bringForward(row);
        return new Outcome.Answered(row.track(), Outcome.Source.METACRATE, false);
      }
      return ours.apply(known);
    }
    Outcome mine;
    began = System.nanoTime();
    try {
      mine = ours.apply(known);
    } catch (RuntimeException e) {
      if (old instanceof OldLibrary.Answer.Found row) {
        oldLibrary.compared(key, old, null, e.getClass().getSimpleName(), oldMicros, since(began));
        return new Outcome.Answered(row.track(), Outcome.Source.METACRATE, false);
      }
      throw e;
    }
    switch (mine) {
      case Outcome.Answered answered ->
          oldLibrary.compared(key, old, answered.track(), null, oldMicros, since(began));
      case Outcome.Failed failed ->
          oldLibrary.compared(
              key, old, null, failed.failure().code().name(), oldMicros, since(began));
    }
    return old instanceof OldLibrary.Answer.Found row
        ? new Outcome.Answered(
            row.track(),
            Outcome.Source.METACRATE,
            mine instanceof Outcome.Answered a && a.wasRead())
        : mine;
  }

  private static long since(long began) {
    return (System.nanoTime() - began) / 1_000;
  }

  /** Reads a file that is there and records it, though it may be known and unchanged. */
  public Outcome analyseAfresh(LibraryPath path, Located.Found found) {
    return analyse(path.key(), found, store.find(path.key()), true);
  }

  private Outcome analyse(PathKey key, Located.Found found) {
    return bridged(key, known -> analyse(key, found, known, false));
  }

  private Outcome analyse(
      PathKey key, Located.Found found, Optional<KnownTrack> known, boolean afresh) {
    if (!afresh && known.isPresent() && known.get().isUnchanged(found.version())) {
      return new Outcome.Answered(known.get(), Outcome.Source.CACHED, false);
    }
    // Known under another spelling that Windows does not tell from this one: it is the same track.
    PathKey recorded =
        known
            .map(KnownTrack::path)
            .filter(path -> !path.equals(key.path()))
            .map(PathKey::of)
            .orElse(key);
    return together(new Running(recorded, found.version()), () -> read(recorded, found));
  }

  /** The first to come works, the others wait for what it gets. */
  private Outcome together(Running what, Callable<Outcome> work) {
    CompletableFuture<Outcome> mine = new CompletableFuture<>();
    CompletableFuture<Outcome> first = running.putIfAbsent(what, mine);
    if (first != null) {
      try {
        return first.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    try {
      Outcome outcome = work.call();
      mine.complete(outcome);
      return outcome;
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } catch (Exception e) {
      mine.completeExceptionally(e);
      throw new IllegalStateException(e);
    } finally {
      // Nobody may wait for ever, whatever was thrown.
      mine.completeExceptionally(new IllegalStateException("the reading ended without an answer"));
      running.remove(what, mine);
    }
  }

  private Outcome read(PathKey key, Located.Found found) {
    return switch (readers.read(found)) {
      case FileReaders.Outcome.Failed(Failure failure) -> new Outcome.Failed(failure, key.path());
      case FileReaders.Outcome.Done(HashedReading reading, FileVersion version) ->
          switch (honest(reading.reading())) {
            case AudioReading.NotAudio(String reason) ->
                new Outcome.Failed(
                    new Failure(FailureCode.NOT_AUDIO, "The file is no audio: " + reason),
                    key.path());
            case AudioReading.Read(
                    StreamFacts stream,
                    Tags tags,
                    var _,
                    var _,
                    var _,
                    var _,
                    var _) ->
                record(key, version, reading, stream, tags);
            case AudioReading.Unreadable _ -> record(key, version, reading, null, Tags.NONE);
          };
    };
  }

  /** A damaged file of which not one fact and not one tag is left was not read. */
  static AudioReading honest(AudioReading reading) {
    return reading instanceof AudioReading.Read read
            && read.damage() != null
            && read.stream().durationSeconds() == null
            && read.stream().sampleRate() == null
            && read.tags().fields().isEmpty()
        ? new AudioReading.Unreadable(
            read.stream().container(),
            read.notes().isEmpty() ? "nothing in it could be read" : read.notes().getFirst())
        : reading;
  }

  private Outcome record(
      PathKey key,
      FileVersion version,
      HashedReading reading,
      @Nullable StreamFacts stream,
      Tags tags) {
    Profiles profiles = store.profiles(Classifier.names(key.path(), tags));
    Classification classification =
        Classifier.classify(new ClassificationInput(key.path(), tags, stream, profiles));
    Decision decision = Decisions.of(classification);
    String payload = reading.payloadHash();
    KnownTrack track =
        store.record(
            new AnalysedTrack(
                key,
                version,
                new ContentHash(reading.sha256()),
                payload == null ? null : new ContentHash(payload),
                stream,
                MetadataPart.of(honest(reading.reading())),
                decision));
    boolean ours = track.decision() != null && decision.id().equals(track.decision().id());
    return new Outcome.Answered(
        track, ours ? Outcome.Source.REALTIME_ANALYSIS : Outcome.Source.CACHED, true);
  }

  /** Several files, a few at a time; the answers in the order of the paths. */
  public List<Outcome> analyseAll(List<String> paths) {
    List<Outcome> outcomes = new ArrayList<>(paths.size());
    try (ExecutorService few = Executors.newFixedThreadPool(readers.parallel())) {
      List<Future<Outcome>> futures =
          paths.stream().map(path -> few.submit(() -> analyse(path))).toList();
      for (Future<Outcome> future : futures) {
        outcomes.add(future.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the service is stopping", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
    return outcomes;
  }

  /** What is known of a path; a file not known yet is analysed. */
  public Outcome lookUp(String path) {
    return switch (files.resolve(path)) {
      case Resolution.Refused refused -> new Outcome.Failed(refused.failure(), path);
      case Resolution.Outside outside -> held(outside.key(), outside.failure());
      case Resolution.Inside inside ->
          switch (files.locate(inside.path())) {
            case Located.Found found -> analyse(inside.path().key(), found);
            case Located.Missing(Failure failure)
                when failure.code() == FailureCode.FILE_NOT_FOUND ->
                held(inside.path().key(), failure);
            case Located.Missing(Failure failure) -> new Outcome.Failed(failure, path);
          };
    };
  }

  private Outcome held(PathKey key, Failure failure) {
    return bridged(
        key,
        known ->
            known
                .filter(track -> track.decision() != null)
                .<Outcome>map(track -> new Outcome.Answered(track, Outcome.Source.CACHED, false))
                .orElseGet(() -> new Outcome.Failed(failure, key.path())));
  }

  /** The best copy of the files with these bytes. */
  public Outcome lookUp(ContentHash hash) {
    return store
        .findByHash(hash)
        .<Outcome>map(track -> new Outcome.Answered(track, Outcome.Source.CACHED, false))
        .orElseGet(
            () ->
                new Outcome.Failed(
                    new Failure(FailureCode.HASH_NOT_FOUND, "No file with this hash is known"),
                    ""));
  }

  /** Takes a person's word on a track that is known. */
  public Outcome correct(String path, Correction correction) {
    PathKey key;
    switch (files.resolve(path)) {
      case Resolution.Refused refused -> {
        return new Outcome.Failed(refused.failure(), path);
      }
      case Resolution.Outside outside -> key = outside.key();
      case Resolution.Inside inside -> key = inside.path().key();
    }
    return store
        .correct(key, correction)
        .<Outcome>map(track -> new Outcome.Answered(track, Outcome.Source.CACHED, false))
        .orElseGet(
            () ->
                new Outcome.Failed(
                    new Failure(FailureCode.TRACK_NOT_FOUND, "No track of this path is known"),
                    path));
  }
}
