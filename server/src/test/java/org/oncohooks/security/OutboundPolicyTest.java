package org.oncohooks.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service calls where its configuration says, and nowhere else (B12). */
@DisplayName("B12, R-16, R-25: outbound calls")
class OutboundPolicyTest {

  private static final Duration SOON = Duration.ofSeconds(2);
  private static final URI EHR = URI.create("https://ehr.example.org/fhir/r4");

  private Canary canary;

  /** Listens where nobody should call, and counts who does. */
  private static final class Canary implements AutoCloseable {

    private final ServerSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final String answer;

    Canary(String answer) throws IOException {
      this.answer = answer;
      socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      Thread thread = new Thread(this::listen, "canary");
      thread.setDaemon(true);
      thread.start();
    }

    private void listen() {
      while (!socket.isClosed()) {
        try (var connection = socket.accept()) {
          calls.incrementAndGet();
          connection.getInputStream().read(new byte[4096]);
          connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
          // closed, or the caller went away
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @BeforeEach
  void listen() throws IOException {
    canary = new Canary("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  }

  @AfterEach
  void close() throws IOException {
    canary.close();
  }

  private static OutboundPolicy policy(List<URI> bases, String... networks) {
    return new OutboundPolicy(
        bases, List.of(networks).stream().map(Network::of).toList(), InetAddress::getAllByName);
  }

  private URI loopback() {
    return URI.create("http://127.0.0.1:" + canary.port() + "/fhir");
  }

  private static OutboundClient.Reply get(OutboundPolicy policy, URI url) throws IOException {
    try (OutboundClient client = new OutboundClient(policy)) {
      return client.get(url, Map.of("Authorization", "Bearer TOKEN-CANARY"), 1 << 10, SOON);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example.org/fhir/r4",
        "https://ehr.example.org.evil.example/fhir/r4",
        "https://ehr.example.evil.com/fhir/r4",
        "https://evil.example/https://ehr.example.org/fhir/r4",
        "https://user@ehr.example.org/fhir/r4",
        "https://ehr.example.org@evil.example/fhir/r4",
        "https://ehr.example.org:8443/fhir/r4",
        "https://ehr.example.org:443/fhir/r4",
        "http://ehr.example.org/fhir/r4",
        "HTTPS://ehr.example.org/fhir/r4",
        "https://EHR.example.org/fhir/r4",
        "file:///etc/passwd",
        "jar:https://ehr.example.org/fhir/r4!/x",
        "ftp://ehr.example.org/fhir/r4",
        "gopher://ehr.example.org/fhir/r4",
        "http://127.0.0.1/fhir/r4",
        "http://[::1]/fhir/r4",
        "http://0.0.0.0/fhir/r4",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "https://ehr.example.org./fhir/r4",
        "https://xn--hr-mia.example.org/fhir/r4",
        "https://ehr.exаmple.org/fhir/r4", // a Cyrillic letter
        "https://ehr.example.org/fhir/r4\r\nX-Header: 1",
        "https://ehr.example.org/fhir/r4\t",
        "https://ehr.example.org\\@evil.example/fhir/r4",
        "https://ehr.example.org/fhir/r4/../admin",
        "https://ehr.example.org/fhir/r4/%2e%2e/admin",
        "https://ehr.example.org/fhir/r4%2fx",
        "https://ehr.example.org/fhir/r4//x",
        "https://ehr.example.org/fhir/r4;x=1",
        "https://ehr.example.org/fhir/r4?x=1",
        "https://ehr.example.org/fhir/r4#x",
        "https://ehr.example.org/fhir/r45",
        "https://ehr.example.org/fhir",
        "//ehr.example.org/fhir/r4",
        "ehr.example.org/fhir/r4",
        " https://ehr.example.org/fhir/r4",
        "https://ehr.example.org/fhir/r4//",
        ""
      })
  void knowsItsServersByTheExactText(String fhirServer) {
    assertThat(policy(List.of(EHR)).named(fhirServer)).isEmpty();
  }

  @Test
  void takesASlashAtTheEndForNoDifference() {
    assertThat(policy(List.of(EHR)).named("https://ehr.example.org/fhir/r4")).contains(EHR);
    assertThat(policy(List.of(EHR)).named("https://ehr.example.org/fhir/r4/")).contains(EHR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ehr.example.org/fhir/r4/Condition?patient=1&page=2",
        "https://ehr.example.org/fhir/r4/Observation?code=http%3A%2F%2Floinc.org%7C1-8",
        "https://ehr.example.org:443/fhir/r4?_getpages=7",
        "https://ehr.example.org/fhir/r4"
      })
  void followsPagesBelowTheServer(String next) {
    assertThat(policy(List.of(EHR)).below(EHR, next)).contains(URI.create(next));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/fhir/r4/Condition?page=2",
        "http://ehr.example.org/fhir/r4/Condition?page=2",
        "https://ehr.example.org:8443/fhir/r4/Condition",
        "https://ehr.example.org/fhir/r4/../../admin",
        "https://ehr.example.org/fhir/r4/%2e%2e/admin",
        "https://ehr.example.org/fhir/r4/%2E%2E%2fadmin",
        "https://ehr.example.org/fhir/r4/..%5cadmin",
        "https://ehr.example.org/fhir/r4/..;/admin",
        "https://ehr.example.org/admin",
        "https://a:b@ehr.example.org/fhir/r4/Condition",
        "https://ehr.example.org/fhir/r4/Condition#x",
        "/fhir/r4/Condition?page=2",
        "Condition?page=2",
        "https://ehr.example.org/fhir/r4/Condition?a=\r\nX: 1"
      })
  void followsNoPageElsewhere(String next) {
    assertThat(policy(List.of(EHR)).below(EHR, next)).isEmpty();
  }

  @Test
  void followsNoPageOfAServerThatIsNotListed() {
    URI other = URI.create("https://other.example.org/r4");
    assertThat(policy(List.of(EHR)).below(other, other + "/Condition")).isEmpty();
  }

  @Test
  void callsWhatIsListedWithItsNetwork() throws IOException {
    URI url = URI.create(loopback() + "/Patient/1");
    assertThat(get(policy(List.of(loopback()), "127.0.0.0/8"), url).status()).isEqualTo(200);
    assertThat(canary.calls).hasValue(1);
  }

  @Test
  void connectsToNobodyElse() {
    OutboundPolicy policy = policy(List.of(EHR), "127.0.0.0/8");
    for (String url :
        List.of(
            loopback().toString(),
            "http://127.0.0.1:" + canary.port() + "/fhir/r4",
            "http://localhost:" + canary.port() + "/fhir/r4",
            "http://[::ffff:127.0.0.1]:" + canary.port() + "/fhir/r4")) {
      assertThat(catchThrowable(() -> get(policy, URI.create(url))))
          .as(url)
          .isInstanceOf(OutboundClient.NotAllowed.class);
    }
    assertThat(canary.calls).hasValue(0);
  }

  @Test
  void connectsToNoPrivateAddressThatIsNotListed() {
    OutboundPolicy address = policy(List.of(loopback()), "10.0.0.0/8");
    assertThat(catchThrowable(() -> get(address, loopback())))
        .isInstanceOf(UnknownHostException.class);
    URI named = URI.create("http://localhost:" + canary.port() + "/fhir");
    OutboundPolicy name = policy(List.of(named));
    assertThat(catchThrowable(() -> get(name, named))).isInstanceOf(IOException.class);
    assertThat(canary.calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void takesNoSpecialAddressForTheInternet(String address) throws IOException {
    assertThat(Network.isSpecial(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "100.128.0.1"})
  void takesOthersForTheInternet(String address) throws IOException {
    assertThat(Network.isSpecial(InetAddress.getByName(address))).isFalse();
  }

  @Test
  void connectsToTheAddressThatWasChecked() throws IOException {
    // a name that is public when it is first asked for, and this machine from then on
    AtomicInteger asked = new AtomicInteger();
    InetAddress[] here = {InetAddress.getByName("127.0.0.1")};
    InetAddress[] elsewhere = {InetAddress.getByName("192.0.2.1")};
    URI base = URI.create("http://rebinding.example:" + canary.port() + "/fhir");
    OutboundPolicy policy =
        new OutboundPolicy(
            List.of(base),
            List.of(Network.of("192.0.2.0/24")),
            host -> asked.incrementAndGet() == 1 ? elsewhere : here);
    assertThat(catchThrowable(() -> get(policy, base))).isInstanceOf(IOException.class);
    assertThat(asked).hasValue(1);
    assertThat(catchThrowable(() -> get(policy, base))).isInstanceOf(UnknownHostException.class);
    assertThat(canary.calls).hasValue(0);
  }

  @Test
  void callsNoneOfSeveralAddressesIfOneIsNotAllowed() throws IOException {
    InetAddress[] both = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("127.0.0.1")};
    OutboundPolicy policy = new OutboundPolicy(List.of(EHR), List.of(), host -> both);
    assertThat(catchThrowable(() -> get(policy, EHR))).isInstanceOf(UnknownHostException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void followsNoRedirect(int status) throws IOException {
    String location = "http://127.0.0.1:" + canary.port() + "/fhir/secret";
    try (Canary redirects =
        new Canary(
            "HTTP/1.1 "
                + status
                + " Elsewhere\r\nLocation: "
                + location
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
      URI base = URI.create("http://127.0.0.1:" + redirects.port());
      assertThat(get(policy(List.of(base, loopback()), "127.0.0.0/8"), base).status())
          .isEqualTo(status);
    }
    assertThat(canary.calls).hasValue(0);
  }

  @Test
  void usesNoProxy() throws IOException {
    System.setProperty("http.proxyHost", "127.0.0.1");
    System.setProperty("http.proxyPort", Integer.toString(canary.port()));
    System.setProperty("http.nonProxyHosts", "");
    try (Canary server = new Canary("HTTP/1.1 204 None\r\nConnection: close\r\n\r\n")) {
      URI base = URI.create("http://127.0.0.1:" + server.port());
      assertThat(get(policy(List.of(base), "127.0.0.0/8"), base).status()).isEqualTo(204);
      assertThat(server.calls).hasValue(1);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
      System.clearProperty("http.nonProxyHosts");
    }
    assertThat(canary.calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
      })
  void readsNoMoreThanItWants(String head) throws IOException {
    try (Canary server = new Canary(head + "x".repeat(2000))) {
      URI base = URI.create("http://127.0.0.1:" + server.port());
      assertThat(catchThrowable(() -> get(policy(List.of(base), "127.0.0.0/8"), base)))
          .isInstanceOf(OutboundClient.TooLarge.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://ehr.example.org/r4, not https",
    "ehr.example.org, not a URL",
    "https://user@ehr.example.org, not a URL",
    "https://ehr.example.org/r4?x=1, no query",
    "https://ehr.example.org/a/../b, not a URL",
    "file:///etc, not a URL",
    "https://ehr.example.org:65536/r4, not a URL",
    "https://[fe80::1%25eth0]/r4, not a URL"
  })
  void refusesABaseThatMakesNoSense(String url, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutboundPolicy.base(url, false))
        .withMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0/8", "evil.example", "2130706433", "10.0.0.0/", ""})
  void refusesANetworkThatMakesNoSense(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.of(text));
  }
}
