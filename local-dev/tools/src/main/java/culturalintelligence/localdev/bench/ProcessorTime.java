package culturalintelligence.localdev.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor seconds of this process and of two servers, by Linux's {@code /proc}: on a machine with
 * other work they say more than the clock. A server's are those of its first process, of its
 * children that ended, and of those that live. Where there is no {@code /proc}, all are 0.
 */
record ProcessorTime(double client, double source, double target) {
  /** USER_HZ, which is 100 on every Linux that is not very strange. */
  private static final double TICKS_PER_SECOND = 100;

  static ProcessorTime now(Path sourceFolder, Path targetFolder) {
    return new ProcessorTime(
        ownSeconds(), serverSeconds(sourceFolder), serverSeconds(targetFolder));
  }

  ProcessorTime minus(ProcessorTime before) {
    return new ProcessorTime(
        client - before.client, source - before.source, target - before.target);
  }

  double sum() {
    return client + source + target;
  }

  private static double ownSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(d -> d.toMillis() / 1e3)
        .orElse(0.0);
  }

  private static double serverSeconds(Path folder) {
    try {
      long pid =
          Long.parseLong(Files.readAllLines(folder.resolve("postmaster.pid")).getFirst().strip());
      try (Stream<ProcessHandle> children =
          ProcessHandle.of(pid).map(ProcessHandle::children).orElseGet(Stream::empty)) {
        double living = children.mapToDouble(child -> ticks(child.pid(), List.of(11, 12))).sum();
        return living + ticks(pid, List.of(11, 12, 13, 14));
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** The fields behind the command's name: 11 and 12 are its own time, 13 and 14 its children's. */
  private static double ticks(long pid, List<Integer> fields) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] parts = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields.stream().mapToLong(field -> Long.parseLong(parts[field])).sum()
          / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }
}
