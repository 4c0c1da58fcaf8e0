package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A configuration file's keys that are options of {@code serve} and {@code dev}, as if they stood
 * on the command line. So an option means and refuses the same wherever it comes from; what does
 * stand on the command line wins.
 */
final class ConfigArguments {

  static final String CONFIG = "--config";
  static final String VARIABLE = "ONCOHOOKS_CONFIG";

  /** Those that are more than one option's value. */
  static final Set<String> SECTIONS = Set.of("tenants", "fhir", "settings");

  /** What makes sense for one start alone. */
  private static final Set<String> NOT_IN_FILE =
      Set.of("config", "setting", "settings", "stop-when-ready", "help", "version");

  private final ConfigFile file;
  private final List<String> given;

  private ConfigArguments(ConfigFile file, List<String> given) {
    this.file = file;
    this.given = given;
  }

  /**
   * @param command that is configured
   * @param arguments of it
   * @return the arguments with those of the file
   * @throws org.oncohooks.ProblemException {@code INCORRECT} naming key and file, or the
   *     environment's variable that nobody reads
   */
  static String[] with(CommandSpec command, String[] arguments, Map<String, String> environment) {
    Optional<String> named =
        named(arguments).or(() -> Optional.ofNullable(environment.get(VARIABLE)));
    if (named.isEmpty()) {
      OwnVariables.requireKnown(environment, Set.of());
      return arguments;
    }
    ConfigFile file = ConfigFile.read(Path.of(named.get()), environment);
    OwnVariables.requireKnown(environment, file.variables());
    List<OptionSpec> options =
        command.options().stream().filter(o -> !NOT_IN_FILE.contains(key(o))).toList();
    file.requireKnown(
        Stream.concat(options.stream().map(ConfigArguments::key), SECTIONS.stream())
            .collect(Collectors.toSet()));
    ConfigArguments config = new ConfigArguments(file, List.of(arguments));
    List<String> all = new ArrayList<>(List.of(arguments));
    for (OptionSpec option : options) {
      List<String> said = config.arguments(option);
      if (!config.isGiven(option.longestName())) {
        all.addAll(said);
      }
    }
    if (!config.isGiven(CONFIG)) {
      all.add(CONFIG + "=" + named.get());
    }
    return all.toArray(String[]::new);
  }

  private static Optional<String> named(String[] arguments) {
    List<String> all = Arrays.asList(arguments);
    int at = all.lastIndexOf(CONFIG);
    if (at >= 0 && at + 1 < all.size()) {
      return Optional.of(all.get(at + 1));
    }
    return all.stream()
        .filter(argument -> argument.startsWith(CONFIG + "="))
        .map(argument -> argument.substring(CONFIG.length() + 1))
        .findFirst();
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private boolean isGiven(String option) {
    return given.stream().anyMatch(a -> a.equals(option) || a.startsWith(option + "="));
  }

  private List<String> arguments(OptionSpec option) {
    String name = option.longestName();
    JsonNode value = file.value(key(option));
    if (value.isMissingNode()) {
      return List.of();
    }
    if (option.isMultiValue()) {
      requireType(value.isArray(), option, "a list");
      List<String> all = new ArrayList<>();
      for (JsonNode one : value) {
        requireType(one.isTextual(), option, "a list of texts");
        all.add(name + "=" + one.textValue());
      }
      return all;
    }
    Class<?> type = option.type();
    if (type == boolean.class) {
      String text = value.asText();
      requireType(text.equals("true") || text.equals("false"), option, "true or false");
      return text.equals("true") ? List.of(name) : List.of();
    }
    if (type == int.class || type == Integer.class) {
      boolean whole = value.isIntegralNumber() || value.asText().matches("\\d{1,9}");
      requireType(whole, option, "a whole number");
      return List.of(name + "=" + value.asText());
    }
    requireType(value.isTextual() && !value.textValue().isBlank(), option, "a text");
    String text = value.textValue();
    return List.of(name + "=" + (type == Path.class ? file.path(text).toString() : text));
  }

  private void requireType(boolean right, OptionSpec option, String what) {
    if (!right) {
      throw file.refuse(key(option), "the value has to be " + what);
    }
  }
}
