package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ways in which a token can be wrong, each refused over a real socket with the same words (CDS
 * Hooks 2.0, Trusting CDS Clients; RFC 8725). The numbers are those of the acceptance list.
 */
@DisplayName("JWT of the client (R-11, R-55, R-87 to R-96)")
class TokensTest {

  private static final String ISSUER = "https://ehr.example.org";
  private static final String DISCOVERY = RunningService.BASE_URL + "/cds-services";
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(RunningService.NOW);

  @TempDir private static Path folder;
  private static JwksServer keys;
  private static JwksServer foreign;
  private static RunningService running;

  @BeforeAll
  static void start() throws IOException {
    keys = new JwksServer(TestTokens.KEYS);
    foreign = new JwksServer(TestTokens.set(TestTokens.FOREIGN));
    running = serve(keys.url(), "");
  }

  @AfterAll
  static void stop() {
    running.close();
    foreign.close();
    keys.close();
  }

  @BeforeEach
  void resetTheClock() {
    NOW.set(RunningService.NOW);
  }

  @AfterEach
  void asksNobodyForKeysWhomTheConfigurationDoesNotName() {
    assertThat(foreign.asked()).isZero();
  }

  private static RunningService serve(String jwks, String more) throws IOException {
    Path config = Files.createTempFile(folder, "site", ".yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: st-elsewhere
            issuer: https://ehr.example.org
            jwks: %s
            networks: [127.0.0.0/8]
            plain-http: true
        %s
        """
            .formatted(jwks, more.indent(4)));
    return RunningService.withTenants(config, NOW::get);
  }

  private static TestTokens good() {
    return TestTokens.good(NOW.get(), ISSUER, DISCOVERY);
  }

  private static HttpResponse<String> discover(RunningService service, String... authorization)
      throws Exception {
    HttpRequest.Builder request = service.request("/cds-services");
    for (String value : authorization) {
      request.header("Authorization", value);
    }
    return service.send(request);
  }

  private static int status(RunningService service, TestTokens token) throws Exception {
    return discover(service, "Bearer " + token.signed()).statusCode();
  }

  // ---- what is refused

  private static Arguments wrong(String name, String token) {
    return arguments(name, List.of("Bearer " + token));
  }

  private static Arguments claims(String name, Consumer<ObjectNode> spoil) {
    TestTokens token = good();
    spoil.accept(token.claims());
    return wrong(name, token.signed());
  }

  private static Arguments header(String name, Consumer<ObjectNode> spoil) {
    TestTokens token = good();
    spoil.accept(token.header());
    return wrong(name, TestTokens.sign(token.unsigned(), TestTokens.EC384, JWSAlgorithm.ES384));
  }

  private static Arguments raw(String name, String headerJson, String claimsJson) {
    String text = TestTokens.encode(headerJson) + "." + TestTokens.encode(claimsJson);
    return wrong(name, TestTokens.sign(text, TestTokens.EC384, JWSAlgorithm.ES384));
  }

  private static String hmac(TestTokens token, String algorithm, byte[] secret) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      byte[] bytes = mac.doFinal(token.unsigned().getBytes(StandardCharsets.US_ASCII));
      return token.unsigned() + "." + TestTokens.encode(bytes);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> wrongTokens() throws Exception {
    long now = RunningService.NOW.getEpochSecond();
    String goodHeader = good().header().toString();
    String goodClaims = good().claims().toString();
    String one = good().signed();
    String two = good().signed();
    String[] parts = one.split("\\.");
    String[] others = two.split("\\.");
    List<Arguments> all = new ArrayList<>();
    all.add(arguments("1 none", List.of()));
    all.add(wrong("2 one part", parts[0]));
    all.add(wrong("2 two parts", parts[0] + "." + parts[1]));
    all.add(wrong("2 four parts", one + "." + parts[2]));
    for (String none : List.of("none", "None", "nOnE")) {
      TestTokens token = good().key(none, "ec384");
      all.add(wrong("3 alg " + none + " unsigned", token.unsigned() + "."));
      all.add(wrong("3 alg " + none + " with a signature", token.unsigned() + "." + parts[2]));
    }
    all.add(
        wrong(
            "4 HS256 with the RSA public key",
            hmac(
                good().key("HS256", "rsa"),
                "HmacSHA256",
                TestTokens.RSA.toRSAPublicKey().getEncoded())));
    all.add(
        wrong(
            "5 HS384 with the published key's text",
            hmac(
                good().key("HS384", "ec384"),
                "HmacSHA384",
                TestTokens.EC384.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))));
    all.add(wrong("6 signature stripped", parts[0] + "." + parts[1] + "."));
    all.add(wrong("7 payload of another token", parts[0] + "." + others[1] + "." + parts[2]));
    all.add(wrong("8 another key of the same kid", good().signed(TestTokens.FOREIGN)));
    all.add(header("9 unknown kid", h -> h.put("kid", "nobody")));
    all.add(header("10 no kid", h -> h.remove("kid")));
    all.add(header("10 blank kid", h -> h.put("kid", " ")));
    all.add(header("10 kid not a text", h -> h.put("kid", 1)));
    all.add(header("11 kid a path", h -> h.put("kid", "../../ec384")));
    all.add(header("11 kid SQL", h -> h.put("kid", "ec384' OR '1'='1")));
    all.add(header("11 kid of 3,000 characters", h -> h.put("kid", "k".repeat(3000))));
    all.add(header("12 jku elsewhere", h -> h.put("jku", foreign.url())));
    all.add(header("12 jku like ours", h -> h.put("jku", keys.url() + "/")));
    all.add(header("12 jku a file", h -> h.put("jku", "file:///etc/passwd")));
    all.add(
        header(
            "13 jku that could redirect", h -> h.put("jku", keys.url() + "?to=" + foreign.url())));
    TestTokens own = good();
    own.header().set("jwk", json(TestTokens.FOREIGN.toPublicJWK().toJSONString()));
    all.add(wrong("14 jwk in the header", own.signed(TestTokens.FOREIGN)));
    all.add(header("15 x5u", h -> h.put("x5u", foreign.url())));
    all.add(header("15 x5c", h -> h.putArray("x5c").add("MIIB")));
    all.add(header("16 crit", h -> h.put("exp2", 1).putArray("crit").add("exp2")));
    all.add(header("16 crit b64", h -> h.put("b64", false).putArray("crit").add("b64")));
    all.add(claims("17 expired", c -> c.put("iat", now - 300).put("exp", now - 61)));
    all.add(claims("18 nbf in the future", c -> c.put("nbf", now + 61)));
    all.add(claims("18 iat in the future", c -> c.put("iat", now + 61).put("exp", now + 120)));
    all.add(claims("19 exp too far ahead", c -> c.put("exp", now + 301)));
    all.add(claims("19 no exp", c -> c.remove("exp")));
    all.add(claims("19 no iat", c -> c.remove("iat")));
    all.add(claims("19 exp before iat", c -> c.put("exp", now - 1)));
    all.add(claims("20 aud another service", c -> c.put("aud", DISCOVERY + "/two-alerts")));
    all.add(claims("20 aud a prefix", c -> c.put("aud", RunningService.BASE_URL)));
    all.add(claims("20 aud with a slash", c -> c.put("aud", DISCOVERY + "/")));
    all.add(claims("20 aud in capitals", c -> c.put("aud", DISCOVERY.toUpperCase())));
    all.add(claims("20 aud where it listens", c -> c.put("aud", "http://127.0.0.1/cds-services")));
    all.add(claims("20 no aud", c -> c.remove("aud")));
    all.add(
        claims("21 aud others", c -> c.putArray("aud").add("https://a.org").add("https://b.org")));
    all.add(claims("21 aud nobody", c -> c.putArray("aud")));
    all.add(claims("21 aud not texts", c -> c.putArray("aud").add(DISCOVERY).add(1)));
    all.add(claims("22 iss unknown", c -> c.put("iss", "https://evil.example")));
    all.add(claims("22 iss in capitals", c -> c.put("iss", "https://EHR.example.org")));
    all.add(claims("22 iss with a slash", c -> c.put("iss", ISSUER + "/")));
    all.add(claims("22 iss look-alike", c -> c.put("iss", "https://еhr.example.org")));
    all.add(claims("22 no iss", c -> c.remove("iss")));
    all.add(claims("23 no jti", c -> c.remove("jti")));
    all.add(claims("23 blank jti", c -> c.put("jti", "")));
    all.add(claims("23 jti not a text", c -> c.put("jti", 7)));
    all.add(
        wrong(
            "25 alg not of the key",
            good().key("RS384", "rsa-for-rs256").signed(TestTokens.RSA_FOR_RS256)));
    all.add(wrong("25 alg not allowed", good().key("RS256", "rsa").signed(TestTokens.RSA)));
    all.add(
        wrong(
            "25 alg of another kind of key", good().key("RS384", "ec384").signed(TestTokens.RSA)));
    all.add(wrong("26 r and s zero", good().unsigned() + "." + TestTokens.encode(new byte[96])));
    all.add(wrong("26 another curve", good().key("ES256", "ec256").signed(TestTokens.EC256)));
    TestTokens curve = good().key("ES384", "ec256");
    all.add(
        wrong(
            "26 alg not of the curve",
            TestTokens.sign(curve.unsigned(), TestTokens.EC256, JWSAlgorithm.ES256)));
    all.add(wrong("26 signature in DER", der(one)));
    all.add(wrong("27 RSA of 1024 bits", good().key("RS384", "weak").signed(TestTokens.WEAK)));
    all.add(raw("28 claim twice", goodHeader, goodClaims.replaceFirst("\\{", "{\"iss\":\"x\",")));
    all.add(
        raw(
            "28 header member twice",
            goodHeader.replaceFirst("\\{", "{\"alg\":\"none\","),
            goodClaims));
    for (String exp :
        List.of(
            "\"" + (now + 60) + "\"",
            now + 60 + ".5",
            "1e400",
            "-1",
            "null",
            "[]",
            "9".repeat(90))) {
      all.add(
          raw(
              "29 exp " + (exp.length() > 20 ? "of 90 digits" : exp),
              goodHeader,
              goodClaims.replaceFirst("\"exp\":\\d+", "\"exp\":" + exp)));
    }
    all.add(header("30 typ another", h -> h.put("typ", "at+jwt")));
    all.add(header("30 no typ", h -> h.remove("typ")));
    all.add(header("30 typ not a text", h -> h.put("typ", true)));
    all.add(wrong("30 encrypted", one + "." + parts[0] + "." + parts[1]));
    all.add(header("30 enc", h -> h.put("enc", "A128GCM")));
    all.add(header("30 nested", h -> h.put("cty", "JWT")));
    all.add(header("30 zip", h -> h.put("zip", "DEF")));
    all.add(raw("30 header not an object", "[]", goodClaims));
    all.add(raw("30 claims not an object", goodHeader, "\"claims\""));
    all.add(arguments("31 two headers", List.of("Bearer " + one, "Bearer " + two)));
    all.add(arguments("31 a comma", List.of("Bearer " + one + ", Bearer " + two)));
    all.add(
        arguments(
            "31 a blank within", List.of("Bearer " + parts[0] + " ." + parts[1] + "." + parts[2])));
    all.add(arguments("31 no scheme", List.of(one)));
    all.add(arguments("31 another scheme", List.of("Basic " + one)));
    all.add(arguments("31 nothing after the scheme", List.of("Bearer")));
    all.add(wrong("31 not base64url", one.replace('.', '+')));
    all.add(wrong("31 padded", parts[0] + "==." + parts[1] + "." + parts[2]));
    return all.stream();
  }

  private static ObjectNode json(String text) {
    return org.oncohooks.json.StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same signature as the JDK writes it, and not as JWS does. */
  private static String der(String token) throws Exception {
    String[] parts = token.split("\\.");
    byte[] der =
        com.nimbusds.jose.crypto.impl.ECDSA.transcodeSignatureToDER(
            new Base64URL(parts[2]).decode());
    return parts[0] + "." + parts[1] + "." + TestTokens.encode(der);
  }

  /** What the log says of the variants of each number: they fail for what is wrong with them. */
  private static final Map<Integer, Set<String>> REASONS =
      Map.ofEntries(
          Map.entry(1, Set.of("no-token")),
          Map.entry(2, Set.of("malformed")),
          Map.entry(3, Set.of("malformed", "algorithm")),
          Map.entry(4, Set.of("algorithm")),
          Map.entry(5, Set.of("algorithm")),
          Map.entry(6, Set.of("malformed")),
          Map.entry(7, Set.of("signature")),
          Map.entry(8, Set.of("signature")),
          Map.entry(9, Set.of("key-unknown")),
          Map.entry(10, Set.of("key-id")),
          Map.entry(11, Set.of("key-id", "key-unknown")),
          Map.entry(12, Set.of("key-url")),
          Map.entry(13, Set.of("key-url")),
          Map.entry(14, Set.of("header-unknown")),
          Map.entry(15, Set.of("header-unknown")),
          Map.entry(16, Set.of("header-unknown")),
          Map.entry(17, Set.of("expired")),
          Map.entry(18, Set.of("not-yet-valid")),
          Map.entry(19, Set.of("lifetime", "claim-malformed")),
          Map.entry(20, Set.of("audience")),
          Map.entry(21, Set.of("audience")),
          Map.entry(22, Set.of("issuer")),
          Map.entry(23, Set.of("claim-malformed")),
          Map.entry(25, Set.of("signature", "algorithm")),
          Map.entry(26, Set.of("signature", "algorithm")),
          Map.entry(27, Set.of("key-unknown")),
          Map.entry(28, Set.of("malformed")),
          Map.entry(29, Set.of("claim-malformed")),
          Map.entry(30, Set.of("type", "header-unknown", "malformed")),
          Map.entry(31, Set.of("not-bearer", "several-authorizations", "malformed")));

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongTokens")
  void refuses(String name, List<String> authorization) throws Exception {
    HttpResponse<String> answer = discover(running, authorization.toArray(String[]::new));
    int number = Integer.parseInt(name.substring(0, name.indexOf(' ')));
    assertThat(REASONS.get(number)).contains(reason(answer));
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo(discover(running).body());
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer realm=\"oncohooks\"");
  }

  /** What the request log says of an answer; the line comes a moment after the answer. */
  private static String reason(HttpResponse<String> answer) throws InterruptedException {
    String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
    Pattern line = Pattern.compile("refused=token-(\\S+) .* request=" + id);
    for (int i = 0; i < 100; i++) {
      Matcher found = line.matcher(running.logged());
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(20);
    }
    return "not logged";
  }

  @Test
  @DisplayName("11 kid of 1 MB")
  void refusesAHeaderThatIsTooLarge() throws Exception {
    TestTokens token = good();
    token.header().put("kid", "k".repeat(1 << 20));
    assertThat(discover(running, "Bearer " + token.signed()).statusCode()).isEqualTo(431);
  }

  @Test
  void sendsABodyAwayUnreadWithoutAToken() throws Exception {
    HttpResponse<String> answer = running.post("/cds-services/two-alerts", "{");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(running.post("/cds-services/none", "{").body()).isEqualTo(answer.body());
  }

  @Test
  void logsWhyAsACodeAndNothingOfTheToken() throws Exception {
    TestTokens token = good();
    token.claims().put("jti", "JTI-CANARY").put("exp", 1);
    String compact = token.signed();
    HttpResponse<String> answer = discover(running, "Bearer " + compact);
    assertThat(reason(answer)).isEqualTo("expired");
    assertThat(running.logged())
        .contains("GET /cds-services 401 refused=token-expired problem=unauthenticated")
        .doesNotContain("JTI-CANARY", compact);
  }

  // ---- what is let in

  @Test
  void letsGoodTokensIn() throws Exception {
    assertThat(status(running, good())).isEqualTo(200);
    assertThat(
            discover(running, "Bearer " + good().key("RS384", "rsa").signed(TestTokens.RSA))
                .statusCode())
        .isEqualTo(200);
    TestTokens named = good();
    named.header().put("jku", keys.url());
    assertThat(status(running, named)).isEqualTo(200);
    TestTokens several = good();
    several.claims().putArray("aud").add("https://other.example.org").add(DISCOVERY);
    assertThat(status(running, several)).isEqualTo(200);
    assertThat(discover(running, "bearer " + good().signed()).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("F10: clocks may differ by a minute")
  void letsClocksDifferByAMinute() throws Exception {
    long now = NOW.get().getEpochSecond();
    TestTokens late = good();
    late.claims().put("iat", now - 200).put("exp", now - 60);
    assertThat(status(running, late)).isEqualTo(200);
    TestTokens early = good();
    early.claims().put("iat", now + 60).put("nbf", now + 60).put("exp", now + 300);
    assertThat(status(running, early)).isEqualTo(200);
  }

  @Test
  void takesWhatATenantsConfigurationAllows() throws Exception {
    String more =
        """
        algorithms: [ES256]
        token-minutes: 15
        audiences: [the-hospitals-own-word]
        """;
    try (RunningService service = serve(keys.url(), more)) {
      TestTokens token =
          TestTokens.good(NOW.get(), ISSUER, "the-hospitals-own-word").key("ES256", "ec256");
      token.claims().put("nbf", NOW.get().getEpochSecond() - 300);
      token.claims().put("exp", NOW.get().getEpochSecond() + 900);
      assertThat(discover(service, "Bearer " + token.signed(TestTokens.EC256)).statusCode())
          .isEqualTo(200);
      assertThat(status(service, good())).isEqualTo(401);
    }
  }

  // ---- replay

  @Test
  @DisplayName("24 jti replay")
  void takesATokenOnce() throws Exception {
    String token = "Bearer " + good().signed();
    assertThat(discover(running, token).statusCode()).isEqualTo(200);
    assertThat(discover(running, token).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("24 jti replay, 50 at once")
  void takesATokenOnceOfManyAtOnce() throws Exception {
    String token = "Bearer " + good().signed();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Integer>> calls =
          IntStream.range(0, 50)
              .<Callable<Integer>>mapToObj(i -> () -> discover(running, token).statusCode())
              .toList();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> call : threads.invokeAll(calls)) {
        statuses.add(call.get());
      }
      assertThat(statuses.stream().collect(Collectors.groupingBy(s -> s, Collectors.counting())))
          .containsEntry(200, 1L)
          .containsEntry(401, 49L);
    } finally {
      threads.shutdownNow();
    }
  }

  // ---- the source of the keys

  @Test
  @DisplayName("9 unknown kids make no storm of requests for keys")
  void asksForUnknownKeysNowAndThen() throws Exception {
    try (JwksServer own = new JwksServer(TestTokens.KEYS);
        RunningService service = serve(own.url(), "")) {
      NOW.set(NOW.get().plusSeconds(60));
      int before = own.asked();
      for (int i = 0; i < 20; i++) {
        assertThat(status(service, good().key("ES384", "nobody-" + i))).isEqualTo(401);
      }
      assertThat(own.asked()).isEqualTo(before + 1);
    }
  }

  @Test
  void takesANewKeyAndDropsAnOldOne() throws Exception {
    try (JwksServer own = new JwksServer(TestTokens.set(TestTokens.RSA));
        RunningService service = serve(own.url(), "")) {
      own.publish(TestTokens.set(TestTokens.EC384));
      NOW.set(NOW.get().plusSeconds(11));
      assertThat(status(service, good())).isEqualTo(200);
      String old = "Bearer " + good().key("RS384", "rsa").signed(TestTokens.RSA);
      assertThat(discover(service, old).statusCode()).isEqualTo(401);
    }
  }

  @Test
  @DisplayName("32 the source of the keys is down")
  void goesOnForADayWithTheKeysItHas() throws Exception {
    try (JwksServer own = new JwksServer(TestTokens.KEYS);
        RunningService service = serve(own.url(), "")) {
      own.fail(500);
      for (Duration later : List.of(Duration.ofMinutes(11), Duration.ofHours(23))) {
        NOW.set(RunningService.NOW.plus(later));
        assertThat(status(service, good())).isEqualTo(200);
        assertThat(status(service, good().key("ES384", "nobody"))).isEqualTo(503);
      }
      NOW.set(RunningService.NOW.plus(Duration.ofHours(25)));
      HttpResponse<String> answer = discover(service, "Bearer " + good().signed());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      own.publish(TestTokens.KEYS);
      NOW.set(NOW.get().plusSeconds(11));
      assertThat(status(service, good())).isEqualTo(200);
    }
  }

  private static Arguments bad(String name, Consumer<JwksServer> behaviour) {
    return arguments(name, behaviour);
  }

  static Stream<Arguments> badSources() {
    String key = TestTokens.EC384.toPublicJWK().toJSONString();
    String tenThousand =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{}")
            .collect(Collectors.joining(",", key + ",", ""));
    return Stream.of(
        bad("13 redirects", server -> server.redirectTo(foreign.url())),
        bad("32 404", server -> server.fail(404)),
        bad("32 hangs", JwksServer::hang),
        bad("32 dribbles", JwksServer::dribble),
        bad("33 100 MB", server -> server.flood(100L << 20)),
        bad("33 10,000 keys", server -> server.publish("{\"keys\":[" + tenThousand + "]}")),
        bad("33 HTML", server -> server.publish("<html></html>")),
        bad("33 no keys", server -> server.publish("{}")),
        bad(
            "33 broken keys",
            server ->
                server.publish(
                    "{\"keys\":[1,{},{\"kty\":\"EC\"},{\"kty\":\"oct\",\"k\":\"AA\"}]}")),
        bad("33 no key at all", server -> server.publish("{\"keys\":[null,[null],\"\"]}")),
        bad(
            "33 a key that the parser falls over",
            server -> server.publish("{\"keys\":[" + withoutFactors() + "]}")),
        bad("32 begins twice", server -> server.say(BEGUN.repeat(2) + EMPTY)),
        bad("32 less than no body", server -> server.say(EMPTY.replace(": 0", ": -5"))),
        bad("32 a status below zero", server -> server.say(EMPTY.replace("200", "-12"))));
  }

  @Test
  @DisplayName("F10: the machine's clock jumps back and on again")
  void goesByTheClockAsItIsWhenItJumps() throws Exception {
    try (JwksServer own = new JwksServer(TestTokens.KEYS);
        RunningService service = serve(own.url(), "")) {
      assertThat(status(service, good())).isEqualTo(200);
      for (Duration jump : List.of(Duration.ofDays(-400), Duration.ofDays(400), Duration.ZERO)) {
        int asked = own.asked();
        NOW.set(RunningService.NOW.plus(jump));
        assertThat(status(service, TestTokens.good(NOW.get(), ISSUER, DISCOVERY))).isEqualTo(200);
        assertThat(own.asked()).as("keys are asked for anew").isGreaterThan(asked);
        if (!jump.isZero()) {
          TestTokens before = TestTokens.good(RunningService.NOW, ISSUER, DISCOVERY);
          assertThat(status(service, before)).as("of another time").isEqualTo(401);
        }
      }
    }
  }

  private static final String BEGUN = "HTTP/1.1 103 Early Hints\r\n\r\n";
  private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  /** An RSA key of which more than two primes are promised and none is given. */
  private static String withoutFactors() {
    return TestTokens.RSA.toPublicJWK().toJSONString().replaceFirst("}$", ",\"oth\":[{}]}");
  }

  @Test
  @DisplayName("33 some keys of a set are broken")
  void goesOnWithTheKeysOfASetThatCanBeRead() throws Exception {
    String good = TestTokens.EC384.toPublicJWK().toJSONString();
    try (JwksServer own =
            new JwksServer("{\"keys\":[null," + withoutFactors() + "," + good + "]}");
        RunningService service = serve(own.url(), "")) {
      assertThat(status(service, good())).isEqualTo(200);
      assertThat(service.logged()).contains("2 passed over code=key-unreadable");
      own.publish("{\"keys\":[null]}");
      NOW.set(NOW.get().plus(Duration.ofMinutes(11)));
      assertThat(status(service, good())).as("with the keys it had").isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badSources")
  void saysThatItCanNotKnowWithoutKeys(String name, Consumer<JwksServer> behaviour)
      throws Exception {
    try (JwksServer own = new JwksServer(TestTokens.KEYS)) {
      behaviour.accept(own);
      try (RunningService service = serve(own.url(), "")) {
        NOW.set(NOW.get().plusSeconds(60));
        long began = System.nanoTime();
        assertThat(status(service, good())).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(service.printed()).contains("tenants[0].jwks: can't be had now");
      }
    }
  }
}
