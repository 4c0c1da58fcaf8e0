package org.oncohooks.http;

import jakarta.servlet.http.HttpServlet;
import java.util.function.Supplier;

/**
 * A servlet below a path. It is made and initialised by the first request that needs it.
 *
 * @param path absolute path without a slash at its end ({@code /fhir})
 * @param servlet makes the servlet; called once
 */
public record Mount(String path, Supplier<HttpServlet> servlet) {}
