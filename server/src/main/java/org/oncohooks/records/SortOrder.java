package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The order of a search's matches (FHIR R4, Search, section 3.1.1.5.2); ties by ascending id.
 *
 * @param by a date parameter, of which the earliest counts, or the latest when descending; what has
 *     no such date comes last. Empty: by id
 * @param descending the greatest first
 * @param zone where dates without an offset are
 */
public record SortOrder(Optional<SearchParameter> by, boolean descending, ZoneId zone) {

  /** By ascending id. */
  public static SortOrder byId(ZoneId zone) {
    return new SortOrder(Optional.empty(), false, zone);
  }

  /** Where a resource stands. */
  PageStart position(ObjectNode resource) {
    Optional<Long> key = Optional.empty();
    if (by.isPresent()) {
      LongStream keys =
          by.get()
              .values(resource)
              .flatMap(found -> DateRange.ofElement(found, zone).stream())
              .mapToLong(DateRange::lowMicros);
      key = (descending ? keys.max() : keys.min()).stream().boxed().findFirst();
    }
    return new PageStart(key, resource.path("id").asText(""));
  }

  /** Compares positions in this order. */
  Comparator<PageStart> comparator() {
    Comparator<PageStart> ids = Comparator.comparing(PageStart::id);
    if (by.isEmpty()) {
      return descending ? ids.reversed() : ids;
    }
    Comparator<Long> keys = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return Comparator.comparing((PageStart p) -> p.key().orElse(null), Comparator.nullsLast(keys))
        .thenComparing(ids);
  }
}
