package org.oncohooks.http;

import jakarta.servlet.http.HttpServlet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.oncohooks.security.Door;

/**
 * A servlet below a path. It is made and initialised by the first request that needs it, and gets
 * requests whose body has arrived.
 *
 * @param path absolute path without a slash at its end ({@code /fhir})
 * @param servlet makes the servlet; called once, with the absolute URL of the mount as this
 *     listener knows it, without a slash at its end
 * @param maxBody the largest body, in bytes, at a path below the mount, which is empty or begins
 *     with a slash
 * @param door who may call; asked before a body is read
 */
public record Mount(
    String path, Function<String, HttpServlet> servlet, ToIntFunction<String> maxBody, Door door) {

  /** For anyone. */
  public Mount(String path, Function<String, HttpServlet> servlet, ToIntFunction<String> maxBody) {
    this(path, servlet, maxBody, Door.open());
  }

  /** Whether a path lies here. */
  boolean holds(String canonicalPath) {
    return canonicalPath.equals(path) || canonicalPath.startsWith(path + "/");
  }

  /** For those whom the door lets in. */
  public Mount behind(Door other) {
    return new Mount(path, servlet, maxBody, other);
  }
}
