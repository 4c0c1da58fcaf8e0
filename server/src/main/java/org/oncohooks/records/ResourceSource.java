package org.oncohooks.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.oncohooks.json.StrictJson;

/**
 * Resources one by one from a stream of JSON values: resources and Bundles, whose entries are read
 * singly however large the Bundle is. Plain or gzip, which is told by its first bytes. Where each
 * line is a value (NDJSON), one that is no JSON does not keep the others from being read.
 */
final class ResourceSource {

  private static final int GZIP = 0x1f8b;

  /** Takes what is read. Places are lines, and in a Bundle entries, counted from 1. */
  interface Reader {

    /**
     * @param fullUrl of its entry; empty outside a Bundle
     * @param method of its entry's request; empty if there is none
     */
    void resource(ObjectNode resource, String fullUrl, String method, String place);

    /** Something that is no resource. */
    void other(String place);

    /** A line that is no JSON, as a whole or from some place on. */
    void noJson(String place);

    /** A Bundle or a resource that is none of a Bundle's ends, or breaks off. */
    void end();
  }

  private final Lines lines;
  private final boolean byLine;
  private final Reader reader;
  private JsonParser parser;
  private String last = "";

  private ResourceSource(Lines lines, boolean byLine, Reader reader) {
    this.lines = lines;
    this.byLine = byLine;
    this.reader = reader;
  }

  /**
   * @param in not closed
   * @param byLine whether each line is a value, which is otherwise told by the first line
   * @throws LoadBroken if it can't be read to its end; what came before has been read
   */
  static void read(InputStream in, boolean byLine, Reader reader) throws LoadBroken {
    try {
      Lines lines = new Lines(plain(in));
      new ResourceSource(lines, byLine || isObject(lines.first()), reader).read();
    } catch (IOException e) {
      throw unreadable(e, "");
    }
  }

  private static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    int first = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return first == GZIP ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  private static boolean isObject(InputStream line) {
    try (JsonParser parser = StrictJson.stream(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static LoadBroken unreadable(IOException e, String last) {
    if (e instanceof LoadBroken known) {
      return known;
    }
    String why =
        e instanceof EOFException
            ? "cut off"
            : e instanceof ZipException ? "damaged" : "can't be read to its end";
    return new LoadBroken(why, last, e);
  }

  private void read() throws LoadBroken {
    lines.stopAtLineEnds(byLine);
    try {
      do {
        values();
      } while (lines.next());
    } catch (IOException e) {
      throw unreadable(e, last);
    }
  }

  /** All values of a line, or of the whole stream. */
  private void values() throws IOException {
    try (JsonParser opened = StrictJson.stream(lines)) {
      parser = opened;
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        String place = place();
        try {
          if (token == JsonToken.START_OBJECT) {
            value(place);
          } else {
            parser.skipChildren();
            reader.other(place);
          }
        } catch (IOException e) {
          reader.end();
          throw e;
        }
        reader.end();
        last = place;
      }
    } catch (IOException e) {
      lines.requireReadable();
      if (!byLine) {
        throw new LoadBroken("not JSON at " + location(e), last, e);
      }
      reader.noJson("line " + lines.line());
    }
  }

  /** Without the parser's message, which may quote the file. */
  private static String location(IOException e) {
    return e instanceof JsonProcessingException json && json.getLocation() != null
        ? "line " + json.getLocation().getLineNr() + ", column " + json.getLocation().getColumnNr()
        : "its beginning";
  }

  /** The line of the token that was read last; a parser begins to count where it begins to read. */
  private String place() {
    return "line " + (lines.line() + parser.currentTokenLocation().getLineNr() - 1);
  }

  /** An object that becomes a tree unless it has entries. */
  private void value(String place) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    boolean entries = false;
    int entry = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("entry") && value == JsonToken.START_ARRAY) {
        entries = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          entry++;
          String entryPlace = place() + ", entry " + entry;
          entry(parser.readValueAsTree(), entryPlace);
          last = entryPlace;
        }
      } else if (object.has(name)) {
        throw new IOException("the same member name twice in one object");
      } else {
        object.set(name, parser.readValueAsTree());
      }
    }
    String type = object.path("resourceType").asText("");
    if (!type.equals("Bundle") && !entries) {
      reader.resource(object, "", "", place);
    }
  }

  private void entry(JsonNode entry, String place) {
    if (entry.path("resource") instanceof ObjectNode resource) {
      reader.resource(
          resource,
          entry.path("fullUrl").asText(""),
          entry.path("request").path("method").asText(""),
          place);
    } else {
      reader.other(place);
    }
  }
}
