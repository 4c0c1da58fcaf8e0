package org.oncohooks.http;

import jakarta.servlet.http.HttpServlet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A servlet below a path. It is made and initialised by the first request that needs it, and gets
 * requests whose body has arrived.
 *
 * @param path absolute path without a slash at its end ({@code /fhir})
 * @param servlet makes the servlet; called once, with the absolute URL of the mount as this
 *     listener knows it, without a slash at its end
 * @param maxBody the largest body, in bytes, at a path below the mount, which is empty or begins
 *     with a slash
 */
public record Mount(
    String path, Function<String, HttpServlet> servlet, ToIntFunction<String> maxBody) {}
