package dev.meshd.magicsock.endpoint;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Remembers measured endpoints for a while after they were last seen, because one lost STUN answer
 * must not take a working address away from peers. NATs keep mappings about this long. At most six
 * are kept per address, so that a NAT with a new port each time does not fill the list.
 *
 * <p>Owned by the engine loop. Source: tailscale: wgengine/magicsock/endpoint_tracker.go.
 */
final class EndpointTracker {

  static final long KEPT_NS = 310_000_000_000L;
  static final int MAX_PER_ADDRESS = 6;
  private static final int MAX_ADDRESSES = 16;

  private record Seen(TypedEndpoint endpoint, long untilNs) {}

  private final Map<IpAddress, List<Seen>> cache = new HashMap<>();

  /** Notes what was measured now and returns it, followed by what is remembered. */
  List<TypedEndpoint> update(List<TypedEndpoint> measured, long nowNs) {
    cache.values().forEach(seen -> seen.removeIf(entry -> nowNs > entry.untilNs()));
    cache.values().removeIf(List::isEmpty);
    List<TypedEndpoint> result = new ArrayList<>(measured);
    Set<Endpoint> present = new HashSet<>();
    for (TypedEndpoint endpoint : measured) {
      present.add(endpoint.endpoint());
      remember(endpoint, nowNs);
    }
    cache.values().stream()
        .flatMap(List::stream)
        .map(Seen::endpoint)
        .filter(endpoint -> !present.contains(endpoint.endpoint()))
        .sorted(Comparator.comparing(TypedEndpoint::endpoint))
        .forEach(result::add);
    return result;
  }

  int size() {
    return cache.values().stream().mapToInt(List::size).sum();
  }

  /** Forgets everything, as after a change of the local network. */
  void clear() {
    cache.clear();
  }

  private void remember(TypedEndpoint endpoint, long nowNs) {
    IpAddress address = endpoint.endpoint().address();
    if (!cache.containsKey(address) && cache.size() >= MAX_ADDRESSES) {
      return;
    }
    List<Seen> seen = cache.computeIfAbsent(address, _ -> new ArrayList<>());
    seen.removeIf(entry -> entry.endpoint().endpoint().equals(endpoint.endpoint()));
    seen.add(new Seen(endpoint, nowNs + KEPT_NS));
    if (seen.size() > MAX_PER_ADDRESS) {
      seen.removeFirst();
    }
  }
}
