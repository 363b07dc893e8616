package culturalintelligence.persistence.postgres;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who we are there. Its text never holds the password.
 *
 * @param query the part of the address behind {@code ?}, such as {@code sslmode=require}
 */
public record DatabaseAddress(
    String host,
    int port,
    String database,
    @Nullable String query,
    @Nullable String user,
    @Nullable String password) {
  private static final int DEFAULT_PORT = 5432;

  /**
   * Reads {@code postgresql://[user[:password]@]host[:port]/database[?query]}, also as {@code
   * postgres://} and {@code jdbc:postgresql://}.
   *
   * @param user wins over the one in the address
   * @param password wins over the one in the address
   * @throws IllegalArgumentException when the address is none; its message holds no password
   */
  public static DatabaseAddress parse(
      String address, @Nullable String user, @Nullable String password) {
    String plain = address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address;
    URI uri;
    try {
      uri = URI.create(plain);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    String scheme = uri.getScheme();
    String path = uri.getPath();
    if (scheme == null
        || !(scheme.equals("postgresql") || scheme.equals("postgres"))
        || uri.getHost() == null
        || path == null
        || path.length() < 2) {
      throw malformed();
    }
    String userOfAddress = null;
    String passwordOfAddress = null;
    if (uri.getRawUserInfo() != null) {
      String[] parts = uri.getRawUserInfo().split(":", 2);
      userOfAddress = decode(parts[0]);
      passwordOfAddress = parts.length == 2 ? decode(parts[1]) : null;
    }
    return new DatabaseAddress(
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        path.substring(1),
        uri.getRawQuery(),
        user == null || user.isEmpty() ? userOfAddress : user,
        password == null || password.isEmpty() ? passwordOfAddress : password);
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "not a PostgreSQL address: expected postgresql://host:port/database");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** For drivers that take one string; holds neither user nor password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s%s"
        .formatted(host, port, database, query == null ? "" : "?" + query);
  }

  @Override
  public String toString() {
    return "postgresql://%s:%d/%s".formatted(host, port, database);
  }
}
