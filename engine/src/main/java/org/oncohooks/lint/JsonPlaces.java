package org.oncohooks.lint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.oncohooks.knowledge.ContentFiles;

/** Where the values of a JSON file stand, by JSON Pointer (RFC 6901). */
final class JsonPlaces {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, JsonLocation> places = new HashMap<>();
  private final String file;

  private JsonPlaces(String file) {
    this.file = file;
  }

  /** The places of a file that was read before, and so is JSON. */
  static JsonPlaces of(ContentFiles.Resource resource) {
    JsonPlaces places = new JsonPlaces(resource.file());
    try (JsonParser parser = FACTORY.createParser(resource.text())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME && !token.isStructEnd()) {
          places.places.putIfAbsent(
              parser.getParsingContext().pathAsPointer().toString() + "",
              parser.currentTokenLocation());
        }
      }
    } catch (IOException e) {
      // read as JSON before; without places a remark stands at the top of the file
    }
    return places;
  }

  /** A remark at a value, or at the nearest one around it. */
  Remark remark(Rule rule, String pointer, String message) {
    String place = pointer;
    while (!place.isEmpty() && !places.containsKey(place)) {
      place = place.substring(0, place.lastIndexOf('/'));
    }
    JsonLocation found = places.get(place);
    return Remark.warning(
        rule,
        file,
        found == null ? 1 : found.getLineNr(),
        found == null ? 1 : found.getColumnNr(),
        message);
  }
}
