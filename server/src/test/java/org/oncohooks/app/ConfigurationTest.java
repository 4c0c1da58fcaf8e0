package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;
import org.oncohooks.hooks.TestContent;
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
        "tenants: 1 | site.yaml: tenants: ",
        "tenants: [] | site.yaml: base-url: this key is missing",
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
        "[T, networks: [a.org]}] | tenants[0].fhir-bases: not a network",
        "[T}, {id: a, issuer: https://b.org, jwks-file: keys.json}] | tenants[1].id: is there twice",
        "[T, tenant-claim: x}, {id: b, issuer: https://a.org, jwks-file: keys.json, tenant-claim: x}] | tenants[1].issuer: is there twice",
        "[T}, {id: b, issuer: https://a.org, jwks-file: keys.json, tenant-claim: b}] | tenants[0].tenant-claim: this key is missing",
        "[] | tenants: has to list at least one"
      })
  void refusesATenantThatCanNotBeMeant(String yaml, String text) throws IOException {
    String tenants = yaml.replace("T,", TENANT + ",").replace("T}", TENANT + "}");
    assertThat(start("port: 0\nbase-url: https://cds.example.org\ntenants: " + tenants))
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
        "{token-issuers: [{issuer: a}]} | fhir.token-issuers[0].jwks: this key is missing"
      })
  void refusesFhirAccessThatCanNotBeMeant(String yaml, String text) throws IOException {
    assertThat(
            start(
                "port: 0\nbase-url: https://cds.example.org\ntenants: ["
                    + TENANT
                    + "}]\nfhir: "
                    + yaml))
        .isEqualTo(1);
    assertThat(err.toString()).contains("site.yaml: " + text).doesNotContain("\tat ");
  }

  @Test
  void needsABaseUrlForTenants() throws IOException {
    assertThat(start("port: 0\ntenants: [" + TENANT + "}]\n")).isEqualTo(1);
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
