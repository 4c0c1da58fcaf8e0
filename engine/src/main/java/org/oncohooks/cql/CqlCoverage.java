package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.runtime.Value;

/** Counts what each expression gives, over any number of evaluations, one after the other. */
public final class CqlCoverage extends CqlRecorder {

  private static final int FIRST_DEPTH = 64;

  static final class Counts {
    final String library;
    final String locator;
    final int order;
    long yes;
    long no;
    long unknown;
    long other;
    long failed;

    private Counts(String library, String locator, int order) {
      this.library = library;
      this.locator = locator;
      this.order = order;
    }

    private void add(Value value) {
      if (value == null) {
        unknown++;
      } else if (value instanceof org.opencds.cqf.cql.engine.runtime.Boolean truth) {
        if (truth.getValue()) {
          yes++;
        } else {
          no++;
        }
      } else {
        other++;
      }
    }

    private void add(Counts more) {
      yes += more.yes;
      no += more.no;
      unknown += more.unknown;
      other += more.other;
      failed += more.failed;
    }

    CqlMark mark(Optional<JsonNode> value) {
      return new CqlMark(locator, yes, no, unknown, other, failed, value);
    }
  }

  private final Map<Element, Counts> counts = new IdentityHashMap<>();
  private Element[] open = new Element[FIRST_DEPTH];
  private int depth;

  @Override
  int enter(Library library, Element element) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, 2 * depth);
    }
    open[depth] = element;
    if (!counts.containsKey(element)) {
      counts.put(
          element,
          new Counts(library.getIdentifier().getId(), element.getLocator(), counts.size()));
    }
    return depth++;
  }

  @Override
  void leave(int at, Value value) {
    counts.get(open[at]).add(value);
    depth = at;
  }

  @Override
  void fail(int at) {
    counts.get(open[at]).failed++;
    depth = at;
  }

  @Override
  void reset() {
    depth = 0;
  }

  @Override
  int depth() {
    return depth;
  }

  @Override
  Element current() {
    return depth == 0 ? null : open[depth - 1];
  }

  /** The open expression that began at a depth. */
  Element at(int begun) {
    return open[begun];
  }

  /** Adds what another one has counted over the same program. */
  public void add(CqlCoverage more) {
    more.counts.forEach(
        (element, theirs) ->
            counts
                .computeIfAbsent(
                    element, e -> new Counts(theirs.library, theirs.locator, counts.size()))
                .add(theirs));
  }

  /** What one expression gave; empty if it was never evaluated. */
  Optional<Counts> of(Element element) {
    return Optional.ofNullable(counts.get(element));
  }

  /**
   * One mark for each place in a library that was evaluated, in the order in which they were first
   * come to. Where several expressions stand at one place, as conversions do that nobody wrote, the
   * outermost counts.
   */
  public List<CqlMark> marks(String library) {
    Map<String, CqlMark> marks = new LinkedHashMap<>();
    outermost(library)
        .forEach(
            (locator, element) -> marks.put(locator, counts.get(element).mark(Optional.empty())));
    return new ArrayList<>(marks.values());
  }

  Map<String, Element> outermost(String library) {
    List<Map.Entry<Element, Counts>> own =
        new ArrayList<>(
            counts.entrySet().stream()
                .filter(e -> e.getValue().library.equals(library) && e.getValue().locator != null)
                .toList());
    own.sort((a, b) -> Integer.compare(a.getValue().order, b.getValue().order));
    Map<String, Element> outermost = new LinkedHashMap<>();
    own.forEach(entry -> outermost.putIfAbsent(entry.getValue().locator, entry.getKey()));
    return outermost;
  }
}
