package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.Mode;
import org.oncohooks.records.TestPostgres;
import picocli.CommandLine;

/**
 * What {@code docker/compose.yaml} says is what the service, the image and PostgreSQL's image take.
 * {@link ImageTest} starts it for real.
 */
class ComposeTest {

  private static final Path DOCKER = Path.of(System.getProperty("oncohooks.home"), "docker");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_]+)(:-([^}]*))?}");

  /** Where PostgreSQL's image keeps its data, up to version 17. */
  private static final String PGDATA = "/var/lib/postgresql/data";

  @TempDir private Path folder;

  private static String text(String file) throws Exception {
    return Files.readString(DOCKER.resolve(file));
  }

  private static JsonNode yaml(String file) throws Exception {
    return new YAMLMapper().readTree(text(file));
  }

  private static JsonNode service(String name) throws Exception {
    return yaml("compose.yaml").path("services").path(name);
  }

  private static List<String> list(JsonNode texts) {
    return StreamSupport.stream(texts.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Of our image. */
  static Stream<String> ours() throws Exception {
    List<String> names = new ArrayList<>();
    yaml("compose.yaml")
        .path("services")
        .properties()
        .forEach(
            e -> {
              if (e.getValue().path("image").asText().contains("oncohooks")) {
                names.add(e.getKey());
              }
            });
    assertThat(names).containsExactly("oncohooks", "sample-patients");
    return names.stream();
  }

  private static String instruction(String name) throws Exception {
    Matcher found =
        Pattern.compile("(?m)^" + name + " ((?:.*\\\\\n)*.*)$").matcher(text("Dockerfile"));
    String last = "";
    while (found.find()) {
      last = found.group(1);
    }
    assertThat(last).as(name).isNotEmpty();
    return last;
  }

  /** What a command names, from itself and its configuration. */
  private static String said(String name) throws Exception {
    String command = String.join(" ", list(service(name).path("command")));
    return command.contains("site.yaml") ? command + "\n" + text("site.yaml") : command;
  }

  @ParameterizedTest
  @MethodSource("ours")
  void commandsAndVariablesAreOnesThatTheServiceReads(String name) throws Exception {
    String[] command =
        list(service(name).path("command")).stream()
            .map(argument -> argument.replace("/etc/oncohooks", DOCKER.toString()))
            .toArray(String[]::new);
    Map<String, String> environment = new HashMap<>();
    service(name)
        .path("environment")
        .properties()
        .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
    CommandLine line = Main.commandLine();
    String[] all =
        command[0].equals("serve")
            ? ConfigArguments.with(
                line.getSubcommands().get("serve").getCommandSpec(), command, environment)
            : command;
    assertThat(line.parseArgs(all).subcommand().commandSpec().name()).isEqualTo(command[0]);
    OwnVariables.requireKnown(environment, Set.of());
  }

  @Test
  void variablesThatAnEngineFillsInAreKnownAndHaveADefault() throws Exception {
    Matcher variable = VARIABLE.matcher(text("compose.yaml"));
    List<String> names = new ArrayList<>();
    while (variable.find()) {
      assertThat(variable.group(3)).as(variable.group(1)).isNotBlank();
      names.add(variable.group(1));
    }
    // such a variable may stand in the environment that the service inherits
    Map<String, String> environment = new HashMap<>();
    names.forEach(name -> environment.put(name, "x"));
    OwnVariables.requireKnown(environment, Set.of());
    assertThat(names).contains("ONCOHOOKS_IMAGE");
  }

  @ParameterizedTest
  @MethodSource("ours")
  void secretsAndConfigsLieWhereTheyAreLookedFor(String name) throws Exception {
    JsonNode compose = yaml("compose.yaml");
    List<String> secrets = list(service(name).path("secrets"));
    Matcher path = Pattern.compile("/run/secrets/([A-Za-z0-9._-]+)").matcher(said(name));
    List<String> read = new ArrayList<>();
    while (path.find()) {
      read.add(path.group(1));
    }
    assertThat(read).isNotEmpty().hasSameElementsAs(secrets);
    for (String secret : secrets) {
      String file = compose.path("secrets").path(secret).path("file").asText();
      assertThat(text("README.md")).contains("> docker/" + file.replaceFirst("^\\./", ""));
    }
    for (JsonNode config : service(name).path("configs")) {
      JsonNode source = compose.path("configs").path(config.path("source").asText());
      assertThat(DOCKER.resolve(source.path("file").asText())).isRegularFile();
      assertThat(said(name)).contains(config.path("target").asText());
    }
  }

  @Test
  void volumesLieWhereTheImagesUserMayWriteAndDataIsKept() throws Exception {
    String user = instruction("USER");
    assertThat(user).isEqualTo("65532:65532");
    List<String> mounted = list(service("oncohooks").path("volumes"));
    assertThat(mounted).containsExactly("state:/data");
    assertThat(text("Dockerfile")).contains("COPY --from=build --chown=" + user + " /data /data");
    assertThat(yaml("site.yaml").path("ledger-key").asText()).startsWith("/data/");
    assertThat(list(service("database").path("volumes"))).containsExactly("database:" + PGDATA);
    assertThat(service("database").path("image").asText()).matches(".*postgres:1[4-7]}");
    assertThat(yaml("compose.yaml").path("volumes").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("state", "database");
  }

  @ParameterizedTest
  @MethodSource("ours")
  void nothingElseMayBeWritten(String name) throws Exception {
    JsonNode service = service(name);
    assertThat(service.has("user")).as("the image's").isFalse();
    assertThat(service.path("read_only").asBoolean()).isTrue();
    assertThat(list(service.path("tmpfs"))).containsExactly("/tmp");
    assertThat(list(service.path("cap_drop"))).containsExactly("ALL");
    assertThat(service.has("privileged")).isFalse();
  }

  @Test
  void portsAreThoseOfTheImageAndTheHealthCheckAsksOneOfThem() throws Exception {
    String port = instruction("EXPOSE");
    assertThat(list(service("oncohooks").path("ports")))
        .as("this machine alone, since nobody is authenticated")
        .containsExactly("127.0.0.1:" + port + ":" + port);
    CommandLine.Model.CommandSpec serve =
        Main.commandLine().getSubcommands().get("serve").getCommandSpec();
    assertThat(serve.findOption("--port").defaultValue()).isEqualTo(port);
    JsonNode site = yaml("site.yaml");
    assertThat(site.has("port")).isFalse();
    assertThat(site.path("bind").asText()).isEqualTo("0.0.0.0");
    assertThat(site.path("admin-port").asText()).isNotEqualTo(port);

    URI asked = URI.create(HealthProbe.USUAL);
    assertThat(asked.getPort()).hasToString(port);
    assertThat(instruction("HEALTHCHECK")).contains(HealthProbe.class.getName());
    try (RunningService running = RunningService.withTestContent(Mode.DEVELOPMENT)) {
      assertThat(running.get(asked.getPath()).statusCode()).isEqualTo(200);
    }
    assertThat(service("sample-patients").at("/depends_on/oncohooks/condition").asText())
        .isEqualTo("service_healthy");
  }

  /** The user, the database and the host are those that PostgreSQL's image is told to make. */
  @ParameterizedTest
  @MethodSource("ours")
  void theDatabaseIsTheOneThatIsMade(String name) throws Exception {
    JsonNode made = service("database").path("environment");
    Matcher url = Pattern.compile("jdbc:postgresql://([a-z]+)/([a-z]+)").matcher(said(name));
    assertThat(url.find()).isTrue();
    assertThat(url.group(1)).isEqualTo("database");
    assertThat(url.group(2)).isEqualTo(made.path("POSTGRES_DB").asText());
    String user =
        Main.commandLine()
            .getSubcommands()
            .get("load")
            .getCommandSpec()
            .findOption("--database-user")
            .defaultValue();
    assertThat(said(name)).doesNotContain("database-user");
    assertThat(made.path("POSTGRES_USER").asText()).isEqualTo(user);
    assertThat(made.path("POSTGRES_PASSWORD_FILE").asText())
        .isEqualTo("/run/secrets/" + list(service("database").path("secrets")).get(0));
    String healthy = service("database").path("healthcheck").path("test").path(1).asText();
    assertThat(healthy).contains("-U " + user, "-d " + url.group(2));
  }

  /** The command of the profile, on a database as the service made it; paths are the image's. */
  @Test
  void theDemoLoadsAllSamplePatients() throws Exception {
    assertThat(list(service("sample-patients").path("profiles"))).containsExactly("demo");
    assertThat(text("Dockerfile")).contains("cp -r cql fhir-resources /app/content/");
    DatabaseSettings.Postgres postgres = TestPostgres.database();
    Path secret = Files.writeString(folder.resolve("database-password"), "x");
    List<String> command =
        new ArrayList<>(
            list(service("sample-patients").path("command")).stream()
                .map(a -> a.replace("/app/content", DOCKER.resolveSibling("").toString()))
                .map(a -> a.replace("/run/secrets/database-password", secret.toString()))
                .map(a -> a.replaceAll("jdbc:postgresql:.*", postgres.url()))
                .toList());
    command.add("--database-user=" + postgres.user());
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    assertThat(line.execute(command.toArray(String[]::new))).isZero();
    assertThat(out.toString())
        .containsPattern("[1-9]\\d{2,} resources: [1-9]\\d{2,} written, 0 there already")
        .contains("0 refused");
  }
}
