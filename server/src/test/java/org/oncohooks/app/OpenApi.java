package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The service's description of itself, and what it says of a body. */
final class OpenApi {

  private static final String PLACE = "https://oncohooks.org/openapi.yaml";

  private final JsonNode document;
  private final SchemaRegistry schemas;

  /**
   * @param yaml as it is served
   */
  OpenApi(String yaml) throws IOException {
    document = new YAMLMapper().readTree(yaml);
    schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemas(place -> place.equals(PLACE) ? document.toString() : null)
                    .schemaRegistryConfig(
                        com.networknt.schema.SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));
  }

  static OpenApi own() throws IOException {
    return new OpenApi(new String(Description.openApi(), StandardCharsets.UTF_8));
  }

  JsonNode document() {
    return document;
  }

  /** What is wrong with a value by the schema of this name; empty if nothing is. */
  List<Error> errors(String schema, JsonNode value) {
    return at("/components/schemas/" + schema).validate(value);
  }

  /**
   * @param pointer of a schema in the document
   */
  Schema at(String pointer) {
    return schemas.getSchema(SchemaLocation.of(PLACE + "#" + pointer));
  }

  /** The object that a node is, or refers to. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }
}
