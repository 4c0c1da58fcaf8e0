package org.oncohooks.records;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.oncohooks.records.SearchParameter.Kind;

/**
 * A search as SQL, which finds what {@link SearchQuery#matches} and {@link SearchQuery#page} would.
 * Values are bound, never written into the text. For one use.
 */
final class SearchSql {

  private static final String NEVER = "1 = 0";

  private final Handle handle;
  private final SearchQuery query;
  private final StringBuilder where = new StringBuilder("r.type = ? and r.json is not null");
  private final List<Object> values = new ArrayList<>();

  SearchSql(Handle handle, SearchQuery query) {
    this.handle = handle;
    this.query = query;
    values.add(query.type());
    for (Criterion criterion : query.criteria()) {
      where.append(" and ").append(criterion.negated() ? "not " : "").append(matches(criterion));
    }
  }

  /** How many match on all pages. */
  long total() {
    return bound("select count(*) from resource r where " + where, values).mapTo(Long.class).one();
  }

  /** The query's page, and one more if there is another page. */
  List<StoredResource> page() {
    List<Object> all = new ArrayList<>();
    String key = key(all);
    all.addAll(values);
    String rows =
        "select r.type, r.id, r.version, r.last_updated, r.json, "
            + key
            + " as sort_key from resource r where "
            + where;
    String direction = query.sort().descending() ? " desc" : "";
    String order =
        query.sort().by().isEmpty()
            ? "id" + direction
            : "(sort_key is null), sort_key" + direction + ", id";
    String sql =
        "select "
            + Rows.COLUMNS
            + " from ("
            + rows
            + ") found where "
            + query.after().map(start -> after(start, all)).orElse("1 = 1")
            + " order by "
            + order
            + " limit "
            + (query.count() + 1);
    return bound(sql, all).map((row, context) -> Rows.stored(row)).list();
  }

  /** What is sorted by, besides the id. */
  private String key(List<Object> bindings) {
    Optional<SearchParameter> by = query.sort().by();
    if (by.isEmpty()) {
      return "0";
    }
    if (by.get().name().equals(SearchIndex.LAST_UPDATED)) {
      return "r.last_updated";
    }
    bindings.add(by.get().name());
    return "(select "
        + (query.sort().descending() ? "max" : "min")
        + "(d.low) from resource_date d where d.type = r.type and d.id = r.id and d.parameter = ?)";
  }

  private String after(PageStart start, List<Object> bindings) {
    boolean descending = query.sort().descending();
    if (query.sort().by().isEmpty()) {
      bindings.add(start.id());
      return descending ? "id < ?" : "id > ?";
    }
    if (start.key().isEmpty()) {
      bindings.add(start.id());
      return "sort_key is null and id > ?";
    }
    Collections.addAll(bindings, start.key().get(), start.key().get(), start.id());
    return "(sort_key is null or sort_key "
        + (descending ? "<" : ">")
        + " ? or (sort_key = ? and id > ?))";
  }

  private String matches(Criterion criterion) {
    SearchParameter parameter = criterion.parameter();
    return switch (parameter.kind()) {
      case ID -> anyOf(criterion, value -> equalTo("r.id", ((SearchValue.Id) value).id()));
      case REFERENCE ->
          anyOf(
              criterion,
              value -> equalTo("r.patient", ((SearchValue.PatientReference) value).patientId()));
      case TOKEN -> exists("resource_token", criterion, value -> token(parameter, value));
      case DATE ->
          parameter.name().equals(SearchIndex.LAST_UPDATED)
              ? anyOf(criterion, value -> date(value, "r.last_updated", "(r.last_updated + 1000)"))
              : exists("resource_date", criterion, value -> date(value, "x.low", "x.high"));
      case STRING, URI, RESOURCE ->
          throw new IllegalStateException("no stored type has such a parameter: " + parameter);
    };
  }

  private String exists(String table, Criterion criterion, Function<SearchValue, String> matches) {
    values.add(criterion.parameter().name());
    return "exists (select 1 from "
        + table
        + " x where x.type = r.type and x.id = r.id and x.parameter = ? and "
        + anyOf(criterion, value -> matches.apply(value))
        + ")";
  }

