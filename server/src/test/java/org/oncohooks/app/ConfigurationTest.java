package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.http.TestCertificate;
import org.oncohooks.http.TlsFiles;
import org.oncohooks.records.TestPostgres;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A configuration that can't be meant keeps the service from starting, with key and file. */
class ConfigurationTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void keys() throws IOException {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("site.yaml"), yaml);
  }

  private int serve(Map<String, String> environment, String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return Main.execute(line, arguments, environment);
  }

  private int start(String yaml, String... more) throws IOException {
    String[] arguments = new String[5 + more.length];
    arguments[0] = "--config";
    arguments[1] = file(yaml).toString();
    arguments[2] = "--content";
    arguments[3] = TestContent.folder().toString();
    arguments[4] = "--stop-when-ready";
    System.arraycopy(more, 0, arguments, 5, more.length);
    return serve(Map.of(), arguments);
  }

  @Test
  void startsWithWhatTheFileSays() throws IOException {
    int code =
        start(
            """
            port: 0
            production: true
            data: data
            bind: 0.0.0.0
            base-url: https://cds.example.org
            cors-origin: [https://a.example.org, https://b.example.org]
            settings: {Urgency: stat}
            fhir: {knowledge: open}
            tenants:
              - id: st-elsewhere
                issuer: https://ehr.example.org
                jwks-file: keys.json
                dialect: epic
                fhir-bases: [https://ehr.example.org/fhir/r4]
                networks: [10.0.0.0/8]
            """);
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("Listening on http://0.0.0.0:", "Production mode", "tenant st-elsewhere");
  }

  @Test
  void letsTheCommandLineWin() throws IOException {
    assertThat(start("port: 70000\nbind: nowhere.invalid\n", "--port", "0", "--bind=127.0.0.1"))
        .isZero();
  }

  @Test
  void findsTheFileByTheEnvironment() throws IOException {
    String[] arguments = {"serve", "--stop-when-ready"};
    Path file = file("port: 0\ncontent: " + TestContent.folder() + "\n");
    assertThat(serve(Map.of("ONCOHOOKS_CONFIG", file.toString()), arguments)).isZero();
  }

  @Test
  void takesValuesFromTheEnvironment() throws IOException {
    ConfigFile config =
        ConfigFile.read(
            file("bind: ${ADDRESS}\nsettings: {A: \"x ${ADDRESS}\"}\n"),
            Map.of("ADDRESS", "10.0.0.1"));
    assertThat(config.value("bind").textValue()).isEqualTo("10.0.0.1");
    assertThat(config.settings().get("A").textValue()).isEqualTo("x ${ADDRESS}");
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> ConfigFile.read(file("bind: ${NONE}\n"), Map.of()));
    assertThat(refused.problem().text())
        .contains("site.yaml: bind: the environment variable NONE is not set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prot: 0 | site.yaml: prot: there is no such key",
        "config: other.yaml | site.yaml: config: there is no such key",
        "stop-when-ready: true | site.yaml: stop-when-ready: there is no such key",
        "port: x | site.yaml: port: the value has to be a whole number",
        "port: 1.5 | site.yaml: port: the value has to be a whole number",
        "port: [1] | site.yaml: port: the value has to be a whole number",
        "port: | site.yaml: port: the value has to be a whole number",
        "production: yes please | site.yaml: production: the value has to be true or false",
        "bind: 1 | site.yaml: bind: the value has to be a text",
        "cors-origin: https://a.org | site.yaml: cors-origin: the value has to be a list",
        "cors-origin: [1] | site.yaml: cors-origin: the value has to be a list of texts",
        "settings: [1] | site.yaml: settings: has to hold lines of NAME: VALUE",
        "settings: {Nonsense: 1} | There is no parameter of that name",
        "a: [ | is not YAML at line",
        "just text | has to hold lines of KEY: VALUE",
        "{ledger-in-memory: true, tenants: 1} | site.yaml: tenants: ",
        "{ledger-in-memory: true, tenants: []} | site.yaml: base-url: this key is missing",
        "fhir: {} | site.yaml: base-url: this key is missing"
      })
  void refusesAFileThatCanNotBeMeant(String yaml, String text) throws IOException {
    int code = start(yaml, "--port", "0");
    assertThat(err.toString()).contains(text).doesNotContain("\tat ", "Exception");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void refusesAKeyThatIsThereTwice() throws IOException {
    assertThat(start("port: 0\nport: 1\n")).isEqualTo(1);
    assertThat(err.toString()).contains("is not YAML at line 2");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThat(serve(Map.of(), "--config", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("can't be read");
  }

  /** Nothing has to be kept. */
  private static final String TRIED = "port: 0\nledger-in-memory: true\n";

  private static final String TENANT = "{id: a, issuer: https://a.org, jwks-file: keys.json";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{issuer: x, jwks-file: keys.json}] | tenants[0].id: this key is missing",
        "[{id: a, jwks-file: keys.json}] | tenants[0].issuer: this key is missing",
        "[{id: a, issuer: x}] | tenants[0].jwks: this key is missing",
        "[{id: A, issuer: x, jwks-file: keys.json}] | tenants[0].id: has to be small letters",
        "[{id: open, issuer: x, jwks-file: keys.json}] | tenants[0].id: has to be small letters",
        "[{id: a, issuer: '', jwks-file: keys.json}] | tenants[0].issuer: is blank",
        "[{id: a, issuer: x, jwks-file: none.json}] | tenants[0].jwks-file: holds no usable key",
        "[{id: a, issuer: x, jwks: http://a.org/k}] | tenants[0].jwks: not https",
        "[T, nonsense: 1}] | tenants[0].nonsense: there is no such key",
        "[T, token-minutes: x}] | tenants[0].token-minutes: the value is not of the right type",
        "[T, token-minutes: 16}] | tenants[0].token-minutes: has to be 1 to 15",
        "[T, token-minutes: 0}] | tenants[0].token-minutes: has to be 1 to 15",
        "[T, calls-per-second: 0}] | tenants[0].calls-per-second: has to be 1 to 10000",
        "[T, algorithms: [HS256]}] | tenants[0].algorithms: has to be of",
        "[T, algorithms: [none]}] | tenants[0].algorithms: has to be of",
        "[T, algorithms: []}] | tenants[0].algorithms: has to be of",
        "[T, algorithms: ES384}] | tenants[0].algorithms: the value is not of the right type",
        "[T, dialect: klingon}] | tenants[0].dialect: has to be standard, epic or oracle-health",
        "[T, services: [none]}] | tenants[0]: --service none is not there",
        "[T, settings: {Nonsense: 1}}] | tenants[0]: Setting",
        "[T, local-store: maybe}] | tenants[0].local-store: the value is not of the right type",
        "[T, fhir-bases: [http://a.org/r4]}] | tenants[0].fhir-bases: not https",
        "[T, fhir-bases: [a.org]}] | tenants[0].fhir-bases: not a URL",
        "[T, fhir-bases: [https://b.org/r4], networks: [a.org]}] | tenants[0].fhir-bases: not a network",
        "[T, networks: [10.0.0.0/8]}] | tenants[0].networks: does nothing without a URL that is called, under jwks or fhir-bases",
        "[T, jwks: https://a.org/k, plain-http: true}] | tenants[0].plain-http: does nothing without",
        "[T}, {id: a, issuer: https://b.org, jwks-file: keys.json}] | tenants[1].id: is there twice",
        "[T, tenant-claim: x}, {id: b, issuer: https://a.org, jwks-file: keys.json, tenant-claim: x}] | tenants[1].issuer: is there twice",
        "[T}, {id: b, issuer: https://a.org, jwks-file: keys.json, tenant-claim: b}] | tenants[0].tenant-claim: this key is missing",
        "[] | tenants: has to list at least one"
      })
  void refusesATenantThatCanNotBeMeant(String yaml, String text) throws IOException {
    String tenants = yaml.replace("T,", TENANT + ",").replace("T}", TENANT + "}");
    assertThat(start(TRIED + "base-url: https://cds.example.org\ntenants: " + tenants))
        .as(out + " " + err)
        .isEqualTo(1);
    assertThat(err.toString()).contains("site.yaml: " + text).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{knowledge: closed} | fhir.knowledge: has to be open or token",
        "{nonsense: 1} | fhir.nonsense: there is no such key",
        "{token-issuers: [{jwks: https://a.org/k}]} | fhir.token-issuers[0].issuer: this key is missing",
        "{token-issuers: [{issuer: a}]} | fhir.token-issuers[0].jwks: this key is missing",
        "{token-issuers: [{issuer: a, jwks-file: keys.json, plain-http: true}]} | fhir.token-issuers[0].plain-http: does nothing without"
      })
  void refusesFhirAccessThatCanNotBeMeant(String yaml, String text) throws IOException {
    assertThat(
            start(
                TRIED
                    + "base-url: https://cds.example.org\ntenants: ["
                    + TENANT
                    + "}]\nfhir: "
                    + yaml))
        .isEqualTo(1);
    assertThat(err.toString()).contains("site.yaml: " + text).doesNotContain("\tat ");
  }

  @Test
  void needsABaseUrlForTenants() throws IOException {
    assertThat(start(TRIED + "tenants: [" + TENANT + "}]\n")).isEqualTo(1);
    assertThat(err.toString()).contains("site.yaml: base-url: this key is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"production: true\ndata: data\nbind: 0.0.0.0\n", "bind: 0.0.0.0\n"})
  void staysOnLoopbackWithoutTenants(String yaml) throws IOException {
    assertThat(start("port: 0\n" + yaml)).isEqualTo(2);
  }

  @Test
  void losesNothingInProductionUnlessToldTo() throws IOException {
    assertThat(start("port: 0\nproduction: true\n")).isEqualTo(2);
    assertThat(err.toString()).contains("--data DIR", "--database-url", "--ledger-in-memory");
    assertThat(start("port: 0\nproduction: true\nledger-in-memory: true\n")).isZero();
    assertThat(start("port: 0\nproduction: true\ndata: data\n")).isZero();
    assertThat(folder.resolve("data/ledger.db")).exists();
  }

  @Test
  void losesNothingOfTenantsUnlessToldTo() throws IOException {
    String tenants = "port: 0\nbase-url: https://cds.example.org\ntenants: [" + TENANT + "}]\n";
    assertThat(start(tenants)).isEqualTo(2);
    assertThat(err.toString())
        .contains("A configuration with tenants", "--data DIR", "--ledger-in-memory");
    assertThat(start(tenants + "ledger-in-memory: true\n")).isZero();
    assertThat(start(tenants + "data: kept\n")).isZero();
    assertThat(folder.resolve("kept/ledger.db")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "admin-bind: 0.0.0.0 | --admin-bind does nothing without --admin-port",
        "database-user: x | --database-user does nothing without --database-url",
        "database-password-file: x | --database-password-file does nothing without --database-url",
        "{data: d, database-user: x} | --database-user does nothing without --database-url",
        "ledger-key: x | --ledger-key does nothing without --data or --database-url",
        "ledger-required: true | --ledger-required does nothing without --data or --database-url",
        "ledger-retention-days: 400 | --ledger-retention-days does nothing without --data or",
        "{data: d, ledger-in-memory: true} | --ledger-in-memory does nothing beside --data or",
        "open: true | --open does nothing without a --bind address",
        "fhir-at-once: 2 | --fhir-at-once does nothing without --fhir-base or --store-url",
        "fhir-pages: 2 | --fhir-pages does nothing without --fhir-base or --store-url",
        "fhir-megabytes: 2 | --fhir-megabytes does nothing without --fhir-base or --store-url",
        "tls-key: x | give --tls-certificate and --tls-key together",
        "{data: d, open: true, bind: 0.0.0.0, tenants: []} | --open does nothing beside tenants",
        "{data: d, store-url: 'http://10.0.0.1/', tenants: [{id: a}]} | --store-url does nothing without a tenant with local-store",
        "{data: d, fhir-pages: 2, tenants: [{id: a}]} | --fhir-pages does nothing without"
      })
  void takesNothingThatDoesNothing(String yaml, String text) throws IOException {
    assertThat(start(yaml, "--port", "0")).as(out + " " + err).isEqualTo(2);
    assertThat(err.toString()).contains(text).doesNotContain("\tat ");
  }

  @Test
  void takesTheSameBesideWhatTheyNeed() throws IOException {
    String tenants =
        "{id: a, issuer: https://a.org, jwks-file: keys.json, local-store: true,"
            + " fhir-bases: [https://a.org/r4]}";
    assertThat(
            start(
                """
                {port: 0, data: d, ledger-key: k, ledger-required: true, ledger-retention-days: 400,
                 admin-port: 0, admin-bind: 127.0.0.1, store-url: "http://127.0.0.1:1/fhir",
                 fhir-pages: 2, fhir-at-once: 2, fhir-megabytes: 2,
                 base-url: "https://cds.example.org", tenants: [@]}
                """
                    .replace("@", tenants)))
        .as(err.toString())
        .isZero();
    assertThat(err.toString()).isEmpty();
  }

  private static String warnings(Callable<Integer> started) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(OthersCanRead.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    started.call();
    logger.detachAppender(log);
    assertThat(log.list).allMatch(event -> event.getLevel() == Level.WARN);
    return String.join("\n", log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  private Path secret(String name, String permissions) throws IOException {
    Path file = folder.resolve(name);
    if (Files.notExists(file)) {
      Files.writeString(file, "x");
    }
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** A secret that everybody on the machine can read is told at every start. */
  @Test
  void warnsOfSecretsThatOthersCanRead() throws Exception {
    String yaml = "{port: 0, data: d, ledger-key: ledger.key}";
    assertThat(warnings(() -> start(yaml))).as("made for the owner alone").isEmpty();
    assertThat(warnings(() -> start(yaml))).isEmpty();
    Path key = secret("ledger.key", "rw-r--r--");
    for (int i = 0; i < 2; i++) {
      assertThat(warnings(() -> start(yaml)))
          .startsWith("every user of this machine can read the ledger's key: chmod o-rwx " + key);
    }
    secret("ledger.key", "rw-r-----");
    assertThat(warnings(() -> start(yaml))).as("a group is the owner's choice").isEmpty();
    secret("d/ledger.key", "rw----r--");
    assertThat(warnings(() -> start("{port: 0, data: d}"))).contains("the ledger's key");
  }

  @Test
  void warnsOfPasswordsAndPrivateKeysThatOthersCanRead() throws Exception {
    Path password = secret("password", "rw-r--r--");
    TlsFiles tls = TestCertificate.make("EC", folder).writeTo(folder);
    Files.setPosixFilePermissions(tls.key(), PosixFilePermissions.fromString("rw-r--r--"));
    DatabaseSettings.Postgres postgres = TestPostgres.database();
    String yaml =
        "{port: 0, ledger-key: k, database-url: '%s', database-user: %s, tls-key: %s,"
            + " tls-certificate: %s, database-password-file: password}";
    assertThat(
            warnings(
                () ->
                    start(
                        yaml.formatted(
                            postgres.url(), postgres.user(), tls.key(), tls.certificate()))))
        .contains("the database's password: chmod o-rwx " + password)
        .contains("the private key of TLS: chmod o-rwx " + tls.key())
        .doesNotContain(tls.certificate().toString());
    assertThat(err.toString()).isEmpty();
    String[] load = {
      "load",
      folder.toString(),
      "--database-url=" + postgres.url(),
      "--database-user=" + postgres.user(),
      "--database-password-file=" + password
    };
    assertThat(warnings(() -> serve(Map.of(), load))).contains("the database's password");
  }

  /** An author's service is configured in the same way. */
  @Test
  void configuresDevAsServe() throws IOException {
    assertThat(serve(Map.of("ONCOHOOKS_CONFG", "x"), "dev", "--stop-when-ready")).isEqualTo(1);
    assertThat(err.toString()).contains("The environment sets ONCOHOOKS_CONFG,");
    Path file = file("port: 0\nprot: 1\ncontent: " + TestContent.folder() + "\n");
    assertThat(serve(Map.of("ONCOHOOKS_CONFIG", file.toString()), "dev", "--stop-when-ready"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("site.yaml: prot: there is no such key");
  }

  @ParameterizedTest
  @CsvSource({
    "ONCOHOOKS_CONFG, x, ONCOHOOKS_CONFIG",
    "ONCOHOOKS_DB_PASSWORD, x, ONCOHOOKS_DATABASE_PASSWORD",
    "ONCOHOOKS_JAVAOPTS, -Xmx1g, ONCOHOOKS_JAVA_OPTS",
    "ONCOHOOKS_PORT, 9000, ONCOHOOKS_",
    "ONCOHOOKS_ADMIN_PORT, 9464, ONCOHOOKS_",
    "ONCOHOOKS_PRODUCTION, true, ONCOHOOKS_"
  })
  void takesNoVariableThatNobodyReads(String name, String value, String nearest) {
    assertThat(serve(Map.of(name, value), "serve", "--stop-when-ready")).isEqualTo(1);
    assertThat(err.toString())
        .contains("The environment sets " + name + ",", "the nearest that it reads is " + nearest);
  }

  @Test
  void takesThoseOfPlatformsAndOfTheFile() throws IOException {
    Path file = file("port: 0\ncontent: " + TestContent.folder() + "\n");
    Map<String, String> environment =
        Map.of(
            "ONCOHOOKS_CONFIG", file.toString(),
            "ONCOHOOKS_JAVA_OPTS", "-Xmx1g",
            "ONCOHOOKS_IMAGE", "oncohooks:1",
            "ONCOHOOKS_SERVICE_HOST", "10.0.0.1",
            "ONCOHOOKS_SERVICE_PORT_HTTP", "8080",
            "ONCOHOOKS_PORT", "tcp://10.0.0.1:8080",
            "ONCOHOOKS_PORT_8080_TCP_PORT", "8080",
            "ONCOHOOKS_DATABASE_PORT_5432_TCP_ADDR", "10.0.0.2");
    assertThat(serve(environment, "serve", "--stop-when-ready")).isZero();
    assertThat(err.toString()).isEmpty();
    Map<String, String> own = Map.of("ONCOHOOKS_ADDRESS", "10.0.0.1");
    OwnVariables.requireKnown(
        own, ConfigFile.read(file("bind: ${ONCOHOOKS_ADDRESS}\n"), own).variables());
  }
}
