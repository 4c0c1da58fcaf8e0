package org.oncohooks.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What callers' tools read about this service. */
final class Description {

  private Description() {}

  /** OpenAPI 3.1, as YAML in UTF-8. */
  static byte[] openApi() {
    try (InputStream in = Description.class.getResourceAsStream("openapi.yaml")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
