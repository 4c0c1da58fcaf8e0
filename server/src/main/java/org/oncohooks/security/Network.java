package org.oncohooks.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of addresses in CIDR notation (RFC 4632; RFC 4291, section 2.3).
 *
 * @param address the first of them
 * @param bits how many leading bits they share
 */
public record Network(InetAddress address, int bits) {

  private static final Pattern CIDR =
      Pattern.compile("([0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

  /**
   * What a caller must never lead us to: this machine, its surroundings, what stands for others.
   */
  private static final List<Network> SPECIAL =
      List.of(
          of("0.0.0.0/8"),
          of("10.0.0.0/8"),
          of("100.64.0.0/10"),
          of("127.0.0.0/8"),
          of("169.254.0.0/16"),
          of("172.16.0.0/12"),
          of("192.0.0.0/24"),
          of("192.0.2.0/24"),
          of("192.88.99.0/24"),
          of("192.168.0.0/16"),
          of("198.18.0.0/15"),
          of("198.51.100.0/24"),
          of("203.0.113.0/24"),
          of("224.0.0.0/4"),
          of("240.0.0.0/4"),
          of("::/96"), // unspecified, loopback, IPv4-compatible
          of("64:ff9b::/96"),
          of("64:ff9b:1::/48"),
          of("100::/64"),
          of("2001::/23"),
          of("2001:db8::/32"),
          of("2002::/16"),
          of("fc00::/7"),
          of("fe80::/10"),
          of("fec0::/10"),
          of("ff00::/8"));

  /**
   * @param text such as {@code 10.20.0.0/16}, {@code fd00::/8} or a single address
   * @throws IllegalArgumentException if it is none of these
   */
  public static Network of(String text) {
    Matcher parts = CIDR.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a network such as 10.20.0.0/16");
    }
    try {
      // digits and dots only, or something with a colon, so this looks nothing up
      InetAddress address = InetAddress.getByName(parts.group(1));
      int all = address.getAddress().length * 8;
      int bits = parts.group(2) == null ? all : Integer.parseInt(parts.group(2));
      if (bits <= all && (parts.group(1).contains(":") || dotted(parts.group(1)))) {
        return new Network(address, bits);
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not a network such as 10.20.0.0/16", e);
    }
    throw new IllegalArgumentException("not a network such as 10.20.0.0/16");
  }

  private static boolean dotted(String address) {
    return address.chars().filter(c -> c == '.').count() == 3;
  }

  /**
   * Whether an address is none of the public Internet (IANA special-purpose address registries).
   */
  static boolean isSpecial(InetAddress address) {
    return SPECIAL.stream().anyMatch(network -> network.contains(address));
  }

  boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
