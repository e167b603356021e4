package dev.meshd.cli.client;

import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import java.io.PrintWriter;
import java.net.IDN;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The table of {@code meshd status}: address, name, owner, system, state of each node.
 *
 * @see "tailscale: cmd/tailscale/cli/status.go"
 */
final class StatusTable {
  private static final List<String> HEADER = List.of("IP", "Hostname", "Owner", "OS", "Status");

  private final Status status;
  private final Instant now;

  StatusTable(Status status, Instant now) {
    this.status = status;
    this.now = now;
  }

  void print(PrintWriter out, boolean header, boolean self, boolean peers, boolean onlyActive) {
    List<List<String>> rows = new ArrayList<>();
    if (header) {
      rows.add(HEADER);
      rows.add(HEADER.stream().map(name -> "-".repeat(name.length())).toList());
    }
    if (self) {
      status.selfNode().ifPresent(node -> rows.add(row(node)));
    }
    if (peers) {
      status.peer().values().stream()
          .filter(peer -> !peer.shareeNode() && (!onlyActive || peer.active()))
          .sorted(ORDER)
          .forEach(peer -> rows.add(row(peer)));
    }
    printAligned(rows, out);
  }

  private static final Comparator<PeerStatus> ORDER =
      Comparator.comparing(PeerStatus::dnsName)
          .thenComparing(PeerStatus::hostName)
          .thenComparing(peer -> peer.firstIp().orElse(""))
          .thenComparing(PeerStatus::publicKey);

  private List<String> row(PeerStatus node) {
    return List.of(node.firstIp().orElse(""), name(node), owner(node), node.os(), activity(node));
  }

  /** The name within the network, or the quoted host name of a node without one. */
  String name(PeerStatus node) {
    String name = stripDot(node.dnsName());
    String suffix = "." + stripDot(status.magicDnsSuffix());
    if (name.isEmpty()) {
      return "(\"" + node.hostName().replace("\"", "\\\"") + "\")";
    }
    String shortName =
        suffix.length() > 1 && name.endsWith(suffix)
            ? name.substring(0, name.length() - suffix.length())
            : name;
    return shortName.startsWith("xn--")
        ? shortName + " (" + IDN.toUnicode(shortName) + ")"
        : shortName;
  }

  private String owner(PeerStatus node) {
    long id = node.altSharerUserId() != 0 ? node.altSharerUserId() : node.userId();
    if (id == 0) {
      return "-";
    }
    Status.UserProfile user = status.user().get(Long.toString(id));
    if (user == null) {
      return Long.toString(id);
    }
    int at = user.loginName().indexOf('@');
    return at < 0 ? user.loginName() : user.loginName().substring(0, at + 1);
  }

  /** The last column. */
  String activity(PeerStatus node) {
    boolean traffic = node.rxBytes() != 0 || node.txBytes() != 0;
    boolean idleOffline = false;
    StringBuilder text = new StringBuilder();
    if (node.active()) {
      text.append("active; ");
      if (node.exitNode()) {
        text.append("exit node; ");
      } else if (node.exitNodeOption()) {
        text.append("offers exit node; ");
      }
      text.append(path(node));
    } else if (node.exitNode()) {
      text.append("idle; exit node");
    } else if (node.exitNodeOption()) {
      text.append("idle; offers exit node");
    } else if (traffic) {
      text.append("idle");
    } else if (!node.online()) {
      idleOffline = true;
      text.append("offline").append(lastSeen(node));
    } else {
      text.append('-');
    }
    if (!node.online() && !idleOffline) {
      text.append("; offline").append(lastSeen(node));
    }
    if (traffic) {
      text.append(", tx ").append(node.txBytes()).append(" rx ").append(node.rxBytes());
    }
    return text.toString();
  }

  private static String path(PeerStatus node) {
    if (!node.curAddr().isEmpty()) {
      return "direct " + node.curAddr();
    }
    if (!node.peerRelay().isEmpty()) {
      return "peer-relay " + node.peerRelay();
    }
    return node.relay().isEmpty() ? "" : "relay \"" + node.relay() + "\"";
  }

  private String lastSeen(PeerStatus node) {
    if (node.lastSeen().equals(Json.ZERO_TIME)) {
      return "";
    }
    try {
      Duration ago = Duration.between(Instant.parse(node.lastSeen()), now);
      if (ago.compareTo(Duration.ofHours(1)) < 0) {
        return ", last seen " + Math.max(1, ago.toMinutes()) + "m ago";
      }
      return ", last seen "
          + (ago.toHours() < 24 ? ago.toHours() + "h ago" : ago.toDays() + "d ago");
    } catch (DateTimeException e) {
      return "";
    }
  }

  private static String stripDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** Columns two spaces apart; the last one is not padded. */
  static void printAligned(List<List<String>> rows, PrintWriter out) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        line.append(cell);
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths[i] - cell.length() + 2));
        }
      }
      out.println(line);
    }
  }
}
