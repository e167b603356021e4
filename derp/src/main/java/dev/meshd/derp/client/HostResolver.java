package dev.meshd.derp.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a relay's host name into addresses. Called from virtual threads, so it may block. */
@FunctionalInterface
public interface HostResolver {

  /** All addresses of {@code host}, best first, at least one. */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** The resolver of the host system. */
  static HostResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
