package culturalintelligence.analysis.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.analysis.Analyses;
import culturalintelligence.analysis.FileHearing;
import culturalintelligence.analysis.Outcome;
import culturalintelligence.analysis.files.LibraryFiles;
import culturalintelligence.analysis.files.Located;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.Resolution;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Analyses one file of a scan as a request would, and says what came of it. */
@ApplicationScoped
class FileScan {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LibraryFiles files;
  private final Analyses analyses;

  FileScan(LibraryFiles files, Analyses analyses) {
    this.files = files;
    this.analyses = analyses;
  }

  /**
   * Analyses and records a file.
   *
   * @param afresh though it may be known and unchanged
   */
  FileReading scan(BatchClaim.Asked asked, boolean afresh) {
    String path = asked.path();
    return switch (files.resolve(path)) {
      case Resolution.Refused(Failure failure) -> FileHearing.failed(path, null, failure, null);
      case Resolution.Outside outside -> FileHearing.failed(path, null, outside.failure(), null);
      case Resolution.Inside inside -> scan(inside.path(), afresh);
    };
  }

  private FileReading scan(LibraryPath path, boolean afresh) {
    String text = path.key().path();
    return switch (files.locate(path)) {
      case Located.Missing(Failure failure) -> FileHearing.failed(text, null, failure, null);
      case Located.Found found ->
          switch (afresh ? analyses.analyseAfresh(path, found) : analyses.analyse(text)) {
            case Outcome.Failed(Failure failure, String _) ->
                FileHearing.failed(text, null, failure, found.version());
            case Outcome.Answered(KnownTrack track, var _, boolean wasRead) ->
                answered(text, found.version(), track, !wasRead);
          };
    };
  }

  private static FileReading answered(
      String path, FileVersion version, KnownTrack track, boolean unchanged) {
    ContentHash content = track.content();
    String metadata = track.metadata();
    if (content == null || metadata == null) {
      // Gone between the look and the reading; what is answered is the migrated row alone.
      return reading(path, FileOutcome.MISSING, "FILE_NOT_FOUND", null, version, null);
    }
    FileReading.Facts facts =
        unchanged ? null : new FileReading.Facts(content, null, null, null, metadata);
    String reason = unreadable(metadata);
    if (reason != null) {
      return reading(path, FileOutcome.UNREADABLE, FileHearing.UNREADABLE, reason, version, facts);
    }
    return reading(
        path, unchanged ? FileOutcome.UNCHANGED : FileOutcome.READ, null, null, version, facts);
  }

  private static FileReading reading(
      String path,
      FileOutcome outcome,
      @Nullable String code,
      @Nullable String reason,
      FileVersion version,
      FileReading.@Nullable Facts facts) {
    return new FileReading(path, null, outcome, code, reason, version, facts, Instant.now());
  }

  /** Why nothing could be read from the bytes; null when something could. */
  private static @Nullable String unreadable(String metadata) {
    try {
      JsonNode part = JSON.readTree(metadata);
      return part.path("extraction_success").asBoolean(true)
          ? null
          : part.path("error").asText("nothing in it could be read");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database's JSON is JSON", e);
    }
  }
}
