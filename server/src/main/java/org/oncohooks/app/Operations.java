package org.oncohooks.app;

import java.net.URI;
import java.util.Optional;
import org.oncohooks.http.TlsFiles;

/**
 * How operators reach and watch the service.
 *
 * @param tls of the listener; empty = plain HTTP
 * @param admin where operators are listened to; empty = nowhere apart
 * @param jsonLogs whether log lines are JSON
 * @param collector base URL of an OTLP/HTTP receiver; empty = no traces
 */
record Operations(
    Optional<TlsFiles> tls, Optional<Listen> admin, boolean jsonLogs, Optional<URI> collector) {

  /**
   * @param host address to bind
   * @param port TCP port; 0 = any free one
   */
  record Listen(String host, int port) {}

  static Operations none() {
    return new Operations(Optional.empty(), Optional.empty(), false, Optional.empty());
  }
}
