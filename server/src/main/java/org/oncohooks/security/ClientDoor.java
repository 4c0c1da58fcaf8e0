package org.oncohooks.security;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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

  private final List<TrustedClient> clients;
  private final String baseUrl;
  private final ReplayGuard replays;
  private final InstantSource clock;
  private final Rates rates;

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
    this.rates =
        new Rates(
            clients.stream()
                .collect(Collectors.toMap(TrustedClient::tenant, TrustedClient::callsPerSecond)));
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
      if (!rates.admit(tenant)) {
        return new Admission.Refused(Rates.TOO_MANY, Rates.TOO_MANY.code(), caller);
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

  @Override
  public void charge(Caller caller, long calls) {
    caller.tenant().ifPresent(tenant -> rates.charge(tenant, calls));
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
