package org.oncohooks.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One connection to the server on this machine, kept alive between requests (RFC 9112). A socket
 * and no more, so that the client takes as little as can be of the cores that it shares with the
 * server.
 */
final class Connection implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
  }

  static byte[] get(String path) {
    return head("GET", path, "");
  }

  static byte[] post(HookCall call) {
    byte[] head =
        head(
            "POST",
            call.path(),
            "Content-Type: application/json\r\nContent-Length: " + call.body().length + "\r\n");
    byte[] request = Arrays.copyOf(head, head.length + call.body().length);
    System.arraycopy(call.body(), 0, request, head.length, call.body().length);
    return request;
  }

  /**
   * @param request as {@link #get} and {@link #post} give it
   * @return the body of the answer
   * @throws IOException also if the answer is not a 200 with a length
   */
  byte[] ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String status = line();
    int length = -1;
    for (String field = line(); !field.isEmpty(); field = line()) {
      if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(field.substring("content-length:".length()).strip());
      }
    }
    if (!status.startsWith("HTTP/1.1 200") || length < 0) {
      throw new IOException("answered: " + status);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the answer ended too early");
    }
    return body;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static byte[] head(String method, String path, String fields) {
    return (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
