package org.oncohooks.app;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.Monitor;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.fhirapi.FhirApi;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.security.ClientDoor;
import org.oncohooks.security.DatabaseReplayGuard;
import org.oncohooks.security.Door;
import org.oncohooks.security.FhirDoor;
import org.oncohooks.security.FileReplayGuard;
import org.oncohooks.security.KeySource;
import org.oncohooks.security.MemoryReplayGuard;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundClient;
import org.oncohooks.security.OutboundPolicy;
import org.oncohooks.security.ReplayGuard;
import org.oncohooks.security.TokenIssuer;
import org.oncohooks.security.TrustedClient;

/** Who may call, and what the service is for each of them: the configuration, made parts. */
final class Access implements AutoCloseable {

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int LONGEST_TOKEN_MINUTES = 15;
  private static final int MOST_CALLS = 10_000;

  private final ConfigFile config;
  private final InstantSource clock;
  private final Monitor monitor;
  private final PrintWriter err;
  private final Map<String, EhrClient> ehrs = new HashMap<>();
  private final List<TrustedClient> clients = new ArrayList<>();
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final Map<String, Set<String>> servers = new HashMap<>();
  private final List<Consumer<Knowledge>> fits = new ArrayList<>();
  private final List<Runnable> closers = new ArrayList<>();
  private boolean remembersTokens;
  private final Site site;
  private Door hooks = Door.open();
  private Door fhir = Door.open();

  private Access(
      ConfigFile config, Site site, InstantSource clock, Monitor monitor, PrintWriter err) {
    this.config = config;
    this.site = site;
    this.clock = clock;
    this.monitor = monitor;
    this.err = err;
  }

  /**
   * @param site what holds for every caller, unless a tenant says otherwise
   * @throws ProblemException {@code INCORRECT} naming the key of the configuration that is wrong
   */
  static Access of(
      ServeOptions options,
      Site site,
      Knowledge knowledge,
      InstantSource clock,
      Monitor monitor,
      PrintWriter err) {
    ConfigFile config = options.config().orElseGet(ConfigFile::none);
    Access access = new Access(config, site, clock, monitor, err);
    try {
      access.configure(options, knowledge);
      return access;
    } catch (RuntimeException e) {
      access.close();
      throw e;
    }
  }

  private void configure(ServeOptions options, Knowledge knowledge) {
    Optional<TenantEntry[]> tenants = config.section("tenants", TenantEntry[].class);
    Optional<FhirEntry> access = config.section("fhir", FhirEntry.class);
    if (tenants.isEmpty() && access.isEmpty()) {
      add(site.tenant(), options.ehr().client(monitor));
      servers.put(
          site.tenant(),
          options.ehr().bases().stream().map(URI::toString).collect(Collectors.toSet()));
      return;
    }
    if (!options.ehr().bases().isEmpty()) {
      throw config.refuse("fhir-base", "each tenant lists its own, under fhir-bases");
    }
    String base =
        options
            .baseUrl()
            .orElseThrow(
                () ->
                    config.refuse(
                        "base-url",
                        "this key is missing; tokens name the URL under which they are used"));
    tenants(List.of(tenants.orElse(new TenantEntry[0])), knowledge, options.ehr());
    fhir(access.orElse(FhirEntry.closed()), base + "/fhir");
    ReplayGuard replays = replays(options.database());
    closers.add(replays::close);
    remembersTokens = options.database().isPresent();
    hooks = new ClientDoor(clients, base, replays, clock);
  }

  private ReplayGuard replays(Optional<DatabaseSettings> database) {
    if (database.isEmpty()) {
      return new MemoryReplayGuard(clock);
    }
    return database.get() instanceof DatabaseSettings.Postgres postgres
        ? new DatabaseReplayGuard(postgres, clock)
        : new FileReplayGuard(((DatabaseSettings.Sqlite) database.get()).folder(), clock);
  }

  private void add(String caller, EhrClient ehr) {
    closers.add(ehr::close);
    ehrs.put(caller, ehr);
  }

