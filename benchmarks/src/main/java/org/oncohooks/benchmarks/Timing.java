package org.oncohooks.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures work of this very process, by the same count as a server's: CPU time of the process,
 * with the collector's and the compiler's. All of the work has to be done by the calling thread.
 */
final class Timing {

  private final ProcessUse use = new ProcessUse(ProcessHandle.current());
  private final int warmup;
  private final int rounds;
  private final int requests;

  /**
   * @param warmup turns over all tasks before the first measured one
   * @param rounds of each task
   * @param requests in a round
   */
  Timing(int warmup, int rounds, int requests) {
    this.warmup = warmup;
    this.rounds = rounds;
    this.requests = requests;
  }

  /**
   * @param tasks by name; warmed up in turn, then measured one after the other, round by round
   */
  List<Cost> measure(Map<String, Runnable> tasks) {
    for (int turn = 0; turn < warmup; turn++) {
      tasks.values().forEach(Runnable::run);
    }
    Map<String, List<Round>> measured = new LinkedHashMap<>();
    Map<String, Long> allocated = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      tasks.forEach(
          (name, task) -> {
            long bytes = allocated();
            Duration before = use.cpu();
            for (int i = 0; i < requests; i++) {
              task.run();
            }
            Duration cpu = use.cpu().minus(before);
            measured.computeIfAbsent(name, n -> new ArrayList<>()).add(new Round(requests, cpu));
            allocated.put(name, (allocated() - bytes) / requests);
          });
    }
    List<Cost> costs = new ArrayList<>();
    measured.forEach((name, list) -> costs.add(new Cost(name, list, allocated.get(name))));
    return costs;
  }

  private static long allocated() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        ? threads.getThreadAllocatedBytes(Thread.currentThread().getId())
        : 0;
  }
}
