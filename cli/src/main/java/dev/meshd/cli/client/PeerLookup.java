package dev.meshd.cli.client;

import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.CommandFailure;
import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the node a user means: by address, by name in the network, by host name. */
final class PeerLookup {
  private final Status status;

  PeerLookup(Status status) {
    this.status = status;
  }

  Optional<PeerStatus> node(String text) {
    return Stream.concat(status.selfNode().stream(), status.peer().values().stream())
        .filter(node -> matches(node, text))
        .findFirst();
  }

  /**
   * The address to ping for what the user typed.
   *
   * @throws CommandFailure if no node and no host has that name
   */
  String address(String text) {
    if (IpAddress.tryParse(text).isPresent()) {
      return text;
    }
    Optional<String> known = node(text).flatMap(PeerStatus::firstIp);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      return InetAddress.getByName(text).getHostAddress();
    } catch (IOException e) {
      throw new CommandFailure("error looking up IP of \"" + text + "\": no such host", e);
    }
  }

  boolean isSelf(String address) {
    return status.ips().contains(address);
  }

  private static boolean matches(PeerStatus node, String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    String name = node.dnsName().toLowerCase(Locale.ROOT);
    int dot = name.indexOf('.');
    return node.ips().contains(text)
        || (!wanted.isEmpty()
            && (name.equals(wanted)
                || name.equals(wanted + ".")
                || (dot > 0 && name.substring(0, dot).equals(wanted))
                || node.hostName().equalsIgnoreCase(wanted)));
  }
}
