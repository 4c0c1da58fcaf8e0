package org.oncohooks.ehr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.Monitor;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.DataGap.Reason;
import org.oncohooks.security.OutboundClient;
import org.oncohooks.security.OutboundClient.Reply;
import org.oncohooks.security.OutboundPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the FHIR servers that an {@link OutboundPolicy} allows, and no others; of each thing once,
 * or twice where the first time failed for the moment. Thread-safe.
 */
public final class EhrClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("org.oncohooks.fetches");

  private static final Duration BEFORE_RETRY = Duration.ofMillis(100);

  /** As many as a few pages may hold; a server that gives fewer at a time may. */
  private static final String COUNT = "&_count=500";

  private static final Set<String> JSON = Set.of("application/fhir+json", "application/json");

  /** A connection kept open may have been closed at the other end before it is used again. */
  private static final Set<Reason> WORTH_A_RETRY = Set.of(Reason.UNREACHABLE, Reason.BROKEN_OFF);

  private static final Pattern TYPE = Pattern.compile("[/?]");

  private final OutboundPolicy policy;
  private final OutboundClient client;
  private final FetchLimits limits;
  private final Monitor monitor;
  private final Optional<StoreServer> store;
  private final Map<URI, EhrServer> servers = new ConcurrentHashMap<>();

  /**
   * @param policy the servers that may be asked
   */
  public EhrClient(OutboundPolicy policy, FetchLimits limits) {
    this(policy, limits, Monitor.none());
  }

  /**
   * @param monitor is told of every fetch, by server
   */
  public EhrClient(OutboundPolicy policy, FetchLimits limits, Monitor monitor) {
    this(policy, limits, monitor, Optional.empty());
  }

  /**
   * @param store asked where a call names none of the policy's servers; closed with this
   */
  public EhrClient(
      OutboundPolicy policy, FetchLimits limits, Monitor monitor, Optional<StoreServer> store) {
    this.store = store;
    this.monitor = monitor;
    this.policy = policy;
    this.client = new OutboundClient(policy);
    this.limits = limits;
  }

  /**
   * What to ask for.
   *
   * @param text a read or a search relative to the base, escaped, without {@code _count}
   * @param begun the first page of the search, if the caller sent it: only the others are asked for
   */
  public record Question(String text, Optional<ObjectNode> begun) {
    public static Question of(String text) {
      return new Question(text, Optional.empty());
    }
  }

  /** Asks nobody. */
  public static EhrClient none() {
    return new EhrClient(OutboundPolicy.none(), FetchLimits.standard());
  }

  /** Whether there is a server that may be asked. */
  public boolean asksAny() {
    return !policy.isEmpty();
  }

  /** What is asked where a call names no server that may be asked. */
  public Optional<StoreServer> store() {
    return store;
  }

  /** The base of the server that a request names, if it may be asked. */
  public Optional<URI> base(String fhirServer) {
    return policy.named(fhirServer);
  }

  /**
   * Asks all questions, side by side, and comes back in time with what there is.
   *
   * @param base one that {@link #base} gave
   * @param token to show; without one the server is asked openly
   * @param patientId whose data is asked for
   * @param questions by prefetch key
   * @param deadline of the whole call
   * @return what came, by prefetch key; every key is there
   */
  public Map<String, Fetched> fetch(
      URI base,
      Optional<AccessToken> token,
      String patientId,
      Map<String, Question> questions,
      Deadline deadline) {
    Deadline begun = Deadline.after(Duration.ZERO);
    Deadline end = deadline.minus(limits.kept());
    Deadline until = token.map(t -> t.until(end)).orElse(end);
    AtomicInteger bytes = new AtomicInteger(limits.bytes());
    EhrServer server = servers.computeIfAbsent(base, b -> new EhrServer(limits));
    Map<String, Fetched> fetched = new TreeMap<>();
    Map<String, Future<Fetched>> running = new TreeMap<>();
    questions.forEach(
        (key, question) -> {
          Optional<Reason> unasked = token.flatMap(t -> unasked(t, patientId, question));
          if (unasked.isPresent()) {
            fetched.put(key, new Fetched.Nothing(unasked.get()));
            return;
          }
          Exchange exchange = new Exchange(base, server, token, bytes, until);
          server
              .ask(() -> exchange.answer(question))
              .ifPresentOrElse(
                  future -> running.put(key, future),
                  () -> fetched.put(key, new Fetched.Nothing(Reason.SERVER_BUSY)));
        });
    try (Monitor.Step step = monitor.begin("fetch", "server", base.getRawAuthority())) {
      running.forEach((key, future) -> fetched.put(key, await(future, until)));
      fetched.values().stream()
          .filter(Fetched.Nothing.class::isInstance)
          .map(nothing -> ((Fetched.Nothing) nothing).reason())
          .sorted()
          .findFirst()
          .ifPresent(reason -> step.ended(reason.name().toLowerCase(Locale.ROOT)));
    }
    tell(base, fetched, begun, limits.bytes() - bytes.get());
    return fetched;
  }

  private static Optional<Reason> unasked(AccessToken token, String patientId, Question question) {
    Optional<Reason> why = unusable(token, patientId, question);
    return question.begun().isPresent() ? why.map(reason -> Reason.MORE_PAGES) : why;
  }

  private static Optional<Reason> unusable(AccessToken token, String patientId, Question question) {
    if (token.isForAnotherPatientThan(patientId)) {
      return Optional.of(Reason.TOKEN_OF_OTHER_PATIENT);
    }
    if (token.expired()) {
      return Optional.of(Reason.TOKEN_EXPIRED);
    }
    return token.covers(TYPE.split(question.text(), 2)[0])
        ? Optional.empty()
        : Optional.of(Reason.NOT_IN_SCOPE);
  }

  private static Fetched await(Future<Fetched> future, Deadline until) {
    try {
      return future.get(until.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | CancellationException e) {
      future.cancel(true);
      return new Fetched.Nothing(Reason.FETCH_TIMED_OUT);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      return new Fetched.Nothing(Reason.FETCH_TIMED_OUT);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fetch ended in none of the ways it may", e.getCause());
    }
  }

  private static void tell(URI base, Map<String, Fetched> fetched, Deadline begun, int bytes) {
    List<String> failed = new ArrayList<>();
    fetched.forEach(
        (key, value) -> {
          if (value instanceof Fetched.Nothing nothing) {
            failed.add(key + ":" + nothing.reason());
          }
        });
    LOG.info(
        "fetch host={} keys={} failed={} ms={} bytes={}{}",
        base.getRawAuthority(),
        fetched.size(),
        failed.size(),
        begun.passed().toMillis(),
        bytes,
        failed.stream().collect(Collectors.joining(" ", failed.isEmpty() ? "" : " ", "")));
  }

  @Override
  public void close() {
    servers.values().forEach(EhrServer::close);
    store.ifPresent(server -> server.client().close());
    client.close();
  }

  /** One question with all pages of its answer. */
  private final class Exchange {

    private final URI base;
    private final EhrServer server;
    private final Optional<AccessToken> token;
    private final AtomicInteger bytes;
    private final Deadline until;

    Exchange(
        URI base,
        EhrServer server,
        Optional<AccessToken> token,
        AtomicInteger bytes,
        Deadline until) {
      this.base = base;
      this.server = server;
      this.token = token;
      this.bytes = bytes;
      this.until = until;
    }

    Fetched answer(Question question) {
      String text = question.text();
      boolean search = text.indexOf('?') >= 0;
      try {
        if (question.begun().isPresent()) {
          return new Fetched.Answer(searched(question.begun().get()));
        }
        ObjectNode first = page(URI.create(base + "/" + text + (search ? COUNT : "")));
        return new Fetched.Answer(search ? searched(first) : first);
      } catch (FetchFailure e) {
        return new Fetched.Nothing(e.reason());
      }
    }

    private ObjectNode searched(ObjectNode first) throws FetchFailure {
      Pages pages = new Pages();
      ObjectNode page = first;
      for (int count = 1; ; count++) {
        if (page.path("resourceType").asText("").equals("OperationOutcome")) {
          return page;
        }
        if (!Pages.isSearchset(page)) {
          throw new FetchFailure(Reason.NOT_FHIR);
        }
        pages.add(page);
        Optional<String> next = Pages.next(page);
        boolean beyond = next.isPresent() && count == limits.pages();
        if (beyond || pages.size() > limits.resources()) {
          throw new FetchFailure(Reason.FETCH_TOO_LARGE);
        }
        if (next.isEmpty()) {
          return pages.whole();
        }
        page =
            page(
                policy
                    .below(base, absolute(next.get().replace("|", "%7C")))
                    .orElseThrow(() -> new FetchFailure(Reason.NEXT_PAGE_ELSEWHERE)));
      }
    }

    /** An address that is relative is so to the base (FHIR R4, Bundle, section 2.36.4). */
    private String absolute(String address) {
      try {
        URI url = new URI(address);
        return address.isBlank() || url.isAbsolute()
            ? address
            : URI.create(base + "/").resolve(url).toString();
      } catch (URISyntaxException | IllegalArgumentException e) { // URI lets the second one out
        return address;
      }
    }

    private ObjectNode page(URI address) throws FetchFailure {
      Reply reply = reply(address);
      if (reply.status() != 200) {
        throw FetchFailure.ofStatus(reply.status());
      }
      if (!reply.contentType().map(JSON::contains).orElse(false)) {
        throw new FetchFailure(Reason.NOT_FHIR);
      }
      try {
        return StrictJson.object(reply.body());
      } catch (ProblemException e) {
        throw new FetchFailure(
            e.problem().code().equals("json-limit") ? Reason.FETCH_TOO_LARGE : Reason.NOT_FHIR);
      }
    }

    /** A question changes nothing, so it may be asked a second time where that may help. */
    private Reply reply(URI address) throws FetchFailure {
      try {
        Reply reply = sent(address);
        if (reply.status() != 503 || !pause()) {
          return reply;
        }
      } catch (FetchFailure e) {
        if (!WORTH_A_RETRY.contains(e.reason()) || !pause()) {
          throw e;
        }
      }
      return sent(address);
    }

    /** Whether there is time for more. */
    private boolean pause() throws FetchFailure {
      if (until.remaining().compareTo(BEFORE_RETRY.multipliedBy(2)) < 0) {
        return false;
      }
      try {
        Thread.sleep(BEFORE_RETRY.toMillis());
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FetchFailure(Reason.FETCH_TIMED_OUT);
      }
    }

    private Reply sent(URI address) throws FetchFailure {
      if (until.expired()) {
        throw new FetchFailure(Reason.FETCH_TIMED_OUT);
      }
      if (!maySend()) {
        throw new FetchFailure(Reason.SERVER_FAILING);
      }
      boolean well = false;
      try {
        Reply reply = received(address);
        well = reply.status() < 500 && reply.status() != 429;
        return reply;
      } catch (FetchFailure e) {
        well = !e.isOutage();
        throw e;
      } finally {
        if (well) {
          server.answered();
        } else {
          server.failed();
        }
      }
    }

    private boolean maySend() throws FetchFailure {
      try {
        return server.maySend(until);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FetchFailure(Reason.FETCH_TIMED_OUT);
      }
    }

    private Reply received(URI address) throws FetchFailure {
      int most = Math.min(limits.page(), bytes.get());
      if (most <= 0) {
        throw new FetchFailure(Reason.FETCH_TOO_LARGE);
      }
      try {
        Reply reply = client.get(address, headers(), most, until.remaining());
        if (bytes.addAndGet(-reply.body().length) < 0) {
          throw new FetchFailure(Reason.FETCH_TOO_LARGE);
        }
        return reply;
      } catch (IOException e) {
        throw FetchFailure.of(e);
      }
    }

    private Map<String, String> headers() {
      Map<String, String> headers = new TreeMap<>();
      headers.put("Accept", "application/fhir+json");
      token.ifPresent(t -> headers.put("Authorization", t.authorization()));
      return headers;
    }
  }
}
