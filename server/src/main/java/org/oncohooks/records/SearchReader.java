package org.oncohooks.records;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.SearchParameter.Kind;

/**
 * Reads the parameters of a search strictly: what is not understood is refused, never ignored,
 * because an ignored filter would answer more than was asked (FHIR R4, Search, section 3.1.1.5).
 * Immutable.
 */
public final class SearchReader {

  /** The parameter of our own that says after which id a page begins. */
  public static final String AFTER = "_after";

  /** Matches on a page where the search does not say. */
  public static final int DEFAULT_COUNT = 50;

  /** The most values in one search, over all its parameters. */
  static final int MAX_VALUES = 500;

  private static final String COUNT = "_count";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

  private final InstantSource clock;
  private final ZoneId zone;

  /**
   * @param clock for the prefix {@code ap} alone
   * @param zone where dates without an offset are, in searches and in records
   */
  public SearchReader(InstantSource clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  /**
   * @param parameters decoded; a name may come with several values, which all have to be met
   * @throws ProblemException {@code INCORRECT} if a parameter is unknown to the type, or a value
   *     can't be read
   */
  public SearchQuery read(SearchableType type, Map<String, List<String>> parameters) {
    List<Criterion> criteria = new ArrayList<>();
    int count = DEFAULT_COUNT;
    Optional<String> after = Optional.empty();
    for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
      switch (parameter.getKey()) {
        case COUNT -> count = count(only(parameter));
        case AFTER -> after = Optional.of(id(only(parameter), AFTER));
        default -> criteria.addAll(criteria(type, parameter));
      }
    }
    if (criteria.stream().mapToInt(c -> c.anyOf().size()).sum() > MAX_VALUES) {
      throw incorrect(
          "search-too-long", "A search takes at most " + MAX_VALUES + " values in all.", "");
    }
    return new SearchQuery(type.type(), criteria, count, after);
  }

  private List<Criterion> criteria(SearchableType type, Map.Entry<String, List<String>> parameter) {
    String name = parameter.getKey();
    int colon = name.indexOf(':');
    String bare = colon < 0 ? name : name.substring(0, colon);
    SearchParameter known = type.parameter(bare).orElseThrow(() -> unknown(type));
    if (colon >= 0 && !(known.kind() == Kind.REFERENCE && name.endsWith(":Patient"))) {
      throw incorrect(
          "search-modifier",
          "The only modifier supported is :Patient on patient and subject.",
          known.name());
    }
    List<Criterion> criteria = new ArrayList<>();
    for (String alternatives : parameter.getValue()) {
      List<SearchValue> anyOf = new ArrayList<>();
      for (String value : SearchText.split(alternatives, ',')) {
        if (value.isBlank()) {
          throw incorrect("search-value", "A search parameter has an empty value.", name);
        }
        anyOf.add(value(known, value));
      }
      criteria.add(new Criterion(known, anyOf));
    }
    return criteria;
  }

  private SearchValue value(SearchParameter parameter, String text) {
    return switch (parameter.kind()) {
      case ID -> new SearchValue.Id(id(text, parameter.name()));
      case REFERENCE -> patient(parameter, text);
      case TOKEN -> token(parameter, text);
      case DATE -> date(parameter, text);
      case STRING -> new SearchValue.Text(SearchText.unescape(text));
      case URI -> new SearchValue.Uri(SearchText.unescape(text));
    };
  }

  private SearchValue patient(SearchParameter parameter, String text) {
    String id = text.startsWith("Patient/") ? text.substring("Patient/".length()) : text;
    if (!ID.matcher(id).matches()) {
      throw incorrect(
          "search-reference",
          "Name the patient by logical id, as in " + parameter.name() + "=Patient/<id>.",
          parameter.name());
    }
    return new SearchValue.PatientReference(id);
  }

  private SearchValue token(SearchParameter parameter, String text) {
    List<String> parts = SearchText.split(text, '|');
    if (parts.size() > 2 || parts.stream().allMatch(String::isEmpty)) {
      throw incorrect(
          "search-token",
          "Write a token as code, system|code, |code or system|.",
          parameter.name());
    }
    String last = SearchText.unescape(parts.get(parts.size() - 1));
    return new SearchValue.Token(
        parts.size() == 1 ? Optional.empty() : Optional.of(SearchText.unescape(parts.get(0))),
        last.isEmpty() ? Optional.empty() : Optional.of(last));
  }

  private SearchValue date(SearchParameter parameter, String text) {
    Optional<DatePrefix> written = DatePrefix.of(text);
    DatePrefix prefix = written.orElse(DatePrefix.EQ);
    DateRange range =
        DateRange.of(written.isPresent() ? text.substring(2) : text, zone)
            .orElseThrow(
                () ->
                    incorrect(
                        "search-date",
                        "Write a date as [eq|ne|lt|le|gt|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss][Z|+hh:mm]]]];"
                            + " in a URL, + is written %2B.",
                        parameter.name()));
    return new SearchValue.Date(
        prefix, prefix == DatePrefix.AP ? range.approximately(clock.instant()) : range, zone);
  }

  private static int count(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw incorrect(
          "search-count", "Give _count as a whole number; the largest page is 200.", COUNT);
    }
    return Math.min(Integer.parseInt(text), SearchQuery.MAX_COUNT);
  }

  private static String id(String text, String parameter) {
    if (!ID.matcher(text).matches()) {
      throw incorrect(
          "search-id", "A logical id is 1 to 64 letters, digits, hyphens and dots.", parameter);
    }
    return text;
  }

  private static String only(Map.Entry<String, List<String>> parameter) {
    if (parameter.getValue().size() != 1) {
      throw incorrect(
          "search-repeated", "Give " + parameter.getKey() + " once.", parameter.getKey());
    }
    return parameter.getValue().get(0);
  }

  private static ProblemException unknown(SearchableType type) {
    return incorrect(
        "search-parameter",
        type.type()
            + " can't be searched by that parameter. Known: "
            + String.join(", ", type.parameterNames())
            + ", "
            + COUNT
            + ".",
        "");
  }

  private static ProblemException incorrect(String code, String text, String parameter) {
    return parameter.isEmpty()
        ? Problem.of(ProblemCategory.INCORRECT, code, text).asException()
        : Problem.of(ProblemCategory.INCORRECT, code, text, parameter).asException();
  }
}
