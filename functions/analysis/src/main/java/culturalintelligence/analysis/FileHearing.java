package culturalintelligence.analysis;

import culturalintelligence.analysis.audio.HashedReading;
import culturalintelligence.analysis.files.FileReaders;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.analysis.files.Located;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.ClassificationInput;
import culturalintelligence.domain.music.Classifier;
import culturalintelligence.domain.music.Profiles;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a file says, read now. Nothing is looked up and nothing is recorded. */
@ApplicationScoped
public class FileHearing {
  private final LibraryFiles files;
  private final FileReaders readers;

  FileHearing(LibraryFiles files, FileReaders readers) {
    this.files = files;
    this.readers = readers;
  }

  /** Reads the file of a path. */
  public FileReading hear(String path, @Nullable Long track) {
    return switch (files.resolve(path)) {
      case Resolution.Refused(Failure failure) -> failed(path, track, failure, null);
      case Resolution.Outside outside -> failed(path, track, outside.failure(), null);
      case Resolution.Inside inside ->
          switch (files.locate(inside.path())) {
            case Located.Missing(Failure failure) -> failed(path, track, failure, null);
            case Located.Found found -> read(path, track, found);
          };
    };
  }

  private FileReading read(String path, @Nullable Long track, Located.Found found) {
    return switch (readers.read(found)) {
      case FileReaders.Outcome.Failed(Failure failure) ->
          failed(path, track, failure, found.version());
      case FileReaders.Outcome.Done(HashedReading reading, FileVersion version) ->
          switch (Analyses.honest(reading.reading())) {
            case AudioReading.NotAudio(String reason) ->
                failed(
                    path,
                    track,
                    new Failure(FailureCode.NOT_AUDIO, "The file is no audio: " + reason),
                    version);
            case AudioReading.Unreadable unreadable ->
                new FileReading(
                    path,
                    track,
                    FileOutcome.UNREADABLE,
                    UNREADABLE,
                    unreadable.reason(),
                    version,
                    facts(reading, null, said(path, Tags.NONE, null)),
                    Instant.now());
            case AudioReading.Read read ->
                new FileReading(
                    path,
                    track,
                    FileOutcome.READ,
                    null,
                    null,
                    version,
                    facts(reading, read.stream(), said(path, read.tags(), read.stream())),
                    Instant.now());
          };
    };
  }

  /** The code of a file that is hashed, and of which nothing else could be read. */
  public static final String UNREADABLE = "UNREADABLE";

  private static FileReading.Facts facts(
      HashedReading reading, @Nullable StreamFacts stream, FileReading.Said said) {
    String payload = reading.payloadHash();
    return new FileReading.Facts(
        new ContentHash(reading.sha256()),
        payload == null ? null : new ContentHash(payload),
        stream,
        said,
        MetadataPart.of(Analyses.honest(reading.reading())));
  }

  private static FileReading.Said said(String path, Tags tags, @Nullable StreamFacts stream) {
    Decision decision =
        Decisions.of(
            Classifier.classify(new ClassificationInput(path, tags, stream, Profiles.NONE)));
    return new FileReading.Said(
        decision.artist(),
        decision.title(),
        decision.mixText(),
        decision.label(),
        decision.catalogueNumber(),
        decision.genre(),
        decision.subgenre(),
        decision.bpm(),
        decision.key());
  }

  /** A file of which nothing was read. */
  public static FileReading failed(
      String path, @Nullable Long track, Failure failure, @Nullable FileVersion version) {
    return new FileReading(
        path,
        track,
        outcome(failure.code()),
        failure.code().name(),
        failure.sentence(),
        version,
        null,
        Instant.now());
  }

  private static FileOutcome outcome(FailureCode code) {
    return switch (code) {
      case NOT_AUDIO -> FileOutcome.NOT_AUDIO;
      case FILE_NOT_FOUND, OUTSIDE_LIBRARY -> FileOutcome.MISSING;
      default -> FileOutcome.FAILED;
    };
  }
}
