package culturalintelligence.domain.library;

/**
 * A prefix of clients' paths, and where the bytes under it are.
 *
 * @param prefix as configured, without a separator at its end: {@code X:\Music}, {@code /srv/music}
 */
public record LibraryRoot(String prefix, Location location) {}
