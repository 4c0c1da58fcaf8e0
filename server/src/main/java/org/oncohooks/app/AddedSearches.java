package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;

/** What a tenant adds to searches, as {@code search-parameters} of the configuration says it. */
final class AddedSearches {

  /** Without those that begin with an underscore, chains and modifiers. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,63}");

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9.,:/|_-]{1,1500}");

  /** They say whose data is asked for, which the template does. */
  private static final Set<String> WHOSE = Set.of("patient", "subject", "identifier");

  private AddedSearches() {}

  /**
   * @param place of the tenant in the configuration
   * @return by FHIR type
   * @throws org.oncohooks.ProblemException {@code INCORRECT} naming the key
   */
  static Map<String, List<String>> of(
      TenantEntry tenant, String place, ConfigFile config, Knowledge knowledge) {
    Map<String, List<String>> searches = new TreeMap<>();
    Set<String> types = types(knowledge);
    tenant
        .searchParameters()
        .forEach(
            (type, value) -> {
              String at = place + ".search-parameters." + type;
              if (!types.contains(type)) {
                throw config.refuse(
                    at,
                    "no service searches for this type; they do for " + String.join(", ", types));
              }
              List<String> texts = texts(value);
              if (texts.isEmpty()
                  || !texts.stream().allMatch(AddedSearches::isUsable)
                  || new HashSet<>(texts).size() < texts.size()) {
                throw config.refuse(
                    at,
                    "has to be a search such as category=laboratory,vital-signs, or a list of such;"
                        + " a parameter is a name of FHIR's without modifier and chain, neither"
                        + " patient, subject or identifier nor one that begins with an underscore");
              }
              searches.put(type, texts);
            });
    return searches;
  }

  private static Set<String> types(Knowledge knowledge) {
    Set<String> types = new TreeSet<>();
    for (Service service : knowledge.services()) {
      service.hooks().forEach(hook -> types.addAll(service.prefetch(hook).keyOfType().keySet()));
    }
    types.remove("Patient");
    return types;
  }

  private static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    (value.isArray() ? value : List.of(value)).forEach(item -> texts.add(item.asText("")));
    return List.copyOf(texts);
  }

  private static boolean isUsable(String search) {
    for (String part : search.split("&", -1)) {
      String[] sides = part.split("=", -1);
      if (sides.length != 2
          || !NAME.matcher(sides[0]).matches()
          || WHOSE.contains(sides[0])
          || !VALUE.matcher(sides[1]).matches()) {
        return false;
      }
    }
    return true;
  }
}
