package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;

/** One change in a {@linkplain PatientStore#transaction transaction}. */
public sealed interface Write {

  /** FHIR type of what is written. */
  String type();

  /** Logical id of what is written. */
  String id();

  WriteCondition condition();

  /** Relative reference of what is written. */
  default String name() {
    return type() + "/" + id();
  }

  /** In the order in which stores lock, so that no two wait for each other. */
  Comparator<Write> BY_NAME = Comparator.comparing(Write::type).thenComparing(Write::id);

  /** A write whatever is there. */
  static Write put(ObjectNode resource) {
    return new Put(resource, WriteCondition.ALWAYS);
  }

  static Write delete(String type, String id) {
    return new Delete(type, id, WriteCondition.ALWAYS);
  }

  /**
   * Creates a resource, or gives it its next version.
   *
   * @param resource FHIR R4 JSON with resourceType and id
   */
  record Put(ObjectNode resource, WriteCondition condition) implements Write {

    @Override
    public String type() {
      return resource.path("resourceType").asText("");
    }

    @Override
    public String id() {
      return resource.path("id").asText("");
    }
  }

  /**
   * Deletes a resource; its earlier versions stay. What is not there is left as it is.
   *
   * @param condition {@link WriteCondition#ALWAYS} or {@link WriteCondition.IfVersion}
   */
  record Delete(String type, String id, WriteCondition condition) implements Write {

    public Delete {
      if (!(condition instanceof WriteCondition.Always)
          && !(condition instanceof WriteCondition.IfVersion)) {
        throw new IllegalArgumentException("no condition of a deletion");
      }
    }
  }
}
