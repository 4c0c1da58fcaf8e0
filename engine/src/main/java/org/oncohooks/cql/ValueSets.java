package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which value sets a code belongs to, answered by hash look-ups. Its answers never change; safe for
 * many threads.
 *
 * <p>A value set holds explicit codes and whole ICD-10-CM categories: a category matches its own
 * code and every code that begins with it, with and without the dot. Code system URIs are brought
 * to their preferred form first; code system versions are not compared.
 */
public final class ValueSets {

  private static final String ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm";
  private static final int SHORTEST_CATEGORY = 3;

  /**
   * More codes than a hospital's charts hold; so many are remembered that a caller can't fill
   * memory.
   */
  private static final int MOST_REMEMBERED = 20_000;

  private static final int LONGEST_REMEMBERED = 12;

  private final Set<String> urls;
  private final Set<String> systems;
  private final Map<CodeKey, List<String>> byCode;
  private final Map<String, List<String>> byCategory;
  private final Map<CodeKey, Set<String>> excludedCodes;
  private final Map<String, Set<String>> excludedCategories;
  private final Map<String, String> preferredSystems;

  /** What was found of codes of ICD-10-CM, as records write them: every call asks for the same. */
  private final Map<String, List<String>> diagnoses = new ConcurrentHashMap<>();

  private ValueSets(Builder builder) {
    this.urls = Collections.unmodifiableSet(new HashSet<>(builder.urls));
    this.systems = new HashSet<>(builder.systems);
    this.byCode = copy(builder.byCode);
    this.byCategory = copy(builder.byCategory);
    this.excludedCodes = new HashMap<>(builder.excludedCodes);
    this.excludedCategories = new HashMap<>(builder.excludedCategories);
    this.preferredSystems = new HashMap<>(builder.preferredSystems);
  }

  /** Canonical URLs of all value sets. */
  public Set<String> urls() {
    return urls;
  }

  /** Whether the content declares a code system, by this URI or an alias of it. */
  public boolean knowsSystem(String system) {
    return systems.contains(preferredSystem(system));
  }

  /** The URI that stands for a code system: itself, or the preferred one of its aliases. */
  public String preferredSystem(String system) {
    return preferredSystems.getOrDefault(system, system);
  }

  /**
   * The codes of a value set as FHIR search tokens: {@code system|code}, or the code alone where
   * its system has other names that a record may use. Empty if the value set can't be written as a
   * list, because it holds whole categories.
   */
  public Optional<Set<String>> tokens(String valueSetUrl) {
    Set<String> tokens = new TreeSet<>();
    for (Map.Entry<CodeKey, List<String>> entry : byCode.entrySet()) {
      if (entry.getValue().contains(valueSetUrl)) {
        String system = entry.getKey().system();
        if (system.equals(ICD_10_CM)) {
          return Optional.empty();
        }
        tokens.add(token(system, entry.getKey().code()));
      }
    }
    boolean categories =
        byCategory.values().stream().anyMatch(members -> members.contains(valueSetUrl));
    return categories ? Optional.empty() : Optional.of(tokens);
  }

  /** A code as FHIR search token, as {@link #tokens} writes it. */
  public String token(String system, String code) {
    String preferred = preferredSystem(system);
    return preferredSystems.containsValue(preferred) ? code : preferred + "|" + code;
  }

  /** Whether a code belongs to a value set; false for a value set that {@link #urls} lacks. */
  public boolean contains(String valueSetUrl, String system, String code) {
    return containing(system, code).contains(valueSetUrl);
  }

