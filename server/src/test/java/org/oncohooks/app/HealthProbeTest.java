package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.http.HttpServer;
import org.oncohooks.http.HttpSettings;
import org.oncohooks.http.RequestObserver;
import org.oncohooks.http.Route;
import org.oncohooks.http.TestCertificate;
import org.oncohooks.http.TlsFiles;

/** What a container asks about its own service. */
class HealthProbeTest {

  @TempDir private Path folder;

  private static HttpServer serve(Optional<TlsFiles> tls) {
    HttpServer server =
        new HttpServer(
            HttpSettings.of("127.0.0.2", 0),
            List.of(Route.get("/health/live", call -> "{}".getBytes(StandardCharsets.UTF_8))),
            List.of(),
            Set.of(),
            path -> Optional.empty(),
            tls,
            RequestObserver.none());
    server.start();
    return server;
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where all of 127/8 is this machine
  void asksWithAndWithoutTlsWhoeverTheCertificateIsMadeOutTo() throws Exception {
    TlsFiles files = TestCertificate.make("RSA", folder).writeTo(folder);
    HttpServer plain = serve(Optional.empty());
    HttpServer tls = serve(Optional.of(files));
    try {
      assertThat(HealthProbe.answers("http://127.0.0.2:" + plain.port() + "/health/live")).isTrue();
      assertThat(HealthProbe.answers("https://127.0.0.2:" + tls.port() + "/health/live")).isTrue();
      assertThat(HealthProbe.answers("https://127.0.0.2:" + tls.port() + "/elsewhere")).isFalse();
      assertThat(HealthProbe.answers("http://127.0.0.2:" + tls.port() + "/health/live")).isFalse();
      assertThat(HealthProbe.answers("no URL")).isFalse();
    } finally {
      plain.close();
      tls.close();
    }
    assertThat(HealthProbe.answers("http://127.0.0.2:" + plain.port() + "/health/live")).isFalse();
  }
}
