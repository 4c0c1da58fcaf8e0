package org.oncohooks.http;

import java.util.Map;

/**
 * A file that anyone may read.
 *
 * @param mediaType such as {@code text/css; charset=utf-8}
 * @param bytes the file; not to be changed
 * @param headers what else a browser is told with it
 */
public record Document(String mediaType, byte[] bytes, Map<String, String> headers) {

  public Document {
    headers = Map.copyOf(headers);
  }
}
