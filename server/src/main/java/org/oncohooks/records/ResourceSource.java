package org.oncohooks.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.oncohooks.json.StrictJson;

/**
 * Resources one by one from a stream of JSON values: resources (NDJSON) and Bundles, whose entries
 * are read singly however large the Bundle is. Plain or gzip, which is told by its first bytes.
 */
final class ResourceSource {

  private static final int GZIP = 0x1f8b;

  /** Takes what is read. */
  interface Reader {

    /** A Bundle begins, or one that is none of a Bundle's is read, as a Bundle of its own. */
    void bundle();

    /**
     * @param fullUrl of its entry; empty outside a Bundle
     * @param method of its entry's request; empty if there is none
     */
    void resource(ObjectNode resource, String fullUrl, String method);

    /** Something that is no resource. */
    void other();
  }

  private ResourceSource() {}

  /**
   * @param in not closed
   * @throws IOException if it can't be read or is not JSON; what came before has been read
   */
  static void read(InputStream in, Reader reader) throws IOException {
    JsonParser parser = StrictJson.stream(plain(in));
    parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      reader.bundle();
      if (token == JsonToken.START_OBJECT) {
        value(parser, reader);
      } else {
        parser.skipChildren();
        reader.other();
      }
    }
  }

  private static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    int first = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return first == GZIP ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  /** An object that becomes a tree unless it has entries. */
  private static void value(JsonParser parser, Reader reader) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    boolean entries = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("entry") && value == JsonToken.START_ARRAY) {
        entries = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          entry(parser.readValueAsTree(), reader);
        }
      } else if (object.has(name)) {
        throw new IOException("the same member name twice in one object");
      } else {
        object.set(name, parser.readValueAsTree());
      }
    }
    String type = object.path("resourceType").asText("");
    if (!type.equals("Bundle") && !entries) {
      reader.resource(object, "", "");
    }
  }

  private static void entry(JsonNode entry, Reader reader) {
    if (entry.path("resource") instanceof ObjectNode resource) {
      reader.resource(
          resource,
          entry.path("fullUrl").asText(""),
          entry.path("request").path("method").asText(""));
    } else {
      reader.other();
    }
  }

  /**
   * What the entries of each Bundle of a stream are called.
   *
   * @return by the Bundle's place in the stream: the relative reference by fullUrl
   */
  static Map<Integer, Map<String, String>> names(InputStream in) throws IOException {
    Map<Integer, Map<String, String>> bundles = new HashMap<>();
    read(
        in,
        new Reader() {
          private int bundle = -1;

          @Override
          public void bundle() {
            bundle++;
          }

          @Override
          public void resource(ObjectNode resource, String fullUrl, String method) {
            if (!fullUrl.isEmpty()) {
              bundles
                  .computeIfAbsent(bundle, b -> new HashMap<>())
                  .put(fullUrl, LoadedId.name(resource, fullUrl));
            }
          }

          @Override
          public void other() {}
        });
    return bundles;
  }
}
