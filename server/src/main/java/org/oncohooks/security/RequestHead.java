package org.oncohooks.security;

import java.util.List;

/**
 * What is known of a request before its body is read.
 *
 * @param method as sent
 * @param path canonical and decoded, from the root of this server, beginning with a slash
 * @param query as sent, without the question mark; blank if there is none
 * @param authorization values of the Authorization headers, as sent
 * @param ifNoneExist values of the If-None-Exist headers, as sent: searches (FHIR R4, RESTful API,
 *     section 3.1.0.8.1)
 */
public record RequestHead(
    String method,
    String path,
    String query,
    List<String> authorization,
    List<String> ifNoneExist) {

  public RequestHead {
    authorization = List.copyOf(authorization);
    ifNoneExist = List.copyOf(ifNoneExist);
  }
}
