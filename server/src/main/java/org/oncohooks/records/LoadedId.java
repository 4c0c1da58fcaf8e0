package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.oncohooks.Sha256;

/**
 * The id under which a bulk load keeps a resource. It follows from what is loaded, so that loading
 * the same again writes nothing again.
 */
final class LoadedId {

  private static final String UUID = "urn:uuid:";
  private static final int LENGTH = 32;

  private LoadedId() {}

  /** Its own id, else the UUID of its entry's fullUrl, else one made of its content. */
  static String of(ObjectNode resource, String fullUrl) {
    String own = resource.path("id").asText("");
    if (!own.isEmpty()) {
      return own;
    }
    return fullUrl.startsWith(UUID)
        ? fullUrl.substring(UUID.length())
        : new Sha256().add(resource.toString()).hex().substring(0, LENGTH);
  }

  /** Relative reference of what is kept. */
  static String name(ObjectNode resource, String fullUrl) {
    return resource.path("resourceType").asText("") + "/" + of(resource, fullUrl);
  }
}
