package org.oncohooks.http;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a servlet when the container first initialises it, which is at its first request: a face
 * that nobody uses costs nothing at start.
 */
final class LazyServlet extends HttpServlet {

  private final transient Supplier<HttpServlet> maker;
  private transient Optional<HttpServlet> made = Optional.empty();

  LazyServlet(Supplier<HttpServlet> maker) {
    this.maker = maker;
  }

  @Override
  public void init(ServletConfig config) throws ServletException {
    super.init(config);
    HttpServlet servlet = maker.get();
    servlet.init(config);
    made = Optional.of(servlet);
  }

  @Override
  public void service(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    made.orElseThrow().service(request, response);
  }

  @Override
  public void destroy() {
    made.ifPresent(HttpServlet::destroy);
  }
}
