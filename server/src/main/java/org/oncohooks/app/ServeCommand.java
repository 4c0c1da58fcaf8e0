package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.hooks.Mode;
import org.oncohooks.security.OutboundPolicy;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oncohooks serve}: the service, until the process is told to stop. */
@Command(
    name = "serve",
    description = "Start the service. Without options: a demo on this machine alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks serve --port 8081",
      "  oncohooks serve --data /var/lib/oncohooks --setting PreferAnnual=true",
      "  oncohooks serve --production --config /etc/oncohooks.yaml"
    })
class ServeCommand implements Callable<Integer> {

  private static final String BASE_URL =
      "--base-url has to be an http or https URL such as https://cds.example.org";

  private static final Pattern ORIGIN =
      Pattern.compile("https?://(\\[[0-9a-f:]+]|[a-z0-9.-]+)(:\\d{1,5})?");

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;
  @Mixin private DatabaseOptions database;
  @Mixin private TimeZoneOption timeZone;
  @Mixin private OperationOptions operations;
  @Mixin private ProfileOption profiles;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "YAML file of options and tenants (default: the environment's ONCOHOOKS_CONFIG, else"
              + " none)")
  private Path configFile;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "TCP port; 0 = any free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "address to listen on (default: ${DEFAULT-VALUE})")
  private String host;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description =
          "where callers reach the service, for links in FHIR answers, such as"
              + " https://cds.example.org (default: the address that is listened on)")
  private String baseUrl;

  @Option(
      names = "--open",
      description =
          "serve without authentication beyond this machine; needed with a --bind address that is"
              + " not loopback. Never with real patients")
  private boolean open;

  @Option(
      names = "--patients",
      paramLabel = "DIR",
      description =
          "folder of patient Bundles to load (default: fhir-resources/patients of the content;"
              + " with --production or a database none)")
  private Path patients;

  @Option(
      names = "--production",
      description =
          "refuse requests that set the evaluation time or CQL parameters; loads no sample"
              + " patients. Without tenants in the configuration it then listens on loopback only")
  private boolean production;

  @Option(
      names = "--service",
      paramLabel = "ID",
      description = "switches a service on that is off by default; may be repeated")
  private List<String> services = List.of();

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description = "sets a clinical setting; may be repeated, and wins over --settings")
  private List<String> settings = List.of();

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "YAML file of clinical settings, a line of NAME: VALUE each")
  private Path settingsFile;

  @Option(
      names = "--link-host",
      paramLabel = "HOST",
      description =
          "host that a card may link to; may be repeated (default: every one that the content"
              + " names)")
  private List<String> linkHosts = List.of();

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description =
          "origin of browser pages that may call, such as https://ehr.example.org; may be repeated"
              + " (default: none)")
  private List<String> corsOrigins = List.of();

  @Option(
      names = "--ledger-key",
      paramLabel = "FILE",
      description =
          "file of the secret with which the ledger hides patients; made if it is not there"
              + " (default: ledger.key in the --data folder; PostgreSQL needs one)")
  private Path ledgerKey;

  @Option(
      names = "--no-repeat-suppression",
      description =
          "show a card again although a clinician has accepted or overridden it on the same"
              + " evidence")
  private boolean repeats;

  @Option(
      names = "--ledger-required",
      description =
          "refuse calls with 503 while they can't be recorded (default: cards go out, marked as"
              + " unrecorded)")
  private boolean ledgerRequired;

  @Option(
      names = "--ledger-in-memory",
      description =
          "with --production or tenants: start without a database, although all calls, feedback and accesses"
              + " on record are lost at the next stop")
  private boolean ledgerInMemory;

  @Option(
      names = "--ledger-retention-days",
      paramLabel = "DAYS",
      description =
          "deletes rows of the ledger that are older; at least as long as answered cards are not"
              + " repeated (default: they are kept for good)")
  private Integer ledgerDays;

  @Option(
      names = "--fhir-base",
      paramLabel = "URL",
      description =
          "FHIR server that may be asked for prefetch keys which a call lacks, if the call names it"
              + " as its fhirServer; may be repeated (default: none)")
  private List<String> fhirBases = List.of();

  @Option(
      names = "--fhir-at-once",
      paramLabel = "N",
      defaultValue = "8",
      description = "most questions that one such server gets at once (default: ${DEFAULT-VALUE})")
  private int fhirAtOnce;

  @Option(
      names = "--fhir-pages",
      paramLabel = "N",
      defaultValue = "50",
      description = "most pages of one search that are fetched (default: ${DEFAULT-VALUE})")
  private int fhirPages;

  @Option(
      names = "--fhir-megabytes",
      paramLabel = "N",
      defaultValue = "12",
      description = "most MiB that are fetched for one call (default: ${DEFAULT-VALUE})")
  private int fhirMegabytes;

  @Option(
      names = "--rule-cpu-ms",
      paramLabel = "MS",
      defaultValue = "500",
      description =
          "most CPU time of one recommendation in one call; one that needs more three times in a"
              + " row is left out for a minute, then tried again (default: ${DEFAULT-VALUE})")
  private int ruleCpu;

  @Option(
      names = "--store-url",
      paramLabel = "URL",
      description =
          "FHIR R4 server that is asked in place of the service's own store for what a call lacks,"
              + " such as https://fhir.example.org/r4; without a token (default: the own store)")
  private String storeUrl;

  @Option(
      names = "--stop-when-ready",
      description = "start, then stop: tells whether the service would start")
  private boolean stopWhenReady;

  /** 1 if the service did not start; otherwise ends with the process. */
  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    try {
      ServeOptions options = options();
      // a few libraries log by Java's own way
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
      if (options.operations().jsonLogs()) {
        JsonLogs.begin();
      }
      warn(options);
      Application application = Application.start(options, InstantSource.system(), out, err);
      if (watches()) {
        application.watch(out);
      }
      if (stopWhenReady) {
        application.close();
        return 0;
      }
      Hangup.runs(application::reload);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(application, out), "stop"));
    } catch (ProblemException e) {
      err.println(e.problem().text());
      err.flush();
      return 1;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  /** Whether what is saved is served. */
  boolean watches() {
    return false;
  }

  private static void stop(Application application, PrintWriter out) {
    out.println("Stopping; running requests may finish.");
    out.flush();
    try {
      application.close();
      out.println("Stopped.");
    } catch (IllegalStateException e) {
      out.println("Stopped; a request did not finish in time and was cut off.");
    }
    out.flush();
  }

  private ServeOptions options() {
    if (port < 0 || port > 65_535) {
      throw refuse("--port has to be 0 to 65535");
    }
    boolean loopback = isLoopback();
    Optional<ConfigFile> config =
        Optional.ofNullable(configFile).map(file -> ConfigFile.read(file, System.getenv()));
    boolean tenants = config.filter(ConfigFile::hasTenants).isPresent();
    if (production && !loopback && !tenants) {
      throw refuse(
          "--production listens on loopback only unless the configuration lists tenants: without"
              + " them callers are not authenticated");
    }
    if (!production && !open && !loopback) {
      throw refuse(
          "--bind "
              + host
              + " is reachable from other machines and this version does not authenticate callers;"
              + " add --open if that is meant, with no real patients");
    }
    Optional<DatabaseSettings> kept = database.settings();
    if ((production || tenants) && !ledgerInMemory && kept.isEmpty()) {
      throw refuse(
          (production ? "--production" : "A configuration with tenants")
              + " keeps what clinicians answered and who saw what, and has no place for it:"
              + " give --data DIR or --database-url URL; or --ledger-in-memory, with which all of it"
              + " is lost when the service stops");
    }
    requireEffects(config, loopback, kept.isPresent());
    Path folder = content.folder();
    return new ServeOptions(
        host,
        port,
        base(),
        folder,
        CqlCacheFolder.ofThisDistribution(),
        patientsFolder(folder, kept.isPresent()),
        kept,
        Optional.ofNullable(ledgerKey),
        profiles.folder(),
        timeZone.zone(),
        production ? Mode.PRODUCTION : Mode.DEVELOPMENT,
        origins(),
        rules(),
        ehr(),
        new SiteOptions(
            services,
            settings,
            Optional.ofNullable(settingsFile),
            linkHosts,
            !repeats,
            ledgerRequired,
            ledgerKept(),
            config.map(ConfigFile::settings).orElse(Map.of())),
        operations.operations(),
        config);
  }

  /** What is said and would do nothing is not what somebody meant. */
  private void requireEffects(Optional<ConfigFile> config, boolean loopback, boolean kept) {
    boolean tenants = config.filter(ConfigFile::hasTenants).isPresent();
    if (loopback) {
      Needs.nothing(command, "--open", "without a --bind address that other machines can reach");
    }
    if (tenants) {
      Needs.nothing(command, "--open", "beside tenants, whose tokens are asked for");
      boolean asked = config.get().anyTenant("local-store", JsonNode::booleanValue);
      if (!asked) {
        Needs.nothing(command, "--store-url", "without a tenant with local-store");
      }
    }
    if (kept) {
      Needs.nothing(command, "--ledger-in-memory", "beside --data or --database-url");
    } else {
      for (String option :
          List.of("--ledger-key", "--ledger-retention-days", "--ledger-required")) {
        Needs.oneOf(command, option, "--data", "--database-url");
      }
    }
    boolean fetches = tenants && config.get().anyTenant("fhir-bases", bases -> !bases.isEmpty());
    if (!fetches) {
      for (String option : List.of("--fhir-at-once", "--fhir-pages", "--fhir-megabytes")) {
        Needs.oneOf(command, option, "--fhir-base", "--store-url");
      }
    }
  }

  private void warn(ServeOptions options) {
    database.warn();
    options
        .operations()
        .tls()
        .ifPresent(tls -> OthersCanRead.warn("the private key of TLS", tls.key()));
    options
        .database()
        .ifPresent(
            kept ->
                OthersCanRead.warn(
                    "the ledger's key", LedgerOfSite.keyFile(options.ledgerKey(), kept)));
  }

  private Optional<String> base() {
    if (baseUrl == null) {
      return Optional.empty();
    }
    try {
      URI url = new URI(baseUrl);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && url.getQuery() == null && url.getFragment() == null) {
        return Optional.of(baseUrl.replaceFirst("/+$", ""));
      }
    } catch (URISyntaxException e) {
      throw refuse(BASE_URL);
    }
    throw refuse(BASE_URL);
  }

  private Set<String> origins() {
    for (String origin : corsOrigins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw refuse(
            "--cors-origin has to be scheme, host and port as a browser sends them, such as"
                + " https://ehr.example.org");
      }
    }
    return Set.copyOf(corsOrigins);
  }

  private GuardedEngine.Limits rules() {
    if (ruleCpu < 10 || ruleCpu > 60_000) {
      throw refuse("--rule-cpu-ms has to be 10 to 60000");
    }
    return GuardedEngine.Limits.standard().withCpu(Duration.ofMillis(ruleCpu));
  }

  private Optional<Duration> ledgerKept() {
    if (ledgerDays != null && (ledgerDays < 1 || ledgerDays > 36_500)) {
      throw refuse("--ledger-retention-days has to be 1 to 36500");
    }
    return Optional.ofNullable(ledgerDays).map(Duration::ofDays);
  }

  private EhrOptions ehr() {
    if (fhirAtOnce < 1 || fhirAtOnce > 256) {
      throw refuse("--fhir-at-once has to be 1 to 256");
    }
    if (fhirPages < 1 || fhirPages > 1_000) {
      throw refuse("--fhir-pages has to be 1 to 1000");
    }
    if (fhirMegabytes < 1 || fhirMegabytes > 128) {
      throw refuse("--fhir-megabytes has to be 1 to 128");
    }
    try {
      return new EhrOptions(
          fhirBases.stream().map(EhrOptions::base).distinct().toList(),
          FetchLimits.standard().withAtOnce(fhirAtOnce).withPages(fhirPages, fhirMegabytes << 20),
          store());
    } catch (IllegalArgumentException e) {
      throw refuse("--fhir-base: " + e.getMessage());
    }
  }

  private Optional<URI> store() {
    try {
      return Optional.ofNullable(storeUrl).map(url -> OutboundPolicy.base(url, true));
    } catch (IllegalArgumentException e) {
      throw refuse("--store-url: " + e.getMessage());
    }
  }

  private Optional<Path> patientsFolder(Path contentFolder, boolean kept) {
    if (patients != null) {
      if (!Files.isDirectory(patients)) {
        throw refuse("--patients " + patients + " is not a folder");
      }
      return Optional.of(patients);
    }
    return Optional.of(contentFolder.resolve("fhir-resources/patients"))
        .filter(folder -> !production && !kept && storeUrl == null)
        .filter(Files::isDirectory);
  }

  private boolean isLoopback() {
    if (host.isBlank()) {
      throw refuse("--bind is blank; name an address of this machine");
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw refuse("--bind has to be an address of this machine");
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
