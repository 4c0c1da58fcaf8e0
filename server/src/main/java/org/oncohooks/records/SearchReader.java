package org.oncohooks.records;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** The parameter of our own that says after which place a page begins. */
  public static final String AFTER = "_after";

  /** Matches on a page where the search does not say. */
  public static final int DEFAULT_COUNT = 50;

  /** The most values in one search, over all its parameters. */
  static final int MAX_VALUES = 500;

  private static final String COUNT = "_count";
  private static final String SORT = "_sort";
  private static final String INCLUDE = "_include";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

  private static final Pattern RESOURCE =
      Pattern.compile("(https?://[^\\s|]{1,500}/)?([A-Z][A-Za-z]{1,63}/)?[A-Za-z0-9\\-.]{1,64}");

  private final InstantSource clock;
  private final ZoneId zone;
  private final CodeSets codeSets;

  /**
   * @param clock for the prefix {@code ap} alone
   * @param zone where dates without an offset are, in searches and in records
   * @param codeSets what {@code :in} may name
   */
  public SearchReader(InstantSource clock, ZoneId zone, CodeSets codeSets) {
    this.clock = clock;
    this.zone = zone;
    this.codeSets = codeSets;
  }

  /**
   * @param parameters decoded; a name may come with several values, which all have to be met
   * @throws ProblemException {@code INCORRECT} if a parameter is unknown to the type, or a value
   *     can't be read
   */
  public SearchQuery read(SearchableType type, Map<String, List<String>> parameters) {
    List<Criterion> criteria = new ArrayList<>();
    int count = DEFAULT_COUNT;
    SortOrder sort = SortOrder.byId(zone);
    Optional<PageStart> after = Optional.empty();
    boolean withPatients = false;
    for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
      switch (parameter.getKey()) {
        case COUNT -> count = count(only(parameter));
        case SORT -> sort = sort(type, only(parameter));
        case AFTER -> after = Optional.of(place(only(parameter)));
        case INCLUDE -> withPatients = include(type, parameter.getValue());
        default -> criteria.addAll(criteria(type, parameter));
      }
    }
    if (criteria.stream().mapToInt(c -> c.anyOf().size()).sum() > MAX_VALUES) {
      throw incorrect(
          "search-too-long", "A search takes at most " + MAX_VALUES + " values in all.", "");
    }
    return new SearchQuery(type.type(), criteria, sort, count, after, withPatients);
  }

  /**
   * Reads the criteria of a conditional create.
   *
   * @param parameters as {@link #read}; only what filters, and at least one of that
   * @throws ProblemException as {@link #read}, and {@code INCORRECT} if there is no criterion
   */
  public SearchQuery readCondition(SearchableType type, Map<String, List<String>> parameters) {
    boolean shaped = Stream.of(COUNT, SORT, AFTER, INCLUDE).anyMatch(parameters::containsKey);
    if (shaped || parameters.isEmpty()) {
      throw incorrect(
          "condition",
          "A conditional create needs criteria that filter, such as identifier=system|value, and"
              + " nothing else.",
          "");
    }
    SearchQuery query = read(type, parameters);
    return new SearchQuery(query.type(), query.criteria(), 2);
  }

  private SortOrder sort(SearchableType type, String text) {
    boolean descending = text.startsWith("-");
    String name = descending ? text.substring(1) : text;
    if (name.equals("_id")) {
      return new SortOrder(Optional.empty(), descending, zone);
    }
    return new SortOrder(
        Optional.of(
            type.parameter(name)
                .filter(parameter -> parameter.kind() == Kind.DATE)
                .orElseThrow(
                    () ->
                        incorrect(
                            "search-sort",
                            "Sort by _id, _lastUpdated or one date parameter of the type, with a"
                                + " hyphen before it for the latest first.",
                            SORT))),
        descending,
        zone);
  }

  private static PageStart place(String text) {
    return PageStart.of(text)
        .orElseThrow(
            () -> incorrect("search-after", "Follow the next link of the page before.", AFTER));
  }

  private static boolean include(SearchableType type, List<String> values) {
    Set<String> known =
        Stream.of("patient", "subject")
            .filter(
                name -> type.parameter(name).filter(p -> p.kind() == Kind.REFERENCE).isPresent())
            .map(name -> type.type() + ":" + name)
            .flatMap(include -> Stream.of(include, include + ":Patient"))
            .collect(Collectors.toSet());
    if (!known.containsAll(values)) {
      throw incorrect(
          "search-include",
          "Only the patient can be included, as in " + type.type() + ":subject.",
          INCLUDE);
    }
    return true;
  }

  private List<Criterion> criteria(SearchableType type, Map.Entry<String, List<String>> parameter) {
    String name = parameter.getKey();
    int colon = name.indexOf(':');
    String bare = colon < 0 ? name : name.substring(0, colon);
    SearchParameter known = type.parameter(bare).orElseThrow(() -> unknown(type));
    String modifier = colon < 0 ? "" : name.substring(colon + 1);
    boolean understood =
        switch (modifier) {
          case "" -> colon < 0;
          case "Patient" -> known.kind() == Kind.REFERENCE;
          case "in", "not" -> known.kind() == Kind.TOKEN;
          default -> false;
        };
    if (!understood) {
      throw incorrect(
          "search-modifier",
          "The modifiers supported are :in and :not on tokens, and :Patient on patient and subject.",
          known.name());
    }
    List<Criterion> criteria = new ArrayList<>();
    for (String alternatives : parameter.getValue()) {
      List<SearchValue> anyOf = new ArrayList<>();
      for (String value : SearchText.split(alternatives, ',')) {
        if (value.isBlank()) {
          throw incorrect("search-value", "A search parameter has an empty value.", name);
        }
        anyOf.add(modifier.equals("in") ? member(known, value) : value(known, value));
      }
      criteria.add(new Criterion(known, anyOf, modifier.equals("not")));
    }
    return criteria;
  }

  private SearchValue value(SearchParameter parameter, String text) {
    return switch (parameter.kind()) {
      case ID -> new SearchValue.Id(id(text, parameter.name()));
      case REFERENCE -> patient(parameter, text);
      case RESOURCE -> resource(parameter, text);
      case TOKEN -> token(parameter, text);
      case DATE -> date(parameter, text);
      case STRING -> new SearchValue.Text(SearchText.unescape(text));
      case URI -> new SearchValue.Uri(SearchText.unescape(text));
    };
  }

  private SearchValue member(SearchParameter parameter, String url) {
    return new SearchValue.In(
        codeSets
            .find(SearchText.unescape(url))
            .orElseThrow(
                () ->
                    incorrect(
                        "search-value-set",
                        "Name a value set of this service by its canonical URL, without a version.",
                        parameter.name())));
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

  private static SearchValue resource(SearchParameter parameter, String text) {
    if (!RESOURCE.matcher(text).matches()) {
      throw incorrect(
          "search-reference",
          "Write a reference as Type/id, as an absolute URL that ends so, or as the id alone.",
          parameter.name());
    }
    return new SearchValue.Reference(text);
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
            + String.join(", ", COUNT, SORT, INCLUDE)
            + ".",
        "");
  }

  private static ProblemException incorrect(String code, String text, String parameter) {
    return parameter.isEmpty()
        ? Problem.of(ProblemCategory.INCORRECT, code, text).asException()
        : Problem.of(ProblemCategory.INCORRECT, code, text, parameter).asException();
  }
}
