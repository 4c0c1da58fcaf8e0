package org.oncohooks.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.knowledge.CurrentKnowledge;
import org.oncohooks.knowledge.Loaded;

/**
 * {@code oncohooks dev}: serves what authors save, as soon as it checks; what does not check is
 * told on the terminal, and the last content that did goes on being served. A case that is saved,
 * or the CQL that it is named after, has the library's cases run.
 */
final class ContentWatch {

  private static final long PAUSE_MILLIS = 100;

  private final ContentLoader loader;
  private final CurrentKnowledge content;
  private final CaseRuns cases;
  private final PrintWriter out;

  /** Cases run apart, so that what is saved meanwhile is served at once. */
  private final ExecutorService testing =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "case-watch");
            thread.setDaemon(true);
            return thread;
          });

  /** Whether what is saved last does not check; only the thread that watches asks. */
  private boolean broken;

  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  ContentWatch(ContentLoader loader, CurrentKnowledge content, CaseRuns cases, PrintWriter out) {
    this.loader = loader;
    this.content = content;
    this.cases = cases;
    this.out = out;
  }

  /** Watches in a thread of its own, for as long as the process lives. */
  void start() {
    Path cql = loader.folder().resolve("cql");
    Path resources = loader.folder().resolve("fhir-resources");
    try {
      SavedFiles saved =
          new SavedFiles(
              List.of(cql, resources), Set.of(resources.resolve("patients")), PAUSE_MILLIS);
      loader.remember();
      Thread thread = new Thread(() -> run(saved), "content-watch");
      thread.setDaemon(true);
      thread.start();
      say("Watching " + cql + " and " + resources + ".");
    } catch (IOException e) {
      say("The content can't be watched: its folders can't be read.");
    }
  }

  private void run(SavedFiles saved) {
    try {
      while (true) {
        SortedSet<Path> files = saved.await();
        try {
          serve(files);
        } catch (RuntimeException e) {
          say("Reading the content again failed (" + e.getClass().getSimpleName() + ").");
        }
      }
    } catch (IOException e) {
      say("The content can't be watched any more; start again.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SortedSet<Path> files) throws IOException {
    Set<Path> rules = new HashSet<>(files);
    rules.removeIf(file -> file.startsWith(cases.folder()));
    if (!rules.isEmpty() && !reload(loader.folder().relativize(files.first()).toString())) {
      rules.clear();
    }
    Set<String> libraries = new TreeSet<>();
    for (Path file : files) {
      if (file.startsWith(cases.folder())) {
        libraries.add(cases.folder().relativize(file).getName(0).toString());
      }
    }
    for (Path rule : rules) {
      libraries.add(rule.getFileName().toString().replaceFirst("[.]cql$", ""));
    }
    libraries.retainAll(cases.libraries());
    libraries.stream()
        .filter(waiting::add)
        .forEach(library -> testing.execute(() -> test(library)));
  }

  /** Whether what was saved is served. */
  private boolean reload(String file) {
    String before = content.get().version();
    long began = System.nanoTime();
    Loaded loaded = content.reload();
    long millis = (System.nanoTime() - began) / 1_000_000;
    loaded.findings().forEach(this::tell);
    String now = content.get().version();
    if (loaded.knowledge().isEmpty()) {
      broken = true;
      say(file + ": does not check; content " + before + " is still served.");
    } else if (!now.equals(before)) {
      say(file + ": content " + now + " is served, after " + millis + " ms.");
      broken = false;
    } else if (broken) {
      say(file + ": checks again; content " + now + " is served, as before.");
      broken = false;
    }
    return loaded.knowledge().isPresent();
  }

  private void test(String library) {
    waiting.remove(library);
    long began = System.nanoTime();
    try {
      List<CaseResult> results = cases.run(library);
      long millis = (System.nanoTime() - began) / 1_000_000;
      new TestOutput(out, false).results(results, cases.folder());
      say(library + ": " + sum(results) + ", after " + millis + " ms.");
    } catch (ProblemException e) {
      say(e.problem().text());
    } catch (IOException e) {
      say("The cases of " + library + " can't be read.");
    } catch (RuntimeException e) {
      say("A case of " + library + " ended the run (" + e.getClass().getSimpleName() + ").");
    }
  }

  private static String sum(Collection<CaseResult> results) {
    long failed = results.stream().filter(result -> !result.holds()).count();
    String all = results.size() + (results.size() == 1 ? " case, " : " cases, ");
    return all + (failed == 0 ? "all hold" : failed + " failed");
  }

  private void tell(Finding finding) {
    out.println(
        finding.file()
            + ":"
            + finding.line()
            + ":"
            + finding.column()
            + (finding.isError() ? " error " : " warning ")
            + finding.message());
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}
