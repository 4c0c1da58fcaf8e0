package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The floor: reading the same bytes into a Jackson tree, and nothing else. */
final class JacksonFloor {

  /** Kind of work: the whole body into a tree. */
  static final String READ_TREE = "readTree";

  private JacksonFloor() {}

  /**
   * @param arguments as {@link PeerTask} gives them
   */
  public static void main(String... arguments) throws IOException {
    PeerTask task = PeerTask.parse(arguments);
    ObjectMapper mapper = JsonMapper.builder().build();
    Map<String, Runnable> work = new LinkedHashMap<>();
    task.bodies()
        .forEach(
            (service, body) ->
                work.put(PeerTask.name(READ_TREE, service), () -> readTree(mapper, body)));
    task.timing().measure(work).forEach(cost -> System.out.println(cost.line()));
  }

  private static void readTree(ObjectMapper mapper, byte[] body) {
    try {
      if (mapper.readTree(body).isEmpty()) {
        throw new IllegalStateException("an empty body");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
