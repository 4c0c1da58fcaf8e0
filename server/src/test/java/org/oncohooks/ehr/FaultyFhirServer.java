package org.oncohooks.ehr;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A FHIR server on a raw socket, so that it can do what no server should. */
public final class FaultyFhirServer implements AutoCloseable {

  /** What it does with one request; the connection is closed afterwards. */
  @FunctionalInterface
  public interface Answer {
    void to(Request request, Socket connection) throws IOException, InterruptedException;
  }

  /**
   * One request.
   *
   * @param target path and query
   * @param authorization the header; blank if there was none
   * @param base of this server
   */
  public record Request(String target, String authorization, String base) {}

  private final ServerSocket socket;
  private final Answer answer;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private FaultyFhirServer(ServerSocket socket, Answer answer) {
    this.socket = socket;
    this.answer = answer;
    daemon(this::listen);
  }

  public static FaultyFhirServer answering(Answer answer) throws IOException {
    return new FaultyFhirServer(
        new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1")), answer);
  }

  /** On a socket of the test's own making, such as one with TLS. */
  public static FaultyFhirServer on(ServerSocket socket, Answer answer) {
    return new FaultyFhirServer(socket, answer);
  }

  /** A whole answer. */
  public static Answer status(int status, String contentType, String body) {
    return (request, connection) -> send(connection, status, contentType, body);
  }

  /** 200 with FHIR JSON. */
  public static Answer json(String body) {
    return status(200, "application/fhir+json;charset=utf-8", body.replace('\'', '"'));
  }

  public static void send(Socket connection, int status, String contentType, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    write(
        connection,
        "HTTP/1.1 "
            + status
            + " Said\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\nConnection: close\r\n\r\n");
    connection.getOutputStream().write(bytes);
    connection.getOutputStream().flush();
  }

  public static void write(Socket connection, String text) throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  public String base() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/fhir/r4";
  }

  /** What was asked so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        daemon(() -> serve(connection));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket connection) {
    open.add(connection);
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      String authorization = "";
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        if (line.regionMatches(true, 0, "authorization:", 0, 14)) {
          authorization = line.substring(14).strip();
        }
      }
      Request request = new Request(first.split(" ")[1], authorization, base());
      requests.add(request);
      answer.to(request, connection);
    } catch (IOException e) {
      // the caller went away, which is the caller's right
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "faulty");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
