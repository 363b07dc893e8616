package culturalintelligence.localdev.lambda;

import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.PackagedFunction.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Which packages there are to test; of those there are not, a line says how to make them. */
final class Built {
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Built() {}

  static Stream<PackagedFunction> analysis() {
    return of("analysis");
  }

  static Stream<PackagedFunction> operations() {
    return of("operations");
  }

  static Stream<PackagedFunction> migration() {
    return of("migration");
  }

  static Stream<PackagedFunction> verification() {
    return of("verification");
  }

  static Stream<PackagedFunction> of(String function) {
    List<PackagedFunction> built = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      find(function, kind).ifPresent(built::add);
    }
    return built.stream();
  }

  static Optional<PackagedFunction> find(String function, Kind kind) {
    Optional<PackagedFunction> found = PackagedFunction.find(function, kind);
    if (found.isEmpty() && SAID.add(function + kind)) {
      System.out.printf(
          "[lambda] skipped: %s is not built for %s; local-dev/native %s%s builds it%n",
          function,
          kind == Kind.NATIVE ? "native" : "the JVM",
          kind == Kind.NATIVE ? "" : "--jvm ",
          function);
    }
    return found;
  }
}