  private static String anyOf(Criterion criterion, Function<SearchValue, String> matches) {
    StringJoiner any = new StringJoiner(" or ", "(", ")");
    criterion.anyOf().forEach(value -> any.add(matches.apply(value)));
    return any.toString();
  }

  private String equalTo(String column, String value) {
    values.add(value);
    return column + " = ?";
  }

  private String token(SearchParameter parameter, SearchValue value) {
    if (value instanceof SearchValue.In in) {
      return member(parameter, in.codes());
    }
    SearchValue.Token token = (SearchValue.Token) value;
    List<String> parts = new ArrayList<>();
    if (token.code().isPresent()) {
      parts.add(equalTo("x.folded", token.value().folded()));
    }
    if (token.system().isPresent()) {
      parts.add(equalTo("x.system", token.value().system()));
    }
    return "(" + String.join(" and ", parts) + ")";
  }

  /** The codes that are recorded and that the value set holds: it alone knows its members. */
  private String member(SearchParameter parameter, CodeSet codes) {
    List<TokenValue> members =
        recorded(parameter).stream().filter(t -> codes.contains(t.system(), t.code())).toList();
    if (members.isEmpty()) {
      return NEVER;
    }
    members.forEach(t -> Collections.addAll(values, t.folded(), t.system(), t.code()));
    return "(x.folded, x.system, x.code) in (values "
        + String.join(", ", Collections.nCopies(members.size(), "(?, ?, ?)"))
        + ")";
  }

  private List<TokenValue> recorded(SearchParameter parameter) {
    List<Object> bindings = new ArrayList<>(List.of(query.type(), parameter.name()));
    List<String> patients =
        query.criteria().stream()
            .filter(criterion -> criterion.parameter().kind() == Kind.REFERENCE)
            .findFirst()
            .map(c -> c.anyOf().stream().map(v -> (SearchValue.PatientReference) v))
            .map(found -> found.map(SearchValue.PatientReference::patientId).toList())
            .orElse(List.of());
    String ofPatients = "";
    if (!patients.isEmpty()) {
      bindings.addAll(patients);
      ofPatients =
          " and exists (select 1 from resource p where p.type = t.type and p.id = t.id"
              + " and p.patient in ("
              + String.join(", ", Collections.nCopies(patients.size(), "?"))
              + "))";
    }
    return bound(
            "select distinct t.system, t.code from resource_token t"
                + " where t.type = ? and t.parameter = ?"
                + ofPatients,
            bindings)
        .map((row, context) -> new TokenValue(row.getString(1), row.getString(2)))
        .list();
  }

  /** As {@link DatePrefix#matches} compares. */
  private String date(SearchValue value, String low, String high) {
    SearchValue.Date date = (SearchValue.Date) value;
    long from = date.range().lowMicros();
    long to = date.range().highMicros();
    return switch (date.prefix()) {
      case EQ -> within(low, high, from, to);
      case NE -> "not " + within(low, high, from, to);
      case LT -> compared(low, "<", from);
      case LE -> "(" + compared(low, "<", from) + " or " + within(low, high, from, to) + ")";
      case GT -> compared(high, ">", to);
      case GE -> "(" + compared(high, ">", to) + " or " + within(low, high, from, to) + ")";
      case SA -> compared(low, ">=", to);
      case EB -> compared(high, "<=", from);
      case AP -> "(" + compared(high, ">", from) + " and " + compared(low, "<", to) + ")";
    };
  }

  private String within(String low, String high, long from, long to) {
    return "(" + compared(low, ">=", from) + " and " + compared(high, "<=", to) + ")";
  }

  private String compared(String column, String how, long micros) {
    values.add(micros);
    return column + " " + how + " ?";
  }

  private Query bound(String sql, List<Object> bindings) {
    Query statement = handle.createQuery(sql);
    for (int i = 0; i < bindings.size(); i++) {
      statement.bind(i, bindings.get(i));
    }
    return statement;
  }
}
