package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.Criterion;
import org.oncohooks.records.PageStart;
import org.oncohooks.records.SearchParameter.Kind;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.SearchValue;
import org.oncohooks.records.SearchableType;

/**
 * AuditEvents, the newest first. A page looks at a bounded number of them, so that one may hold
 * fewer matches than asked for, or none, and still have a next page; how many match in all is not
 * told unless all do.
 */
final class AuditShelf implements Shelf {

  private static final String PATIENT = "patient";
  private static final String ENTITY = "entity";

  static final SearchableType TYPE =
      SearchableType.of("AuditEvent")
          .resource(PATIENT, "AuditEvent-patient", "entity.what")
          .resource(ENTITY, "AuditEvent-entity", "entity.what")
          .resource("agent", "AuditEvent-agent", "agent.who")
          .token("type", "AuditEvent-type", "type")
          .token("subtype", "AuditEvent-subtype", "subtype")
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

  /** Whoever asks for a number alone must not get a false one. */
  static ProblemException uncounted() {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "count-unsupported",
            "AuditEvents that meet a condition are not counted; leave _count=0 or _summary=count"
                + " out and follow the next links.")
        .asException();
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
    if (query.count() == 0 && !query.criteria().isEmpty()) {
      throw uncounted();
    }
    SearchQuery recorded =
        new SearchQuery(
            query.type(), query.criteria().stream().map(this::asRecorded).toList(), query.count());
    Optional<Set<String>> patients =
        query.criteria().stream().map(this::patients).flatMap(Optional::stream).findFirst();
    long last = trail.last();
    long begin = trail.begin();
    long total = query.criteria().isEmpty() ? last - begin : UNCOUNTED;
    long end = query.after().flatMap(start -> number(start.id())).map(n -> n - 1).orElse(last);
    int looked = 0;
    List<ObjectNode> matches = new ArrayList<>();
    while (end > begin && looked < LOOKED_AT && matches.size() < query.count()) {
      Looked some = patients.isPresent() ? about(patients.get(), end) : newest(begin, end);
      end = some.end();
      for (ObjectNode event : some.events()) {
        looked++;
        if (recorded.matches(event)) {
          matches.add(event);
          if (matches.size() == query.count()) {
            end = number(event) - 1;
            break;
          }
        }
      }
    }
    Optional<PageStart> next =
        query.count() == 0 || end <= begin
            ? Optional.empty()
            : Optional.of(PageStart.id("ledger-" + (end + 1)));
    return new SearchQuery.Page<>(total, matches, next);
  }

  /**
   * @param events the newest first
   * @param end the next number to look at
   */
  private record Looked(List<ObjectNode> events, long end) {}

  private Looked newest(long begin, long end) {
    long from = Math.max(begin, end - TOGETHER);
    List<ObjectNode> events = new ArrayList<>(trail.events(from, (int) (end - from)));
    Collections.reverse(events);
    return new Looked(events, from);
  }

  private Looked about(Set<String> patients, long end) {
    List<ObjectNode> events = trail.about(patients, end + 1, TOGETHER);
    return new Looked(
        events, events.size() < TOGETHER ? 0 : number(events.get(events.size() - 1)) - 1);
  }

  private static long number(ObjectNode event) {
    return number(event.path("id").asText()).orElseThrow();
  }

  /** The identifiers of the patients that a criterion asks for, if it does. */
  private Optional<Set<String>> patients(Criterion criterion) {
    String name = criterion.parameter().name();
    boolean asks =
        name.equals(PATIENT)
            || name.equals(ENTITY)
                && criterion.anyOf().stream()
                    .allMatch(value -> namesAPatient(((SearchValue.Reference) value).text()));
    return asks
        ? Optional.of(
            criterion.anyOf().stream()
                .flatMap(value -> trail.patients(((SearchValue.Reference) value).text()).stream())
                .collect(Collectors.toSet()))
        : Optional.empty();
  }

  private static boolean namesAPatient(String reference) {
    return reference.matches("(.*/)?Patient/[^/]*");
  }

  /** References name whom the rows know by other identifiers. */
  private Criterion asRecorded(Criterion criterion) {
    if (criterion.parameter().kind() != Kind.RESOURCE) {
      return criterion;
    }
    Set<SearchValue> anyOf = new HashSet<>();
    for (SearchValue value : criterion.anyOf()) {
      String text = ((SearchValue.Reference) value).text();
      if (criterion.parameter().name().equals(PATIENT) || namesAPatient(text)) {
        trail.patients(text).forEach(known -> anyOf.add(new SearchValue.Reference(known)));
      }
      anyOf.add(new SearchValue.Reference(trail.resource(text)));
      anyOf.add(value);
    }
    return new Criterion(criterion.parameter(), List.copyOf(anyOf));
  }
}