  /**
   * @param system URI of the code system, aliases allowed
   * @param given the code; blanks around it are not looked at
   * @return URLs of the value sets that hold the code
   */
  public List<String> containing(String system, String given) {
    String preferred = preferredSystem(system);
    if (!preferred.equals(ICD_10_CM)) {
      // some records pad their codes; FHIR doesn't allow it, and a red flag must not hang on it
      CodeKey key = new CodeKey(preferred, given.strip());
      List<String> explicit = byCode.getOrDefault(key, List.of());
      Set<String> excluded = excludedCodes.get(key);
      return excluded == null ? explicit : without(explicit, excluded);
    }
    List<String> known = diagnoses.get(given);
    if (known == null) {
      known = diagnosis(plain(given.strip()));
      if (given.length() <= LONGEST_REMEMBERED && diagnoses.size() < MOST_REMEMBERED) {
        diagnoses.put(given, known);
      }
    }
    return known;
  }

  private List<String> diagnosis(String plain) {
    CodeKey key = new CodeKey(ICD_10_CM, plain);
    List<String> found = new ArrayList<>(byCode.getOrDefault(key, List.of()));
    Set<String> excluded = new HashSet<>(excludedCodes.getOrDefault(key, Set.of()));
    for (int length = SHORTEST_CATEGORY; length <= plain.length(); length++) {
      String category = plain.substring(0, length);
      found.addAll(byCategory.getOrDefault(category, List.of()));
      excluded.addAll(excludedCategories.getOrDefault(category, Set.of()));
    }
    return without(found, excluded);
  }

  private static List<String> without(List<String> urls, Set<String> excluded) {
    return urls.stream().filter(url -> !excluded.contains(url)).distinct().toList();
  }

  private static String plain(String icdCode) {
    return icdCode.replace(".", "").toUpperCase(Locale.ROOT);
  }

  private static <K> Map<K, List<String>> copy(Map<K, List<String>> map) {
    Map<K, List<String>> result = new HashMap<>();
    map.forEach((key, list) -> result.put(key, list.stream().distinct().toList()));
    return result;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A code within its system, by value. */
  private record CodeKey(String system, String code) {
    CodeKey {
      Objects.requireNonNull(system);
      Objects.requireNonNull(code);
    }
  }

  /** Collects value sets. System URIs handed in have to be the preferred ones. Not thread-safe. */
  public static final class Builder {

    private final Set<String> systems = new HashSet<>();
    private final Set<String> urls = new HashSet<>();
    private final Map<CodeKey, List<String>> byCode = new HashMap<>();
    private final Map<String, List<String>> byCategory = new HashMap<>();
    private final Map<CodeKey, Set<String>> excludedCodes = new HashMap<>();
    private final Map<String, Set<String>> excludedCategories = new HashMap<>();
    private final Map<String, String> preferredSystems = new HashMap<>();

    private Builder() {}

    /** Declares a code system by its preferred URI. */
    public Builder system(String uri) {
      systems.add(uri);
      return this;
    }

    /** Declares that one URI of a code system is to be read as another. */
    public Builder systemAlias(String alias, String preferred) {
      preferredSystems.put(alias, preferred);
      return this;
    }

    /** Declares a value set, even one without codes. */
    public Builder valueSet(String url) {
      urls.add(url);
      return this;
    }

    public Builder code(String url, String system, String code) {
      byCode.computeIfAbsent(key(system, code), k -> new ArrayList<>()).add(url);
      return this;
    }

    public Builder excludeCode(String url, String system, String code) {
      excludedCodes.computeIfAbsent(key(system, code), k -> new HashSet<>()).add(url);
      return this;
    }

    /** Adds a whole ICD-10-CM category, such as {@code C50} or {@code C79.5}. */
    public Builder category(String url, String category) {
      byCategory.computeIfAbsent(plain(category), k -> new ArrayList<>()).add(url);
      return this;
    }

    public Builder excludeCategory(String url, String category) {
      excludedCategories.computeIfAbsent(plain(category), k -> new HashSet<>()).add(url);
      return this;
    }

    public ValueSets build() {
      return new ValueSets(this);
    }

    private static CodeKey key(String system, String code) {
      return new CodeKey(system, system.equals(ICD_10_CM) ? plain(code) : code);
    }
  }
}
