package org.oncohooks.app;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundPolicy;

/**
 * Which FHIR servers may be asked for what a call does not bring.
 *
 * @param bases exactly these; empty = none
 * @param atOnce most questions that one of them gets at once
 */
record EhrOptions(List<URI> bases, int atOnce) {

  private static final List<String> THIS_MACHINE = List.of("127.0.0.1", "[::1]", "localhost");

  static EhrOptions none() {
    return new EhrOptions(List.of(), FetchLimits.standard().atOnce());
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

  EhrClient client() {
    List<Network> networks =
        bases.stream().anyMatch(EhrOptions::isThisMachine)
            ? List.of(Network.of("127.0.0.0/8"), Network.of("::1"))
            : List.of();
    return new EhrClient(
        new OutboundPolicy(bases, networks, InetAddress::getAllByName),
        FetchLimits.standard().withAtOnce(atOnce));
  }
}