  private void tenants(List<TenantEntry> entries, Knowledge knowledge, EhrOptions ehr) {
    if (entries.isEmpty()) {
      throw config.refuse("tenants", "has to list at least one");
    }
    Set<String> known = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      TenantEntry entry = entries.get(i);
      String place = "tenants[" + i + "]";
      requireNew(known, "id " + entry.id(), place + ".id", "is there twice");
      String both = entry.issuer() + " " + entry.tenantClaim();
      requireNew(
          known,
          "issuer " + both,
          place + ".issuer",
          "is there twice; tell them apart by tenant-claim");
      if (entries.stream()
          .anyMatch(
              other ->
                  other != entry
                      && other.issuer().equals(entry.issuer())
                      && entry.tenantClaim() == null)) {
        throw config.refuse(
            place + ".tenant-claim",
            "this key is missing, since another tenant has the same issuer");
      }
      clients.add(client(entry, place));
      fits.add(content -> SiteSettings.of(entry, place, config, site, content));
      sites.put(entry.id(), SiteSettings.of(entry, place, config, site, knowledge));
      servers.put(entry.id(), Set.copyOf(entry.fhirBases()));
      OutboundPolicy policy =
          policy(place + ".fhir-bases", entry.fhirBases(), entry.networks(), entry.plainHttp());
      add(
          entry.id(),
          new EhrClient(
              policy,
              ehr.limits(),
              monitor,
              entry.localStore() ? ehr.storeServer(monitor) : Optional.empty()));
    }
  }

  private void requireNew(Set<String> known, String what, String place, String why) {
    if (!known.add(what)) {
      throw config.refuse(place, why);
    }
  }

  private TrustedClient client(TenantEntry entry, String place) {
    if (!ID.matcher(entry.id()).matches() || entry.id().equals("open")) {
      throw config.refuse(
          place + ".id", "has to be small letters, digits and hyphens, and not the word open");
    }
    requireCalls(
        place,
        entry.networks(),
        entry.plainHttp(),
        isFetched(entry.jwks(), entry.jwksFile()) || !entry.fhirBases().isEmpty(),
        "jwks or fhir-bases");
    requireRange(entry.tokenMinutes(), LONGEST_TOKEN_MINUTES, place + ".token-minutes");
    requireRange(entry.callsPerSecond(), MOST_CALLS, place + ".calls-per-second");
    return new TrustedClient(
        entry.id(),
        issuer(
            new Issuing(
                entry.issuer(),
                entry.jwks(),
                entry.jwksFile(),
                entry.algorithms(),
                entry.networks(),
                entry.plainHttp()),
            place),
        Optional.ofNullable(entry.tenantClaim()),
        Set.copyOf(entry.audiences()),
        Duration.ofMinutes(entry.tokenMinutes()),
        entry.callsPerSecond());
  }

  private static boolean isFetched(String jwks, String jwksFile) {
    return jwks != null && jwksFile == null;
  }

  /** What says how servers are called does nothing where none is. */
  private void requireCalls(
      String place, List<String> networks, boolean plainHttp, boolean calls, String needs) {
    if (!calls && (plainHttp || !networks.isEmpty())) {
      throw config.refuse(
          place + (plainHttp ? ".plain-http" : ".networks"),
          "does nothing without a URL that is called, under " + needs);
    }
  }

  private void requireRange(int value, int most, String place) {
    if (value < 1 || value > most) {
      throw config.refuse(place, "has to be 1 to " + most);
    }
  }

  private record Issuing(
      String issuer,
      String jwks,
      String jwksFile,
      List<String> algorithms,
      List<String> networks,
      boolean plainHttp) {}

  private TokenIssuer issuer(Issuing entry, String place) {
    if (entry.jwks() == null && entry.jwksFile() == null) {
      throw config.refuse(place + ".jwks", "this key is missing; or give jwks-file");
    }
    if (entry.issuer().isBlank()) {
      throw config.refuse(place + ".issuer", "is blank");
    }
    try {
      return new TokenIssuer(
          entry.issuer(),
          entry.jwksFile() == null ? published(entry, place) : onFile(entry, place),
          entry.jwks() == null ? Set.of() : Set.of(entry.jwks()),
          Set.copyOf(entry.algorithms()));
    } catch (IllegalArgumentException e) {
      throw config.refuse(
          place + ".algorithms", "has to be of " + String.join(", ", TokenIssuer.ALGORITHMS));
    }
  }

  private KeySource onFile(Issuing entry, String place) {
    KeySource keys = KeySource.ofFile(place, config.path(entry.jwksFile()), clock);
    if (!keys.load()) {
      throw config.refuse(place + ".jwks-file", "holds no usable key, or can't be read");
    }
    return keys;
  }

  private KeySource published(Issuing entry, String place) {
    OutboundPolicy policy =
        policy(place + ".jwks", List.of(entry.jwks()), entry.networks(), entry.plainHttp());
    OutboundClient client = new OutboundClient(policy);
    closers.add(client::close);
    KeySource keys = KeySource.ofUrl(place, URI.create(entry.jwks()), client, clock);
    if (!keys.load()) {
      err.println(
          config
              .refuse(place + ".jwks", "can't be had now; it is asked again when calls come in")
              .problem()
              .text());
      err.flush();
    }
    return keys;
  }

  private OutboundPolicy policy(
      String place, Collection<String> urls, Collection<String> networks, boolean plainHttp) {
    try {
      return new OutboundPolicy(
          urls.stream().map(url -> OutboundPolicy.base(url, plainHttp)).toList(),
          networks.stream().map(Network::of).toList(),
          InetAddress::getAllByName);
    } catch (IllegalArgumentException e) {
      throw config.refuse(place, e.getMessage());
    }
  }

  private void fhir(FhirEntry entry, String own) {
    if (!Set.of("open", "token").contains(entry.knowledge())) {
      throw config.refuse("fhir.knowledge", "has to be open or token");
    }
    requireRange(entry.callsPerSecond(), MOST_CALLS, "fhir.calls-per-second");
    List<FhirDoor.Grantor> grantors = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (int i = 0; i < entry.tokenIssuers().size(); i++) {
      FhirEntry.Issuer issuer = entry.tokenIssuers().get(i);
      String place = "fhir.token-issuers[" + i + "]";
      requireNew(known, issuer.issuer(), place + ".issuer", "is there twice");
      requireRange(issuer.callsPerSecond(), MOST_CALLS, place + ".calls-per-second");
      requireCalls(
          place,
          issuer.networks(),
          issuer.plainHttp(),
          isFetched(issuer.jwks(), issuer.jwksFile()),
          "jwks");
      TokenIssuer believed =
          issuer(
              new Issuing(
                  issuer.issuer(),
                  issuer.jwks(),
                  issuer.jwksFile(),
                  issuer.algorithms(),
                  issuer.networks(),
                  issuer.plainHttp()),
              place);
      grantors.add(
          new FhirDoor.Grantor(
              believed,
              Optional.ofNullable(issuer.audience()).orElse(own),
              issuer.callsPerSecond()));
    }
    fhir =
        new FhirDoor(
            "/fhir",
            grantors,
            entry.knowledge().equals("open") ? FhirApi.knowledgeTypes() : Set.of(),
            entry.callsPerSecond(),
            clock);
  }

  /**
   * @throws ProblemException {@code INCORRECT} naming the key of the configuration that this
   *     content does not go with
   */
  void requireFits(Knowledge content) {
    fits.forEach(fit -> fit.accept(content));
  }

  /** Before the CDS Hooks routes. */
  Door hooks() {
    return hooks;
  }

  /** Before the FHIR server. */
  Door fhir() {
    return fhir;
  }

  /** What is served to whom, by the name of the caller. */
  Map<String, Site> sites() {
    return isOpen() ? Map.of(site.tenant(), site) : sites;
  }

  /** Whether callers need not prove who they are. */
  boolean isOpen() {
    return sites.isEmpty();
  }

  /** Whether a token that was used is known after a restart. */
  boolean remembersTokens() {
    return remembersTokens;
  }

  /** Bases of the FHIR servers that patients may be of, by the name of the caller. */
  Map<String, Set<String>> servers() {
    return Map.copyOf(servers);
  }

  /** Asks the FHIR servers that may be asked for a caller. */
  EhrClient ehr(String caller) {
    return ehrs.get(caller);
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
