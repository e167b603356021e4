package dev.meshd.derp.client;

import dev.meshd.derp.DerpNode;

/**
 * The Host header of requests to a relay: no port if it is the usual one, brackets around IPv6.
 * Stateless.
 */
final class HttpHost {

  private static final int HTTPS_PORT = 443;

  private HttpHost() {}

  static String of(DerpNode node) {
    boolean ipv6 = node.hostLiteral().isPresent() && node.hostName().contains(":");
    String host = ipv6 ? "[" + node.hostName() + "]" : node.hostName();
    return node.dialPort() == HTTPS_PORT ? host : host + ":" + node.dialPort();
  }
}
