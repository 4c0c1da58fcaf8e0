package org.oncohooks.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.oncohooks.Finding;
import org.oncohooks.knowledge.CurrentKnowledge;
import org.oncohooks.knowledge.Loaded;

/**
 * {@code oncohooks dev}: serves what authors save, as soon as it checks; what does not check is
 * told on the terminal, and the last content that did goes on being served.
 */
final class ContentWatch {

  private static final long PAUSE_MILLIS = 100;

  private final ContentLoader loader;
  private final CurrentKnowledge content;
  private final PrintWriter out;

  ContentWatch(ContentLoader loader, CurrentKnowledge content, PrintWriter out) {
    this.loader = loader;
    this.content = content;
    this.out = out;
  }

  /** Watches in a thread of its own, for as long as the process lives. */
  void start() {
    Path cql = loader.folder().resolve("cql");
    Path resources = loader.folder().resolve("fhir-resources");
    try {
      SavedFiles saved =
          new SavedFiles(
              List.of(cql, resources),
              Set.of(cql.resolve("tests"), resources.resolve("patients")),
              PAUSE_MILLIS);
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
        Path file = saved.await();
        try {
          reload(loader.folder().relativize(file).toString());
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

  private void reload(String file) {
    String before = content.get().version();
    long began = System.nanoTime();
    Loaded loaded = content.reload();
    long millis = (System.nanoTime() - began) / 1_000_000;
    loaded.findings().forEach(this::tell);
    String now = content.get().version();
    if (loaded.knowledge().isEmpty()) {
      say(file + ": does not check; content " + before + " is still served.");
    } else if (!now.equals(before)) {
      say(file + ": content " + now + " is served, after " + millis + " ms.");
    }
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
