package org.oncohooks.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.Dependants;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.CurrentKnowledge;
import org.oncohooks.knowledge.Loaded;

/**
 * {@code oncohooks dev}: serves what authors save, as soon as it checks; what does not check is
 * told on the terminal, and the last content that did goes on being served. A case that is saved
 * has its library's cases run, a rule those that depend on it, its own first.
 */
final class ContentWatch {

  private static final long PAUSE_MILLIS = 100;

  private final ContentLoader loader;
  private final CurrentKnowledge content;
  private final CaseRuns cases;
  private final PrintWriter out;

  /** Libraries whose cases are to run, apart, so that what is saved meanwhile is served at once. */
  private final BlockingDeque<String> waiting = new LinkedBlockingDeque<>();

  /** Whether what is saved last does not check; only the thread that watches asks. */
  private boolean broken;

  /** What was saved since content last checked, but for cases; so too. */
  private final Set<Path> unserved = new HashSet<>();

  /** The content that was served last, which still knows files that were removed; so too. */
  private Optional<ContentFiles> last = Optional.empty();

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
      last = Optional.of(ContentFiles.read(loader.folder()));
      begin("content-watch", () -> run(saved));
      begin("case-watch", this::runCases);
      say("Watching " + cql + " and " + resources + ".");
    } catch (IOException e) {
      say("The content can't be watched: its folders can't be read.");
    }
  }

  private static void begin(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
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
    Set<String> libraries = new TreeSet<>();
    for (Path file : files) {
      if (file.startsWith(cases.folder())) {
        libraries.add(cases.folder().relativize(file).getName(0).toString());
      }
    }
    Set<String> dependants = new TreeSet<>();
    unserved.addAll(rules);
    String before = content.get().version();
    if (!rules.isEmpty()
        && reload(loader.folder().relativize(rules.iterator().next()).toString())) {
      for (Path rule : unserved) {
        libraries.add(rule.getFileName().toString().replaceFirst("[.]cql$", ""));
      }
      if (!content.get().version().equals(before)) {
        dependants.addAll(dependants());
      }
      unserved.clear();
    }
    libraries.retainAll(cases.libraries());
    dependants.removeAll(libraries);
    if (!dependants.isEmpty()) {
      say(
          "On what was saved depend also the cases of "
              + String.join(", ", dependants)
              + "; they run.");
    }
    // what was saved itself comes before what is still to do
    libraries.forEach(
        library -> {
          waiting.remove(library);
          waiting.addFirst(library);
        });
    dependants.stream().filter(library -> !waiting.contains(library)).forEach(waiting::addLast);
  }

  /** The libraries whose cases the files that are now served, or are no more, can make fail. */
  private SortedSet<String> dependants() throws IOException {
    Set<String> changed = new HashSet<>();
    unserved.forEach(
        file -> changed.add(loader.folder().relativize(file).toString().replace('\\', '/')));
    ContentFiles now = ContentFiles.read(loader.folder());
    SortedSet<String> dependants = new TreeSet<>(Dependants.of(now, cases.folder(), changed));
    if (last.isPresent()) {
      dependants.addAll(Dependants.of(last.get(), cases.folder(), changed));
    }
    last = Optional.of(now);
    dependants.retainAll(cases.libraries());
    return dependants;
  }

  private void runCases() {
    try {
      while (true) {
        test(waiting.takeFirst());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
