package org.oncohooks.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.hooks.Dialect;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.Knowledge;

/** A site's decisions from the command line, held against the content before anything is served. */
final class SiteSettings {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CqlProgram program;
  private final Map<String, JsonNode> settings = new LinkedHashMap<>();

  private SiteSettings(CqlProgram program) {
    this.program = program;
  }

  /**
   * @param asked as the command line says it
   * @throws ProblemException {@code INCORRECT} naming the option and the setting or service that is
   *     unknown, of a wrong type or makes no sense
   */
  static Site of(SiteOptions asked, Knowledge knowledge) {
    SiteSettings site = new SiteSettings(knowledge.program());
    site.settings.putAll(asked.configured());
    asked.file().ifPresent(site::file);
    asked.settings().forEach(site::setting);
    site.require();
    requireServices(asked.services(), knowledge);
    if (asked.repeatSuppression()) {
      asked.ledgerKept().ifPresent(kept -> requireCovers(kept, knowledge));
    }
    return new Site(
        new HashSet<>(asked.services()),
        site.settings,
        Set.copyOf(asked.linkHosts()),
        asked.repeatSuppression(),
        asked.ledgerRequired());
  }

  /**
   * What a tenant decides, over what holds for all.
   *
   * @param place of the tenant in the configuration
   * @throws ProblemException {@code INCORRECT} naming the key
   */
  static Site of(
      TenantEntry tenant, String place, ConfigFile config, Site all, Knowledge knowledge) {
    SiteSettings site = new SiteSettings(knowledge.program());
    site.settings.putAll(all.settings());
    site.settings.putAll(tenant.settings());
    Dialect dialect =
        Dialect.of(tenant.dialect())
            .orElseThrow(
                () ->
                    config.refuse(place + ".dialect", "has to be standard, epic or oracle-health"));
    try {
      site.require();
      requireServices(Optional.ofNullable(tenant.services()).orElse(List.of()), knowledge);
    } catch (ProblemException e) {
      throw config.refuse(place, e.problem().text().replaceFirst("\\.$", ""));
    }
    return new Site(
        tenant.id(),
        all.services(),
        Optional.ofNullable(tenant.services()).map(Set::copyOf),
        site.settings,
        Optional.ofNullable(tenant.linkHosts()).map(Set::copyOf).orElse(all.linkHosts()),
        all.repeatSuppression(),
        all.ledgerRequired(),
        tenant.localStore(),
        dialect,
        tenant.systemActions(),
        AddedSearches.of(tenant, place, config, knowledge));
  }

  private void file(Path file) {
    JsonNode map;
    try {
      map = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw refuse(
          "--settings " + file + " is not YAML at line " + e.getLocation().getLineNr() + ".");
    } catch (IOException e) {
      throw refuse("--settings " + file + " can't be read.");
    }
    if (!map.isObject()) {
      throw refuse("--settings " + file + " has to hold lines of NAME: VALUE.");
    }
    map.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
  }

  private void setting(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw refuse("--setting has to be NAME=VALUE, such as OverdueGraceMonths=0.");
    }
    String name = text.substring(0, equals);
    settings.put(name, value(program.settingType(name), text.substring(equals + 1)));
  }

  /** What is not of the type stays text, which is then refused by its name. */
  private static JsonNode value(Optional<String> type, String text) {
    try {
      return switch (type.orElse("")) {
        case "Boolean" ->
            List.of("true", "false").contains(text)
                ? BooleanNode.valueOf(text.equals("true"))
                : TextNode.valueOf(text);
        case "Integer" -> IntNode.valueOf(Integer.parseInt(text));
        case "Decimal" -> DecimalNode.valueOf(new BigDecimal(text));
        default -> TextNode.valueOf(text);
      };
    } catch (NumberFormatException e) {
      return TextNode.valueOf(text);
    }
  }

  private void require() {
    try {
      program.requireUsable(settings, Deadline.after(PATIENCE));
    } catch (ProblemException e) {
      Problem problem = e.problem();
      String names =
          problem.places().stream()
              .map(place -> place.substring(place.lastIndexOf('.') + 1))
              .filter(settings::containsKey)
              .collect(Collectors.joining(", "));
      throw refuse("Setting" + (names.isEmpty() ? "" : " " + names) + ": " + problem.text());
    }
  }

  /** A card that a clinician has answered would come again if the answer were deleted earlier. */
  private static void requireCovers(Duration kept, Knowledge knowledge) {
    Duration longest =
        knowledge.services().stream()
            .flatMap(service -> service.entries().stream())
            .map(entry -> entry.recommendation().repeatInterval())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    if (kept.compareTo(longest) < 0) {
      throw refuse(
          "--ledger-retention-days has to be at least "
              + longest.toDays()
              + ": for so long this content does not repeat a card that a clinician has answered,"
              + " and the ledger has to remember the answer.");
    }
  }

  private static void requireServices(List<String> services, Knowledge knowledge) {
    for (String id : services) {
      if (knowledge.service(id).isEmpty()) {
        String known =
            knowledge.services().stream().map(s -> s.id()).collect(Collectors.joining(", "));
        throw refuse("--service " + id + " is not there; the services are: " + known + ".");
      }
    }
  }

  private static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "setting-invalid", text).asException();
  }
}
