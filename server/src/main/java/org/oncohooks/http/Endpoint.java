package org.oncohooks.http;

/** Answers the requests of one route. Thread-safe. */
@FunctionalInterface
public interface Endpoint {

  /**
   * @return the body of a 200 answer, of the route's type; text in UTF-8
   * @throws org.oncohooks.ProblemException for any other answer
   */
  byte[] answer(Call call);
}
