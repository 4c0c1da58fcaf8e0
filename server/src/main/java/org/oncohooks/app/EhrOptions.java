package org.oncohooks.app;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Monitor;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.ehr.StoreServer;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundPolicy;

/**
 * Which FHIR servers may be asked for what a call does not bring.
 *
 * @param bases exactly these; empty = none
 * @param limits how much they are asked for, and how many questions one gets at once
 * @param store FHIR server that stands in for the service's own store; empty = none does
 */
record EhrOptions(List<URI> bases, FetchLimits limits, Optional<URI> store) {

  /** Where a site's own server may be. */
  private static final List<String> INSIDE =
      List.of("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

  private static final List<String> THIS_MACHINE = List.of("127.0.0.1", "[::1]", "localhost");

  static EhrOptions none() {
    return new EhrOptions(List.of(), FetchLimits.standard(), Optional.empty());
  }

  /**
   * A base as the command line names it; http only on this machine.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static URI base(String url) {
    return OutboundPolicy.base(url, isThisMachine(URI.create(url)));
  }

  private static boolean isThisMachine(URI url) {
    return url.getHost() != null && THIS_MACHINE.contains(url.getHost());
  }

  /**
   * What asks the server that stands in for the store; closed by the client that it is given to.
   */
  Optional<StoreServer> storeServer(Monitor monitor) {
    return store.map(
        base ->
            new StoreServer(
                new EhrClient(
                    new OutboundPolicy(
                        List.of(base),
                        INSIDE.stream().map(Network::of).toList(),
                        InetAddress::getAllByName),
                    limits,
                    monitor),
                base));
  }

  EhrClient client(Monitor monitor) {
    List<Network> networks =
        bases.stream().anyMatch(EhrOptions::isThisMachine)
            ? List.of(Network.of("127.0.0.0/8"), Network.of("::1"))
            : List.of();
    return new EhrClient(
        new OutboundPolicy(bases, networks, InetAddress::getAllByName),
        limits,
        monitor,
        storeServer(monitor));
  }
}
