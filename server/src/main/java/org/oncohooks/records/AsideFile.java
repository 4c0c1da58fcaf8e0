package org.oncohooks.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.oncohooks.json.StrictJson;

/**
 * Entries of a Bundle that refer to what has not been read yet, in a file that has no name any more
 * once it is open: patients stay behind nowhere, however the process ends. Not thread-safe.
 */
final class AsideFile implements AutoCloseable {

  private FileChannel file;
  private OutputStream out;
  private final Set<String> names = new HashSet<>();

  /** Takes an entry back. */
  @FunctionalInterface
  interface Receiver {
    void entry(ObjectNode resource, String fullUrl, String method, String place);
  }

  /** Whether an entry for the resource of this relative reference is here. */
  boolean holds(String name) {
    return names.contains(name);
  }

  void add(String name, ObjectNode resource, String fullUrl, String method, String place)
      throws IOException {
    if (file == null) {
      Path path = Files.createTempFile("oncohooks-load", ".ndjson");
      // on POSIX it is gone from its folder once it is open
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    if (out == null) {
      out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
    }
    names.add(name);
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("fullUrl", fullUrl).put("method", method).put("place", place);
    entry.set("resource", resource);
    out.write(entry.toString().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** Gives all of them back, in order; afterwards there is none. */
  void empty(Receiver receiver) throws IOException {
    if (out == null) {
      return;
    }
    out.flush();
    out = null;
    names.clear();
    file.position(0);
    try (JsonParser parser = StrictJson.stream(Channels.newInputStream(file))) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        ObjectNode entry = parser.readValueAsTree();
        receiver.entry(
            (ObjectNode) entry.get("resource"),
            entry.path("fullUrl").asText(),
            entry.path("method").asText(),
            entry.path("place").asText());
      }
    }
    file.truncate(0);
    file.position(0);
  }

  /** The file is no more, whether this succeeds or not. */
  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
