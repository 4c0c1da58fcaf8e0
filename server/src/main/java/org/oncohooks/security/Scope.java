package org.oncohooks.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a system may do with one type of resource (SMART App Launch 2, Scopes; version 1's words are
 * taken too). Scopes of a user or a patient, and those narrowed by a query, give nothing here.
 *
 * @param type resource type, or {@code *} for any
 * @param actions of {@code c r u d s}
 */
record Scope(String type, String actions) {

  private static final Pattern SYSTEM =
      Pattern.compile("system/(\\*|[A-Z][A-Za-z]{1,63})\\.(read|write|\\*|c?r?u?d?s?)");

  /** Operations that change nothing: those of knowledge alone, and those that read patients. */
  private static final Map<String, Scope> OPERATIONS =
      Map.of(
          "ValueSet/$expand", new Scope("ValueSet", "r"),
          "ValueSet/$validate-code", new Scope("ValueSet", "r"),
          "Library/$data-requirements", new Scope("Library", "r"),
          "Library/$evaluate", new Scope("*", "rs"),
          "PlanDefinition/$apply", new Scope("*", "rs"));

  /** Whether a request only asks for knowledge, by an operation. */
  static boolean isOperationOnKnowledge(List<String> path) {
    Scope scope =
        path.size() < 2 || path.size() > 3
            ? null
            : OPERATIONS.get(path.get(0) + "/" + path.get(path.size() - 1));
    return scope != null && !scope.type().equals("*");
  }

  /** The scopes in a token's {@code scope} claim (RFC 8693, section 4.2). */
  static List<Scope> of(JsonNode claim) {
    List<Scope> scopes = new ArrayList<>();
    if (claim.isTextual()) {
      for (String word : claim.textValue().split(" ")) {
        Matcher scope = SYSTEM.matcher(word);
        if (scope.matches()) {
          scopes.add(new Scope(scope.group(1), actions(scope.group(2))));
        }
      }
    }
    return scopes;
  }

  private static String actions(String words) {
    return switch (words) {
      case "read" -> "rs";
      case "write" -> "cud";
      case "*" -> "cruds";
      default -> words;
    };
  }

  /** Whether these scopes together allow all that another says. */
  static boolean allow(List<Scope> granted, Scope asked) {
    return asked
        .actions()
        .chars()
        .allMatch(
            action ->
                granted.stream()
                    .anyMatch(
                        scope ->
                            (scope.type().equals("*") || scope.type().equals(asked.type()))
                                && scope.actions().indexOf(action) >= 0));
  }

  /**
   * What a request at a FHIR R4 server needs (FHIR R4, RESTful API). What is not known here needs
   * everything.
   *
   * @param method of HTTP
   * @param path the segments below the server's base
   * @param reachesFurther whether a search of it looks at other types too
   * @param conditional whether a create comes with a search: its answer tells what is there
   * @return empty if it needs nothing but a token
   */
  static Optional<Scope> needed(
      String method, List<String> path, boolean reachesFurther, boolean conditional) {
    if (method.equals("OPTIONS")) {
      return Optional.empty();
    }
    boolean get = method.equals("GET") || method.equals("HEAD");
    boolean post = method.equals("POST");
    if ((get || post) && !path.isEmpty() && path.size() <= 3) {
      Scope operation = OPERATIONS.get(path.get(0) + "/" + path.get(path.size() - 1));
      if (operation != null && path.size() > 1) {
        return Optional.of(operation);
      }
    }
    String type = path.isEmpty() ? "*" : path.get(0);
    String second = path.size() > 1 ? path.get(1) : "";
    String third = path.size() > 2 ? path.get(2) : "";
    if (path.size() == 1 && get && !type.startsWith("$")
        || path.size() == 2 && second.equals("_search")) {
      // what is in the body of a search by POST is not known here, and may include other types
      return Optional.of(
          new Scope(reachesFurther || post ? "*" : type, reachesFurther || post ? "rs" : "s"));
    }
    if (path.size() == 1 && !type.startsWith("$")) {
      return Optional.of(
          switch (method) {
            case "POST" ->
                conditional ? new Scope(reachesFurther ? "*" : type, "crs") : new Scope(type, "c");
            case "PUT" -> new Scope(type, "cu");
            case "DELETE" -> new Scope(type, "d");
            default -> new Scope("*", "cruds");
          });
    }
    boolean instance = path.size() == 2 && !second.startsWith("_") && !second.startsWith("$");
    if (instance) {
      return Optional.of(
          switch (method) {
            case "GET", "HEAD" -> new Scope(type, "r");
            case "PUT" -> new Scope(type, "cu");
            case "PATCH" -> new Scope(type, "u");
            case "DELETE" -> new Scope(type, "d");
            default -> new Scope("*", "cruds");
          });
    }
    if (get && path.size() <= 4 && third.equals("_history")) {
      return Optional.of(new Scope(type, "r"));
    }
    if (get && path.size() == 3 && third.equals("$everything")) {
      return Optional.of(new Scope("*", "rs"));
    }
    return Optional.of(new Scope("*", "cruds"));
  }
}
