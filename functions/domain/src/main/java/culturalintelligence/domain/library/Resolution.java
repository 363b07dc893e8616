package culturalintelligence.domain.library;

import culturalintelligence.domain.failure.Failure;

/** What a client's path comes to. */
public sealed interface Resolution {

  /** Under a root. */
  record Inside(LibraryPath path) implements Resolution {}

  /** Under none. The path may still be that of a migrated row, which can be answered from. */
  record Outside(PathKey key, Failure failure) implements Resolution {}

  /** Not to be looked at in any way. */
  record Refused(Failure failure) implements Resolution {}
}
