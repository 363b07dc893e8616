package culturalintelligence.domain.failure;

/**
 * One failure, told.
 *
 * @param code what to compare
 * @param sentence what to read; never holds a secret, nor anything of a file outside the library
 */
public record Failure(FailureCode code, String sentence) {}
