package org.oncohooks.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request whose body is here already, so that nobody waits for it. One reader at a time. */
final class ReadRequest extends Request.Wrapper {

  private Content.Chunk next;

  ReadRequest(Request request, byte[] body) {
    super(request);
    next = body.length == 0 ? Content.Chunk.EOF : Content.Chunk.from(ByteBuffer.wrap(body), true);
  }

  @Override
  public Content.Chunk read() {
    Content.Chunk chunk = next;
    next = Content.Chunk.EOF;
    return chunk;
  }

  @Override
  public void demand(Runnable demandCallback) {
    getComponents().getExecutor().execute(demandCallback);
  }
}
