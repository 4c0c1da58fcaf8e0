package org.oncohooks.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.CurrentKnowledge;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the content again when an operator asks for it, and says how that went. Thread-safe. */
final class ContentReload {

  private static final Logger LOG = LoggerFactory.getLogger(ContentReload.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final CurrentKnowledge content;
  private final Ledger ledger;
  private final LongAdder served = new LongAdder();
  private final LongAdder rejected = new LongAdder();

  ContentReload(CurrentKnowledge content, Ledger ledger) {
    this.content = content;
    this.ledger = ledger;
  }

  /** The errors that keep the old content in place; empty if what was read is now served. */
  List<Finding> reload() {
    String before = content.get().version();
    Loaded loaded = content.reload();
    String now = content.get().version();
    if (loaded.knowledge().isPresent()) {
      served.increment();
      LOG.info("content read again: {} instead of {}", now, before);
      note("content-reloaded", "Content " + now + " instead of " + before);
      return List.of();
    }
    rejected.increment();
    List<Finding> errors = content.rejected();
    LOG.error("content {} stays; what was read does not check:", before);
    errors.forEach(finding -> LOG.error("{}", finding));
    note("content-rejected", "Content " + before + " stays; what was read does not check");
    return errors;
  }

  private void note(String name, String text) {
    try {
      ledger.record(new Entry.Event(name, text), PATIENCE);
    } catch (ProblemException e) {
      LOG.error("not noted in the ledger: {}", name);
    }
  }

  CurrentKnowledge content() {
    return content;
  }

  /** How often content was read again and served. */
  long served() {
    return served.sum();
  }

  /** How often content was read again and not served. */
  long rejected() {
    return rejected.sum();
  }
}
