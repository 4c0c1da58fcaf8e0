package org.oncohooks.security;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Lets in the EHRs that the configuration names, each call with a token of its own (CDS Hooks 2.0,
 * Trusting CDS Clients). What is wrong with a token goes to the log as a code; the caller is told
 * the same whatever it is.
 */
public final class ClientDoor implements Door {

  static final Problem UNAUTHENTICATED =
      Problem.of(
          ProblemCategory.UNAUTHENTICATED,
          "unauthenticated",
          "Send a valid token of a client that is registered here.");

  private static final Problem TOO_MANY =
      Problem.of(
          ProblemCategory.TOO_MANY,
          "too-many-calls",
          "This tenant makes more calls than are agreed; try again after Retry-After.");

  private final List<TrustedClient> clients;
  private final String baseUrl;
  private final ReplayGuard replays;
  private final InstantSource clock;
  private final Map<String, Bucket> rates = new HashMap<>();

  /**
   * @param clients no two of them for one issuer and tenant claim
   * @param baseUrl under which callers reach this server, without a slash at its end
   */
  public ClientDoor(
      List<TrustedClient> clients, String baseUrl, ReplayGuard replays, InstantSource clock) {
    this.clients = List.copyOf(clients);
    this.baseUrl = baseUrl;
    this.replays = replays;
    this.clock = clock;
    clients.forEach(client -> rates.put(client.tenant(), rate(client.callsPerSecond())));
  }

  private static Bucket rate(int callsPerSecond) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(2L * callsPerSecond)
                    .refillGreedy(callsPerSecond, Duration.ofSeconds(1)))
        .build();
  }

  @Override
  public Admission admit(RequestHead head) {
    Caller caller = Caller.anyone();
    try {
      SignedToken token = SignedToken.ofBearer(head.authorization());
      caller = Caller.claiming(listed(token));
      TrustedClient client = client(token);
      Instant now = clock.instant();
      client.check(token, baseUrl + head.path(), now);
      String tenant = client.tenant();
      caller = Caller.of(tenant, client.issuer().issuer());
      if (!rates.get(tenant).tryConsume(1)) {
        return new Admission.Refused(TOO_MANY, TOO_MANY.code(), caller);
      }
      if (!replays.isFirst(tenant, token.id(), TrustedClient.end(token))) {
        throw TokenFault.REPLAYED.refused();
      }
      return new Admission.Admitted(caller);
    } catch (TokenRefused e) {
      return new Admission.Refused(UNAUTHENTICATED, e.fault().code(), caller);
    } catch (ProblemException e) {
      return new Admission.Refused(e.problem(), e.problem().code(), caller);
    }
  }

  /** The issuer, if it is one that the configuration lists. */
  private String listed(SignedToken token) throws TokenRefused {
    String issuer = token.issuer();
    if (clients.stream().noneMatch(client -> client.issuer().issuer().equals(issuer))) {
      throw TokenFault.ISSUER.refused();
    }
    return issuer;
  }

  private TrustedClient client(SignedToken token) throws TokenRefused {
    String issuer = token.issuer();
    Optional<String> tenant = token.tenant();
    return clients.stream()
        .filter(client -> client.speaksFor(issuer, tenant))
        .findFirst()
        .orElseThrow(TokenFault.TENANT::refused);
  }
}
