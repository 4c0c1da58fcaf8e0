package org.oncohooks.http;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands what lies below a path to a servlet, and names the path in the request log. */
final class MountHandler extends Handler.Wrapper {

  private final Mount mount;

  MountHandler(Mount mount, ErrorAnswers errors) {
    super(context(mount, errors));
    this.mount = mount;
  }

  private static ServletContextHandler context(Mount mount, ErrorAnswers errors) {
    ServletContextHandler context =
        new ServletContextHandler(mount.path(), ServletContextHandler.NO_SESSIONS);
    context.setErrorHandler(errors);
    // else a POST to the path itself is answered with a redirect, which clients follow by GET
    context.setAllowNullPathInContext(true);
    context.addServlet(new ServletHolder(new LazyServlet(mount.servlet())), "/*");
    return context;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !(path.equals(mount.path()) || path.startsWith(mount.path() + "/"))) {
      return false;
    }
    Exchange exchange = Exchange.of(request);
    exchange.at(mount.path() + "/*");
    response.getHeaders().put("X-Request-Id", exchange.id());
    long cpu = Exchange.threadCpuNanos();
    try {
      return super.handle(request, response, callback);
    } finally {
      exchange.worked(Exchange.threadCpuNanos() - cpu);
    }
  }
}
