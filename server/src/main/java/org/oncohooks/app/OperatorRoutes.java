package org.oncohooks.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.oncohooks.Finding;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.decision.GuardedEngine.Quarantined;
import org.oncohooks.http.Route;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.telemetry.Metrics;

/** What operators and their tools ask: health, metrics, and to read the content again. */
final class OperatorRoutes {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Parts parts;
  private final ContentReload reload;
  private final Metrics metrics;

  OperatorRoutes(Parts parts, ContentReload reload, Metrics metrics) {
    this.parts = parts;
    this.reload = reload;
    this.metrics = metrics;
    gauges();
  }

  /** For anyone: says little more than yes or no. */
  List<Route> health() {
    return List.of(
        Route.get("/health/live", call -> bytes(JSON.createObjectNode().put("status", "live"))),
        Route.get("/health/ready", call -> ready()));
  }

  /** For those who run the service; tells nothing of patients. */
  List<Route> watching() {
    return List.of(
        Route.get("/health/details", call -> details()),
        Route.get("/metrics", PROMETHEUS, call -> metrics.text()));
  }

  /** For those who run the service. */
  List<Route> acting() {
    return List.of(Route.post("/admin/reload", call -> reloaded()));
  }

  private byte[] ready() {
    parts.patients().requireReady();
    Ledger ledger = parts.ledger();
    if (!ledger.isRecording()) {
      throw notReady(
          "Calls and feedback can't be recorded; "
              + ledger.missed()
              + " calls were not since the service started.",
          "ledger");
    }
    Knowledge content = reload.content().get();
    String critical =
        parts.engine().lost(content).stream()
            .map(Recommendation::id)
            .collect(Collectors.joining(", "));
    if (!critical.isEmpty()) {
      throw notReady("Took too much computing for several patients: " + critical, critical);
    }
    ObjectNode answer =
        JSON.createObjectNode().put("status", "ready").put("content", content.version());
    parts.engine().quarantined(content).stream()
        .map(rule -> rule.recommendation().id())
        .distinct()
        .sorted()
        .forEach(id -> answer.withArray("quarantined").add(id));
    if (!reload.content().rejected().isEmpty()) {
      answer.put("reload", "rejected");
    }
    return bytes(answer);
  }

  private static ProblemException notReady(String text, String place) {
    return Problem.of(ProblemCategory.UNAVAILABLE, "not-ready", text, place).asException();
  }

  private byte[] details() {
    Ledger ledger = parts.ledger();
    ObjectNode answer = JSON.createObjectNode().put("version", Version.text());
    answer.put("database", parts.patients().answers());
    answer
        .putObject("ledger")
        .put("recording", ledger.isRecording())
        .put("waiting", ledger.waiting())
        .put("missed", ledger.missed());
    for (Quarantined rule : parts.engine().quarantined(reload.content().get())) {
      answer
          .withArray("quarantined")
          .addObject()
          .put("recommendation", rule.recommendation().id())
          .put("tenant", rule.caller());
    }
    ObjectNode content = answer.putObject("content");
    content
        .put("version", reload.content().get().version())
        .put("reloads", reload.served())
        .put("rejectedReloads", reload.rejected());
    reload
        .content()
        .rejected()
        .forEach(finding -> content.withArray("rejected").add(finding.toString()));
    return bytes(answer);
  }

  private byte[] reloaded() {
    List<Finding> errors = reload.reload();
    String version = reload.content().get().version();
    if (!errors.isEmpty()) {
      throw new Problem(
              ProblemCategory.NOT_PROCESSABLE,
              "content-does-not-check",
              "The content was read again and does not check; content "
                  + version
                  + " is still served.",
              errors.stream().map(Finding::toString).toList())
          .asException();
    }
    return bytes(JSON.createObjectNode().put("content", version));
  }

  private void gauges() {
    Ledger ledger = parts.ledger();
    ready("database", () -> parts.patients().answers());
    ready("ledger", ledger::isRecording);
    ready("content", () -> reload.content().rejected().isEmpty());
    for (String tenant : parts.access().sites().keySet()) {
      metrics.gauge(
          "rules.quarantined",
          "recommendations that get little time or none because they ran away",
          Map.of("tenant", tenant),
          () -> quarantined(tenant));
    }
    metrics.gauge(
        "rules.stuck.threads",
        "threads that compute what nobody waits for any more",
        Map.of(),
        () -> parts.engine().stuckThreads());
    metrics.gauge("ledger.waiting", "callers that wait for the ledger", Map.of(), ledger::waiting);
    metrics.gauge(
        "ledger.lag.seconds",
        "how long the first caller has waited for the ledger",
        Map.of(),
        () -> ledger.lag().toNanos() / 1e9);
    metrics.counter("ledger.commits", "commits of the ledger", Map.of(), ledger, Ledger::commits);
    metrics.counter(
        "ledger.entries", "entries written by them", Map.of(), ledger, Ledger::committed);
    metrics.counter(
        "ledger.missed", "calls that were not recorded", Map.of(), ledger, Ledger::missed);
    metrics.counter(
        "content.reloads",
        "content read again",
        Map.of("result", "served"),
        reload,
        ContentReload::served);
    metrics.counter(
        "content.reloads",
        "content read again",
        Map.of("result", "rejected"),
        reload,
        ContentReload::rejected);
    parts.patients().database().ifPresent(database -> pools(database.pools(), database::pools));
    pools(ledger.pools(), ledger::pools);
  }

  private long quarantined(String tenant) {
    return parts.engine().quarantined(reload.content().get()).stream()
        .filter(rule -> rule.caller().equals(tenant))
        .count();
  }

  private void ready(String part, java.util.function.BooleanSupplier answers) {
    metrics.gauge(
        "ready",
        "1 while this part is as it has to be",
        Map.of("part", part),
        () -> answers.getAsBoolean() ? 1 : 0);
  }

  private void pools(
      List<Database.Pool> now, java.util.function.Supplier<List<Database.Pool>> later) {
    for (int i = 0; i < now.size(); i++) {
      int index = i;
      Map<String, String> name = Map.of("pool", now.get(i).name());
      metrics.gauge(
          "pool.active",
          "connections to the database in use",
          name,
          () -> later.get().get(index).active());
      metrics.gauge(
          "pool.idle", "connections that are free", name, () -> later.get().get(index).idle());
      metrics.gauge(
          "pool.waiting",
          "callers that wait for one",
          name,
          () -> later.get().get(index).waiting());
      metrics.gauge("pool.most", "most connections", name, () -> later.get().get(index).most());
    }
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree is always JSON", e);
    }
  }
}
