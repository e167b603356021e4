package dev.meshd.testkit.lab;

import java.util.Optional;

/**
 * A network something can be plugged into: the internet's bridge or the inner side of a router.
 * Immutable.
 *
 * @param namespace where its gateway is
 * @param bridge the bridge that ends of links join; empty when the segment is one link
 * @param port the name of the link's end in the namespace
 * @param v4 the first three octets with their dots
 * @param v6 the first 64 bits with {@code "::"}
 * @param number the last octet, and the last group, of whatever is plugged in next
 */
record Segment(
    String namespace, Optional<String> bridge, String port, String v4, String v6, int number) {
  static final String BRIDGE = "br0";

  /** The address part of the gateway on every segment. */
  private static final int GATEWAY = 1;

  private static final int BEHIND_ROUTER = 2;

  static Segment internet(String namespace, int number) {
    return new Segment(
        namespace, Optional.of(BRIDGE), "p" + number, "203.0.113.", "2001:db8::", number);
  }

  static Segment home(String router, int site) {
    return inner(router, "192.168." + site + ".", "2001:db8:0:" + site + "::");
  }

  static Segment carrier(String router, int site) {
    return inner(router, "10.200." + site + ".", "2001:db8:1:" + site + "::");
  }

  private static Segment inner(String router, String v4, String v6) {
    return new Segment(router, Optional.empty(), "lan", v4, v6, BEHIND_ROUTER);
  }

  String v4Address() {
    return v4 + number;
  }

  String v6Address() {
    return v6 + number;
  }

  String v4Gateway() {
    return v4 + GATEWAY;
  }

  String v6Gateway() {
    return v6 + GATEWAY;
  }
}
