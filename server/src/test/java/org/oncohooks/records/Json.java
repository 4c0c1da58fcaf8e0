package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.oncohooks.json.StrictJson;

/** JSON that is readable in a test: single quotes stand for double ones. */
final class Json {

  private Json() {}

  static ObjectNode of(String text, Object... values) {
    return StrictJson.object(
        text.formatted(values).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
