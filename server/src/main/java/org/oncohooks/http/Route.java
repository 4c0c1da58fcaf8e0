package org.oncohooks.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.security.Door;

/**
 * A method and a path pattern with the endpoint that answers there.
 *
 * @param method GET (answers HEAD too) or POST (reads a JSON body)
 * @param pattern absolute path; a segment in braces is a variable ({@code /cds-services/{id}})
 * @param type content type of its answers; problems are always JSON
 * @param endpoint what answers
 * @param door who may call; asked before a body is read
 * @param quiet whether a request that is answered well leaves no line in the log
 */
public record Route(
    String method, String pattern, String type, Endpoint endpoint, Door door, boolean quiet) {

  private static final String JSON = "application/json";

  public Route {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + pattern);
    }
  }

  /** For anyone. */
  public static Route get(String pattern, Endpoint endpoint) {
    return get(pattern, JSON, endpoint);
  }

  /** For anyone; answers that are not JSON. */
  public static Route get(String pattern, String type, Endpoint endpoint) {
    return new Route("GET", pattern, type, endpoint, Door.open(), false);
  }

  /** For anyone. */
  public static Route post(String pattern, Endpoint endpoint) {
    return new Route("POST", pattern, JSON, endpoint, Door.open(), false);
  }

  /** For those whom the door lets in. */
  public Route behind(Door door) {
    return new Route(method, pattern, type, endpoint, door, quiet);
  }

  /** For what is asked every second: the log tells only what goes wrong. */
  public Route quietly() {
    return new Route(method, pattern, type, endpoint, door, true);
  }

  boolean readsBody() {
    return method.equals("POST");
  }

  /** The methods that it answers. */
  List<String> methods() {
    return method.equals("GET") ? List.of("GET", "HEAD") : List.of(method);
  }

  /** The values of the pattern's variables, if the path is of the pattern. */
  Optional<Map<String, String>> match(String path) {
    List<String> expected = segments(pattern);
    List<String> found = segments(path);
    if (expected.size() != found.size()) {
      return Optional.empty();
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      String segment = expected.get(i);
      if (segment.startsWith("{") && !found.get(i).isEmpty()) {
        variables.put(segment.substring(1, segment.length() - 1), found.get(i));
      } else if (!segment.equals(found.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
