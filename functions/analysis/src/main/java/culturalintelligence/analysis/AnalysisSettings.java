package culturalintelligence.analysis;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What may be set. Every value has a default that is right on one machine; a test holds the
 * defaults against what is written here.
 */
@ConfigMapping(prefix = "cultural-intelligence")
public interface AnalysisSettings {

  /** {@code prefix=location;prefix=location}, see LibraryRoots; by LIBRARY_ROOTS. */
  Optional<String> libraryRoots();

  /** Paths in one batch; more are answered 413. */
  @WithDefault("50")
  int batchCap();

  /** Files over this are refused: an eight-hour WAV at 96 kHz and 24 bit has 16 GB. */
  @WithDefault("20G")
  MemorySize maxFileSize();

  /**
   * Bytes of a request's body. A batch of 50 paths of 32,767 characters in the widest UTF-8, every
   * character escaped, has under 10 MB; a real one has 10 kB.
   */
  @WithDefault("10M")
  MemorySize maxBodySize();

  Access access();

  DuplicateSkip duplicateSkip();

  Reading reading();

  Storage storage();

  RequestLog requestLog();

  Bridge bridge();

  /** Who may call. */
  interface Access {
    /**
     * Keys, one of which a request must carry in {@code X-API-Key}. None: only callers on this
     * machine are served.
     */
    Optional<List<String>> apiKeys();

    /** Serve everybody without a key: for a network that is guarded elsewhere. */
    @WithDefault("false")
    boolean open();

    /** Origins whose pages may call, or {@code *}; none: no CORS headers. */
    Optional<List<String>> corsOrigins();
  }

  /** Whether an analysis may be answered {@code duplicate_skip}. */
  interface DuplicateSkip {
    /** Under {@code /api/v3.2}, whose clients know only success and error. */
    @WithName("v32")
    @WithDefault("false")
    boolean v32();

    /** Under {@code /api/track}. */
    @WithDefault("true")
    boolean track();
  }

  /** How files are read. */
  interface Reading {
    /** Files read at once; 0 is one for every processor, and at least 2. */
    @WithDefault("0")
    int parallel();

    /** Files that may wait for their turn; more are answered 429. */
    @WithDefault("1000")
    int waiting();

    /** How long a file may wait for its turn. */
    @WithDefault("PT30S")
    Duration patience();

    /**
     * How long the tags and structure of one file may take. The reader's own limit is far lower.
     */
    @WithDefault("PT5S")
    Duration structureDeadline();

    /** How long hashing may take, beside a second for every {@link #slowestBytesPerSecond}. */
    @WithDefault("PT30S")
    Duration hashDeadline();

    /** The slowest share that is waited for. */
    @WithDefault("2M")
    MemorySize slowestBytesPerSecond();
  }

  /** Library roots in buckets. */
  interface Storage {
    /**
     * Another server that speaks S3, such as MinIO; by S3_ENDPOINT. None: AWS's own, by its own
     * configuration (region, credentials).
     */
    Optional<URI> endpoint();

    /** How long a connection may take, and how long the storage may be silent. */
    @WithDefault("PT5S")
    Duration patience();

    /** How often a request is made in all while the storage fails. */
    @WithDefault("3")
    int attempts();
  }

  /** The request log. */
  interface RequestLog {
    @WithDefault("true")
    boolean enabled();

    /** Days whose single requests are kept; their sums are kept for 400. */
    @WithDefault("30")
    int keepDays();

    /** How often what was logged is written. */
    @WithDefault("PT1S")
    Duration interval();

    /** Requests held in memory at most, while the database is away; the newest are dropped. */
    @WithDefault("20000")
    int capacity();
  }

  /** MetaCrate's own rows, while both systems answer; its database is METACRATE_URL's. */
  interface Bridge {
    /** Whether the old side is asked at all. */
    @WithDefault("true")
    boolean enabled();

    /** How long it may take to answer; after that a file is analysed as if it had no row there. */
    @WithDefault("PT0.5S")
    Duration patience();
  }
}
