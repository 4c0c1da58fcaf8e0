package org.oncohooks.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector of traces: takes OTLP over HTTP, and reads the protobuf by its field numbers. */
final class OtlpReceiver implements AutoCloseable {

  /** As the receiver sees it. */
  record Span(
      String name, String trace, String id, String parent, Map<String, String> attributes) {}

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> raw = new CopyOnWriteArrayList<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Span> spans() {
    return List.copyOf(spans);
  }

  /** All that came, byte by byte as a text. */
  String raw() {
    return String.join("\n", raw);
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = inflated.readAllBytes();
      }
    }
    raw.add(new String(body, StandardCharsets.ISO_8859_1));
    // ExportTraceServiceRequest.resource_spans 1, ResourceSpans.scope_spans 2, ScopeSpans.spans 2
    for (Field resource : fields(body, 1)) {
      for (Field scope : fields(resource.bytes(), 2)) {
        fields(scope.bytes(), 2).forEach(span -> spans.add(span(span.bytes())));
      }
    }
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private static Span span(byte[] bytes) {
    Map<String, String> attributes = new HashMap<>();
    for (Field attribute : fields(bytes, 9)) {
      String key = text(fields(attribute.bytes(), 1).get(0).bytes());
      List<Field> value = fields(fields(attribute.bytes(), 2).get(0).bytes(), 0);
      attributes.put(
          key,
          value.get(0).number() == 1
              ? text(value.get(0).bytes())
              : Long.toString(value.get(0).value()));
    }
    return new Span(
        text(fields(bytes, 5).get(0).bytes()),
        hex(fields(bytes, 1)),
        hex(fields(bytes, 2)),
        hex(fields(bytes, 4)),
        attributes);
  }

  private static String hex(List<Field> field) {
    return field.isEmpty() ? "" : HexFormat.of().formatHex(field.get(0).bytes());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private record Field(int number, byte[] bytes, long value) {}

  /** The fields of a message with a number, or all for 0. */
  private static List<Field> fields(byte[] message, int wanted) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      int number = (int) (tag >>> 3);
      Field field;
      switch ((int) (tag & 7)) {
        case 0 -> field = new Field(number, new byte[0], varint(in));
        case 1 -> field = new Field(number, new byte[0], in.getLong());
        case 5 -> field = new Field(number, new byte[0], in.getInt());
        case 2 -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          field = new Field(number, bytes, 0);
        }
        default -> throw new IllegalStateException("no protobuf");
      }
      if (wanted == 0 || wanted == number) {
        fields.add(field);
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
