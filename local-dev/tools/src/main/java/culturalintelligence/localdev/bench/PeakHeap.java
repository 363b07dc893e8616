package culturalintelligence.localdev.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at the heap a few times a second, garbage included, and keeps the most it saw. */
final class PeakHeap implements AutoCloseable {
  private static final long LOOK_EVERY_MILLIS = 50;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final AtomicLong peak = new AtomicLong();
  private final Thread looking = Thread.ofPlatform().daemon().name("peak-heap").start(this::look);

  private void look() {
    try {
      while (true) {
        peak.accumulateAndGet(memory.getHeapMemoryUsage().getUsed(), Math::max);
        Thread.sleep(LOOK_EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long bytes() {
    return peak.get();
  }

  @Override
  public void close() {
    looking.interrupt();
  }
}
