package dev.meshd.agent.netcheck;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/**
 * A report for programs, with the member names of the {@code tailscale netcheck} command: durations
 * in nanoseconds, addresses as {@code ip:port} or empty, what is not known as null. What is never
 * checked here, port mapping and captive portals, is null too. Stateless.
 */
public final class NetcheckJson {

  private NetcheckJson() {}

  public static ObjectNode of(NetcheckReport report, Instant at) {
    ObjectNode json = Json.object();
    json.put("Now", DateTimeFormatter.ISO_INSTANT.format(at));
    json.put("UDP", report.udp());
    json.put("IPv6", report.ipv6());
    json.put("IPv4", report.ipv4());
    json.put("IPv6CanSend", report.ipv6CanSend());
    json.put("IPv4CanSend", report.ipv4CanSend());
    json.put("OSHasIPv6", report.osHasIpv6());
    json.put("ICMPv4", report.icmpv4());
    json.put("MappingVariesByDestIP", report.mappingVariesByDestIp().orElse(null));
    json.putNull("UPnP");
    json.putNull("PMP");
    json.putNull("PCP");
    json.put("PreferredDERP", report.preferredDerp());
    putAll(json.putObject("RegionLatency"), report.regionLatency());
    putAll(json.putObject("RegionV4Latency"), report.regionV4Latency());
    putAll(json.putObject("RegionV6Latency"), report.regionV6Latency());
    putAll(json.putObject("GlobalV4Counters"), report.globalV4Counters());
    putAll(json.putObject("GlobalV6Counters"), report.globalV6Counters());
    json.put("GlobalV4", text(report.globalV4()));
    json.put("GlobalV6", text(report.globalV6()));
    json.putNull("CaptivePortal");
    return json;
  }

  private static void putAll(ObjectNode to, Map<?, ? extends Number> values) {
    values.forEach((key, value) -> to.put(key.toString(), value.longValue()));
  }

  private static String text(Optional<Endpoint> endpoint) {
    return endpoint.map(Endpoint::toString).orElse("");
  }
}
