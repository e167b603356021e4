package dev.meshd.agent.backend;

import dev.meshd.agent.diagnostics.ProcessFigures;
import dev.meshd.agent.node.MeshNode;
import dev.meshd.control.session.Netmap;
import dev.meshd.engine.datapath.PathTraffic;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.TrafficCounter;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The metrics users may scrape, as Prometheus text, under the reference's names where the meaning
 * is the same. Counters of traffic start anew with each node key and each {@code meshd up}.
 *
 * @see "tailscale: util/usermetric"
 */
final class UserMetrics {
  private final Snapshot snapshot;
  private final StringBuilder text = new StringBuilder();

  UserMetrics(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  String text(ProcessFigures process, Instant now) {
    gauge("tailscaled_advertised_routes", "Subnets this node offers.", advertised().size());
    gauge("tailscaled_approved_routes", "Offered subnets the network routes here.", approved());
    header("tailscaled_health_messages", "gauge", "Conditions that need attention, by type.");
    line("tailscaled_health_messages", "type", "warning", snapshot.health().size());
    gauge(
        "tailscaled_home_derp_region_id",
        "Relay region where peers find this node; 0 for none.",
        snapshot.homeRegion());
    gauge(
        "meshd_peers",
        "Peers in the network map.",
        snapshot.netmap().map(map -> map.peers().size()).orElse(0));
    gauge(
        "meshd_netmap_age_seconds",
        "Time since the coordination server was last heard; 0 while it is.",
        snapshot
            .staleSince()
            .map(since -> now.getEpochSecond() - since.getEpochSecond())
            .orElse(0L));
    snapshot.mesh().ifPresent(this::traffic);
    process(process);
    return text.toString();
  }

  private void traffic(MeshNode node) {
    byPath("inbound_packets", "Packets received", node.received(), TrafficCounter::packets);
    byPath("inbound_bytes", "Bytes received", node.received(), TrafficCounter::bytes);
    byPath("outbound_packets", "Packets sent", node.sent(), TrafficCounter::packets);
    byPath("outbound_bytes", "Bytes sent", node.sent(), TrafficCounter::bytes);
    header("meshd_dropped_packets_total", "counter", "Packets dropped, by reason.");
    Map<String, Long> drops = new TreeMap<>();
    node.drops().forEach((reason, count) -> drops.put(reason.label(), count));
    drops.forEach((reason, count) -> line("meshd_dropped_packets_total", "reason", reason, count));
    header("meshd_ignored_disco_total", "counter", "Disco and STUN datagrams ignored, by reason.");
    node.discoDrops()
        .forEach(
            (reason, count) -> line("meshd_ignored_disco_total", "reason", reason.label(), count));
  }

  private void byPath(
      String what, String help, PathTraffic traffic, ToLongFunction<TrafficCounter> figure) {
    String name = "tailscaled_" + what + "_total";
    header(name, "counter", help + " inside WireGuard, by path.");
    line(name, "path", "direct_ipv4", figure.applyAsLong(traffic.directV4()));
    line(name, "path", "direct_ipv6", figure.applyAsLong(traffic.directV6()));
    line(name, "path", "derp", figure.applyAsLong(traffic.relayed()));
  }

  private void process(ProcessFigures process) {
    gauge("process_resident_memory_bytes", "Memory in RAM.", process.residentBytes());
    gauge("process_open_fds", "Open file descriptors.", process.openFiles());
    gauge("process_threads", "Threads of the process.", process.threads());
    gauge(
        "process_start_time_seconds",
        "Start of the process since the epoch.",
        process.startedAt().getEpochSecond());
    gauge("jvm_memory_used_bytes", "Java heap in use.", process.heapBytes());
    header("process_cpu_seconds_total", "counter", "CPU time used.");
    text.append("process_cpu_seconds_total ").append(process.cpuSeconds()).append('\n');
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
