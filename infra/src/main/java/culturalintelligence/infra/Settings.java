package culturalintelligence.infra;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decides about a deployment. Every name is a context key of the same name.
 *
 * @param architecture of the executables: they run on nothing else
 * @param packaging native executables, or the JVM's packages
 * @param connectionBudget how many connections to the target all functions together may hold; no
 *     more than the database instance allows
 * @param migrationConcurrency chunks copied at once, 2 or more (SQS's own lower limit)
 * @param verificationConcurrency chunks compared at once, 2 or more
 * @param filesConcurrency file batches read at once, 2 or more
 * @param analysisConcurrency requests answered at once
 * @param requestsPerSecond let through by the API, above which it answers 429
 * @param instance of the target, such as {@code t4g.medium}
 * @param metacrateCidr the network MetaCrate's database is in; the functions may reach it there
 * @param jwtIssuer who signs the tokens that callers of the analysis bring; without it the function
 *     asks for a key, which lies in Secrets Manager
 * @param libraryBucket name of the bucket with the music, read only
 * @param libraryAccessPoint ARN of the EFS access point with the music, mounted read only at
 *     /mnt/music
 * @param libraryRoots as LIBRARY_ROOTS says them
 * @param alarmEmail who hears of alarms
 */
record Settings(
    Arch architecture,
    Packaging packaging,
    int connectionBudget,
    int migrationConcurrency,
    int verificationConcurrency,
    int filesConcurrency,
    int analysisConcurrency,
    int requestsPerSecond,
    String instance,
    boolean multiAz,
    int logRetentionDays,
    Optional<String> metacrateCidr,
    Optional<String> jwtIssuer,
    Optional<String> jwtAudience,
    Optional<String> libraryBucket,
    Optional<String> libraryAccessPoint,
    Optional<String> libraryFileSystem,
    Optional<String> librarySecurityGroup,
    String libraryRoots,
    Optional<String> alarmEmail) {

  /** A chunk's copy holds its own connection and, for moments, the ledger's. */
  static final int CONNECTIONS_OF_A_WORKER = 2;

  /** A request of the analysis holds one; two let a request's log be written beside it. */
  static final int POOL = 2;

  /** Operations is called by people, and its commands are short. */
  static final int OPERATIONS_CONCURRENCY = 2;

  enum Arch {
    ARM64,
    X86_64
  }

  enum Packaging {
    NATIVE,
    JVM
  }

  Settings {
    atLeastTwo("migrationConcurrency", migrationConcurrency);
    atLeastTwo("verificationConcurrency", verificationConcurrency);
    atLeastTwo("filesConcurrency", filesConcurrency);
    if (jwtIssuer.isPresent() != jwtAudience.isPresent()) {
      throw new IllegalArgumentException("jwtIssuer and jwtAudience go together");
    }
    if (libraryAccessPoint.isPresent()
        && (libraryFileSystem.isEmpty() || librarySecurityGroup.isEmpty())) {
      throw new IllegalArgumentException(
          "libraryAccessPoint needs libraryFileSystem and librarySecurityGroup beside it");
    }
    int needed =
        CONNECTIONS_OF_A_WORKER
                * (migrationConcurrency + verificationConcurrency + OPERATIONS_CONCURRENCY)
            + POOL * (analysisConcurrency + filesConcurrency);
    if (needed > connectionBudget) {
      throw new IllegalArgumentException(
          "the functions may hold %d connections at once, but connectionBudget is %d: raise it, or lower a concurrency"
              .formatted(needed, connectionBudget));
    }
  }

  private static void atLeastTwo(String name, int value) {
    if (value < 2) {
      throw new IllegalArgumentException(name + " must be 2 or more: SQS takes no less");
    }
  }

  static Settings from(Function<String, @Nullable String> context) {
    return new Settings(
        Arch.valueOf(text(context, "architecture", "arm64").toUpperCase(java.util.Locale.ROOT)),
        Packaging.valueOf(text(context, "packaging", "native").toUpperCase(java.util.Locale.ROOT)),
        number(context, "connectionBudget", 100),
        number(context, "migrationConcurrency", 8),
        number(context, "verificationConcurrency", 4),
        number(context, "filesConcurrency", 8),
        number(context, "analysisConcurrency", 24),
        number(context, "requestsPerSecond", 50),
        text(context, "instance", "t4g.medium"),
        Boolean.parseBoolean(text(context, "multiAz", "true")),
        number(context, "logRetentionDays", 30),
        optional(context, "metacrateCidr"),
        optional(context, "jwtIssuer"),
        optional(context, "jwtAudience"),
        optional(context, "libraryBucket"),
        optional(context, "libraryAccessPoint"),
        optional(context, "libraryFileSystem"),
        optional(context, "librarySecurityGroup"),
        text(context, "libraryRoots", ""),
        optional(context, "alarmEmail"));
  }

  private static Optional<String> optional(
      Function<String, @Nullable String> context, String name) {
    return Optional.ofNullable(context.apply(name)).filter(text -> !text.isBlank());
  }

  private static String text(
      Function<String, @Nullable String> context, String name, String otherwise) {
    return optional(context, name).orElse(otherwise);
  }

  private static int number(
      Function<String, @Nullable String> context, String name, int otherwise) {
    String text = text(context, name, Integer.toString(otherwise));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is a whole number, not " + text, e);
    }
  }
}
