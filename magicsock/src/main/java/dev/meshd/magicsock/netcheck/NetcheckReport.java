package dev.meshd.magicsock.netcheck;

import dev.meshd.packet.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one measurement found out about the network. Immutable. Latencies are nanoseconds by region
 * id.
 *
 * @param full whether every region was measured
 * @param udp a STUN answer arrived
 * @param ipv4 a round trip over IPv4 worked, by STUN or a fallback
 * @param ipv6 the same for IPv6
 * @param ipv4CanSend the system took a packet to send over IPv4
 * @param ipv6CanSend the same for IPv6
 * @param osHasIpv6 the system knows IPv6 at all
 * @param icmpv4 an ICMP echo was answered, tried only without UDP
 * @param mappingVariesByDestIp whether the NAT gives each destination another address or port;
 *     empty if fewer than two IPv4 answers came
 * @param preferredDerp the region proposed as home, 0 if none
 * @param regionLatency best of both families
 * @param regionV4Latency best over IPv4
 * @param regionV6Latency best over IPv6
 * @param globalV4 our IPv4 address as the first answer saw it
 * @param globalV6 our IPv6 address as the latest answer saw it
 * @param globalV4Counters all IPv4 addresses seen, in order of appearance, and how often
 * @param globalV6Counters the same for IPv6
 */
public record NetcheckReport(
    boolean full,
    boolean udp,
    boolean ipv4,
    boolean ipv6,
    boolean ipv4CanSend,
    boolean ipv6CanSend,
    boolean osHasIpv6,
    boolean icmpv4,
    Optional<Boolean> mappingVariesByDestIp,
    int preferredDerp,
    SortedMap<Integer, Long> regionLatency,
    SortedMap<Integer, Long> regionV4Latency,
    SortedMap<Integer, Long> regionV6Latency,
    Optional<Endpoint> globalV4,
    Optional<Endpoint> globalV6,
    Map<Endpoint, Integer> globalV4Counters,
    Map<Endpoint, Integer> globalV6Counters) {

  private static final int TRUSTED_SIGHTINGS = 2;

  public NetcheckReport {
    regionLatency = Collections.unmodifiableSortedMap(new TreeMap<>(regionLatency));
    regionV4Latency = Collections.unmodifiableSortedMap(new TreeMap<>(regionV4Latency));
    regionV6Latency = Collections.unmodifiableSortedMap(new TreeMap<>(regionV6Latency));
    globalV4Counters = Collections.unmodifiableMap(new LinkedHashMap<>(globalV4Counters));
    globalV6Counters = Collections.unmodifiableMap(new LinkedHashMap<>(globalV6Counters));
  }

  /**
   * The addresses worth telling others: the global one of each family, and any other that was seen
   * twice.
   */
  public List<Endpoint> globalEndpoints() {
    List<Endpoint> told = new ArrayList<>();
    addGlobal(globalV4, globalV4Counters, told);
    addGlobal(globalV6, globalV6Counters, told);
    return List.copyOf(told);
  }

  private static void addGlobal(
      Optional<Endpoint> global, Map<Endpoint, Integer> counters, List<Endpoint> told) {
    global.ifPresent(told::add);
    counters.forEach(
        (endpoint, count) -> {
          if (count >= TRUSTED_SIGHTINGS && !told.contains(endpoint)) {
            told.add(endpoint);
          }
        });
  }
}
