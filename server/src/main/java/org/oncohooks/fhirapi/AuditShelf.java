package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.PageStart;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.SearchableType;

/**
 * AuditEvents, the newest first. A page looks at a bounded number of them, so that one may hold
 * fewer matches than asked for, or none, and still have a next page; how many match in all is not
 * told unless all do.
 */
final class AuditShelf implements Shelf {

  static final SearchableType TYPE =
      SearchableType.of("AuditEvent")
          .date("date", "AuditEvent-date", "recorded")
          .code("action", "AuditEvent-action", "action", "http://hl7.org/fhir/audit-event-action")
          .code(
              "outcome",
              "AuditEvent-outcome",
              "outcome",
              "http://hl7.org/fhir/audit-event-outcome");

  /** In place of a total that is not known. */
  static final long UNCOUNTED = -1;

  private static final Pattern ID = Pattern.compile("ledger-(\\d{1,18})");
  private static final int LOOKED_AT = 5_000;
  private static final int TOGETHER = 500;

  private final AuditTrail trail;

  AuditShelf(AuditTrail trail) {
    this.trail = trail;
  }

  @Override
  public Optional<ObjectNode> read(String type, String id) {
    return number(id)
        .flatMap(number -> trail.events(number - 1, 1).stream().findFirst())
        .filter(event -> event.path("id").asText().equals(id));
  }

  @Override
  public Optional<ObjectNode> read(String type, String id, long version) {
    return Optional.empty();
  }

  private static Optional<Long> number(String id) {
    Matcher matcher = ID.matcher(id);
    return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
  }

  @Override
  public SearchQuery.Page<ObjectNode> search(SearchQuery query) {
    if (query.sort().by().isPresent() || query.sort().descending()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "sort-unsupported",
              "AuditEvents come in one order, the newest first; leave _sort out.",
              "_sort")
          .asException();
    }
    long last = trail.last();
    long begin = trail.begin();
    long total = query.criteria().isEmpty() ? last - begin : UNCOUNTED;
    long end = query.after().flatMap(start -> number(start.id())).map(n -> n - 1).orElse(last);
    long floor = Math.max(begin, end - LOOKED_AT);
    List<ObjectNode> matches = new ArrayList<>();
    while (end > floor && matches.size() < query.count()) {
      long from = Math.max(floor, end - TOGETHER);
      List<ObjectNode> events = trail.events(from, (int) (end - from));
      for (int i = events.size() - 1; i >= 0 && matches.size() < query.count(); i--) {
        ObjectNode event = events.get(i);
        if (query.matches(event)) {
          matches.add(event);
        }
        end = number(event.path("id").asText()).orElseThrow() - 1;
      }
      if (events.isEmpty()) {
        end = from;
      }
    }
    Optional<PageStart> next =
        query.count() == 0 || end <= begin
            ? Optional.empty()
            : Optional.of(PageStart.id("ledger-" + (end + 1)));
    return new SearchQuery.Page<>(total, matches, next);
  }
}
