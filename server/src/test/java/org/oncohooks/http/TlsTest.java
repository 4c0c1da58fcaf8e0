package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;

/** The listener with TLS, over real sockets. */
@DisplayName("R-97: TLS at the listener")
class TlsTest {

  @TempDir private Path folder;

  private static HttpServer serve(TlsFiles files) {
    HttpServer server =
        new HttpServer(
            HttpSettings.of("127.0.0.1", 0),
            List.of(Route.get("/hello", call -> "{}".getBytes(StandardCharsets.UTF_8))),
            List.of(),
            Set.of(),
            path -> Optional.empty(),
            Optional.of(files),
            RequestObserver.none());
    server.start();
    return server;
  }

  private static HttpResponse<String> get(HttpServer server, TestCertificate... trusted)
      throws Exception {
    return HttpClient.newBuilder()
        .sslContext(TestCertificate.trusting(trusted))
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/hello"))
                .timeout(Duration.ofSeconds(10))
                .build(),
            BodyHandlers.ofString());
  }

  private static BigInteger shown(HttpServer server, TestCertificate... trusted) throws Exception {
    try (SSLSocket socket = socket(server, trusted)) {
      socket.startHandshake();
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSerialNumber();
    }
  }

  private static SSLSocket socket(HttpServer server, TestCertificate... trusted) throws Exception {
    return (SSLSocket)
        TestCertificate.trusting(trusted)
            .getSocketFactory()
            .createSocket("127.0.0.1", server.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void answersByTlsWithAnyUsualKey(String kind) throws Exception {
    TestCertificate certificate = TestCertificate.make(kind, folder);
    try (HttpServer server = serve(certificate.writeTo(folder))) {
      assertThat(get(server, certificate).statusCode()).isEqualTo(200);
      assertThat(server.certificateEnd()).hasValue(certificate.parsed().getNotAfter().toInstant());
    }
  }

  @Test
  void speaksNoOldProtocolAndNoPlainHttp() throws Exception {
    TestCertificate certificate = TestCertificate.make("EC", folder);
    try (HttpServer server = serve(certificate.writeTo(folder))) {
      try (SSLSocket old = socket(server, certificate)) {
        assertThat(old.getSupportedProtocols()).contains("TLSv1.1");
        old.setEnabledProtocols(new String[] {"TLSv1.1"});
        assertThatThrownBy(old::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
      try (Socket plain = new Socket("127.0.0.1", server.port())) {
        plain.setSoTimeout(10_000);
        plain
            .getOutputStream()
            .write("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).doesNotContain("HTTP/1.1 200");
      }
    }
  }

  @Test
  @Timeout(60)
  void showsANewCertificateWithoutARestart() throws Exception {
    TestCertificate first = TestCertificate.make("EC", folder);
    TestCertificate second = TestCertificate.make("RSA", folder);
    TlsFiles files = first.writeTo(folder);
    try (HttpServer server = serve(files);
        SSLSocket open = socket(server, first)) {
      open.setSoTimeout(10_000);
      open.startHandshake();

      // for a moment the key is of before
      TestCertificate.replace(files.certificate(), second.certificate());
      Thread.sleep(3_000);
      assertThat(shown(server, first, second)).isEqualTo(first.parsed().getSerialNumber());

      TestCertificate.replace(files.key(), second.key());
      while (!shown(server, first, second).equals(second.parsed().getSerialNumber())) {
        Thread.sleep(100);
      }
      assertThat(get(server, second).statusCode()).isEqualTo(200);
      assertThat(server.certificateEnd()).hasValue(second.parsed().getNotAfter().toInstant());

      // what was open goes on
      open.getOutputStream()
          .write(
              "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(open.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void doesNotStartWithFilesThatCantBeUsed() throws Exception {
    TestCertificate good = TestCertificate.make("EC", folder);
    TestCertificate other = TestCertificate.make("EC", folder);
    TlsFiles files = good.writeTo(folder);
    Files.writeString(files.key(), other.key());
    assertThat(refused(files)).contains("PEM");
    Files.writeString(files.key(), good.key().replace("PRIVATE KEY", "EC PRIVATE KEY"));
    assertThat(refused(files)).contains("PKCS #8");
    Files.writeString(files.key(), good.key());
    Files.writeString(files.certificate(), "");
    assertThat(refused(files)).contains("PEM");
    Files.delete(files.certificate());
    assertThat(refused(files)).contains("can't be read");
  }

  private static String refused(TlsFiles files) {
    return catchThrowableOfType(ProblemException.class, () -> serve(files)).problem().text();
  }
}
