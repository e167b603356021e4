package dev.meshd.agent.backend;

import dev.meshd.control.session.Netmap;
import dev.meshd.packet.IpPrefix;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The metrics users may scrape, as Prometheus text, under the reference's names where the meaning
 * is the same.
 *
 * @see "tailscale: util/usermetric"
 */
final class UserMetrics {
  private final Snapshot snapshot;
  private final StringBuilder text = new StringBuilder();

  UserMetrics(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  String text() {
    gauge("tailscaled_advertised_routes", "Subnets this node offers.", advertised().size());
    gauge("tailscaled_approved_routes", "Offered subnets the network routes here.", approved());
    header("tailscaled_health_messages", "gauge", "Conditions that need attention, by type.");
    line("tailscaled_health_messages", "type", "warning", snapshot.health().size());
    gauge(
        "tailscaled_home_derp_region_id",
        "Relay region where peers find this node; 0 for none.",
        snapshot.homeRegion());
    snapshot
        .mesh()
        .ifPresent(
            node -> {
              header("meshd_dropped_packets_total", "counter", "Packets dropped, by reason.");
              Map<String, Long> drops = new TreeMap<>();
              node.drops().forEach((reason, count) -> drops.put(reason.label(), count));
              drops.forEach(
                  (reason, count) -> line("meshd_dropped_packets_total", "reason", reason, count));
            });
    return text.toString();
  }

  private Set<String> advertised() {
    return Set.copyOf(snapshot.node().prefs().advertiseRoutes());
  }

  private long approved() {
    Set<String> served =
        snapshot
            .netmap()
            .map(Netmap::self)
            .map(
                self ->
                    self.effectiveAllowedIps().stream()
                        .map(IpPrefix::toString)
                        .collect(Collectors.toSet()))
            .orElse(Set.of());
    return advertised().stream().filter(served::contains).count();
  }

  private void gauge(String name, String help, long value) {
    header(name, "gauge", help);
    text.append(name).append(' ').append(value).append('\n');
  }

  private void header(String name, String type, String help) {
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
  }

  private void line(String name, String label, String value, long count) {
    text.append(name)
        .append('{')
        .append(label)
        .append("=\"")
        .append(value)
        .append("\"} ")
        .append(count)
        .append('\n');
  }
}
