package culturalintelligence.infra;

import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Runtime;

/** Where the packaged functions are, and what runs them. */
interface Packages {
  Code code(String function);

  Runtime runtime();

  /** For the JVM's packages: a binding's class. A native executable is its own. */
  String handler(Binding binding);

  /** How a function is called. */
  enum Binding {
    HTTP,
    QUEUE
  }

  /** What {@code local-dev/native}, or {@code -Dlambda package}, has left in the modules. */
  static Packages below(Path home, Settings settings) {
    boolean nativeCode = settings.packaging() == Settings.Packaging.NATIVE;
    return new Packages() {
      @Override
      public Code code(String function) {
        // The queue of files is read by the analysis module, packaged a second time (decision
        // 0030).
        boolean files = function.equals("files");
        Path zip =
            root(home)
                .resolve("functions")
                .resolve(files ? "analysis" : function)
                .resolve("target")
                .resolve((nativeCode ? "native" : "lambda") + (files ? "-files" : ""))
                .resolve("function.zip");
        if (!Files.isRegularFile(zip)) {
          throw new IllegalStateException(
              "there is no %s: build it with %s"
                  .formatted(
                      zip,
                      nativeCode
                          ? "local-dev/native " + function
                          : "local-dev/native --jvm " + function));
        }
        return Code.fromAsset(zip.toString());
      }

      @Override
      public Runtime runtime() {
        return nativeCode ? Runtime.PROVIDED_AL2023 : Runtime.JAVA_25;
      }

      @Override
      public String handler(Binding binding) {
        if (nativeCode) {
          return "bootstrap";
        }
        return switch (binding) {
          case HTTP -> "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest";
          case QUEUE -> "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest";
        };
      }
    };
  }

  private static Path root(Path from) {
    for (Path at = from; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("functions"))) {
        return at;
      }
    }
    throw new IllegalStateException("there is no functions folder above " + from);
  }
}
