package culturalintelligence.testkit.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A function's package as AWS gets it, unpacked.
 *
 * @param root where it was unpacked
 * @param handler of the JVM's; a native executable has none
 * @param command that runs it
 * @param zip the package
 */
public record PackagedFunction(
    String name, Kind kind, Path root, String handler, List<String> command, Path zip) {

  /** What it was built as. */
  public enum Kind {
    NATIVE,
    JVM
  }

  /** The package in the module's target folder, if it was built. */
  public static Optional<PackagedFunction> find(String name, Kind kind) {
    Path zip =
        home()
            .resolve("functions")
            .resolve(name)
            .resolve("target")
            .resolve(kind == Kind.NATIVE ? "native" : "lambda")
            .resolve("function.zip");
    return Files.isRegularFile(zip) ? Optional.of(unpacked(name, kind, zip)) : Optional.empty();
  }

  private static PackagedFunction unpacked(String name, Kind kind, Path zip) {
    Path root = zip.resolveSibling("unpacked");
    try {
      unpack(zip, root);
      if (kind == Kind.NATIVE) {
        Path bootstrap = root.resolve("bootstrap");
        if (!bootstrap.toFile().setExecutable(true)) {
          throw new IOException("can't make " + bootstrap + " executable");
        }
        return new PackagedFunction(
            name, kind, root, "not.used", List.of(bootstrap.toString()), zip);
      }
      String handler =
          name.equals("analysis") || name.equals("operations")
              ? "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"
              : "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest";
      return new PackagedFunction(name, kind, root, handler, java(root, handler, List.of()), zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with more options for the JVM. */
  public PackagedFunction with(List<String> options) {
    return new PackagedFunction(name, kind, root, handler, java(root, handler, options), zip);
  }

  /**
   * As AWS's own Java runtime runs a package: its runtime interface client is on our class path.
   */
  private static List<String> java(Path root, String handler, List<String> options) {
    List<String> client = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String file = Path.of(entry).getFileName().toString();
      if (file.startsWith("aws-lambda-java-")) {
        client.add(entry);
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:MaxHeapSize=512m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath(root, client));
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add(handler);
    return List.copyOf(command);
  }

  private static String classPath(Path root, List<String> client) {
    List<String> entries = new ArrayList<>(client);
    entries.add(root.toString());
    Path lib = root.resolve("lib");
    try (Stream<Path> jars = Files.list(lib)) {
      jars.map(Path::toString).filter(jar -> jar.endsWith(".jar")).sorted().forEach(entries::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void unpack(Path zip, Path root) throws IOException {
    Path stamp = root.resolveSibling("unpacked.of");
    String of = Files.size(zip) + " " + Files.getLastModifiedTime(zip);
    if (Files.isRegularFile(stamp) && Files.readString(stamp).equals(of)) {
      return;
    }
    delete(root);
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path to = root.resolve(entry.getName()).normalize();
        if (!to.startsWith(root)) {
          throw new IOException("an entry outside the package: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(to);
        } else {
          Files.createDirectories(to.getParent());
          copy(in, to);
        }
      }
    }
    Files.writeString(stamp, of);
  }

  /** Quarkus writes a class that it has changed a second time; who unzips takes the last. */
  private static void copy(InputStream in, Path to) throws IOException {
    Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path home() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("functions").resolve("analysis"))) {
        return at;
      }
    }
    throw new IllegalStateException("no functions folder above the working directory");
  }

  @Override
  public String toString() {
    return name + " (" + (kind == Kind.NATIVE ? "native" : "JVM") + ")";
  }
}
