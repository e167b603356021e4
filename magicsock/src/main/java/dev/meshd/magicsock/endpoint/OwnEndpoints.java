package dev.meshd.magicsock.endpoint;

import dev.meshd.magicsock.path.PathTimings;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses this node tells others, in the order they are told: measured by STUN, remembered
 * from earlier measurements, configured, then local. The first type given to an address stays.
 *
 * <p>IPv6 addresses are told with the port of the IPv4 socket too, which is why both sockets are
 * bound to one port.
 *
 * <p>Owned by the engine loop.
 */
public final class OwnEndpoints {

  /** More than this are not told: each one costs every peer a ping. */
  public static final int MAX_TOLD = 48;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final EndpointTracker tracker = new EndpointTracker();
  private LocalAddressRules.Selection local = new LocalAddressRules.Selection(List.of(), List.of());
  private int port;
  private List<TypedEndpoint> measured = List.of();
  private List<Endpoint> configured = List.of();
  private List<TypedEndpoint> current = List.of();
  private long confirmedNs = NEVER;

  /** How many endpoints are told or remembered. */
  public int size() {
    return current.size() + tracker.size();
  }

  /**
   * The interfaces or the socket's port changed, or were listed for the first time.
   *
   * @return whether {@link #current} changed
   */
  public boolean onLocal(LocalAddressRules.Selection addresses, int socketPort) {
    local = addresses;
    port = socketPort;
    return rebuild();
  }

  /** Endpoints named in the configuration. */
  public boolean onConfigured(List<Endpoint> endpoints) {
    configured = List.copyOf(endpoints);
    return rebuild();
  }

  /**
   * A measurement ended.
   *
   * @param stun what the servers saw; the most trustworthy first
   * @param hardNat whether the NAT gives every destination another port, so that only a manual port
   *     forward could make the address reachable
   * @return whether {@link #current} changed
   */
  public boolean onMeasured(List<Endpoint> stun, boolean hardNat, long nowNs) {
    List<TypedEndpoint> fresh = new ArrayList<>();
    for (Endpoint endpoint : stun) {
      fresh.add(new TypedEndpoint(endpoint, EndpointType.STUN));
    }
    if (hardNat && port != 0) {
      stun.stream()
          .map(Endpoint::address)
          .filter(IpAddress::isV4)
          .findFirst()
          .map(
              address ->
                  new TypedEndpoint(Endpoint.of(address, port), EndpointType.STUN_LOCAL_PORT))
          .ifPresent(fresh::add);
    }
    measured = tracker.update(fresh, nowNs);
    confirmedNs = nowNs;
    return rebuild();
  }

  /**
   * A STUN answer arrived while the measurement still runs: tell it early.
   *
   * @return whether {@link #current} changed
   */
  public boolean onEarlyAnswer(Endpoint seen) {
    boolean known = measured.stream().anyMatch(entry -> entry.endpoint().equals(seen));
    if (!known) {
      List<TypedEndpoint> more = new ArrayList<>(measured);
      more.addFirst(new TypedEndpoint(seen, EndpointType.STUN));
      measured = more;
    }
    return rebuild();
  }

  /** The local network changed: what was measured before is not ours any more. */
  public boolean onRebind() {
    tracker.clear();
    measured = List.of();
    confirmedNs = NEVER;
    return rebuild();
  }

  /** The addresses to tell. */
  public List<TypedEndpoint> current() {
    return current;
  }

  /** Whether a measurement confirmed them recently enough to call a peer with. */
  public boolean isFresh(long nowNs) {
    return nowNs - confirmedNs <= PathTimings.ENDPOINT_FRESHNESS_NS;
  }

  private boolean rebuild() {
    Map<Endpoint, TypedEndpoint> unique = new LinkedHashMap<>();
    measured.forEach(entry -> unique.putIfAbsent(entry.endpoint(), entry));
    for (Endpoint endpoint : configured) {
      unique.putIfAbsent(endpoint, new TypedEndpoint(endpoint, EndpointType.EXPLICIT));
    }
    if (port != 0) {
      addLocal(local.addresses(), unique);
      if (unique.isEmpty()) {
        addLocal(local.loopback(), unique);
      }
    }
    List<TypedEndpoint> next = unique.values().stream().limit(MAX_TOLD).toList();
    boolean changed = !new HashSet<>(next).equals(new HashSet<>(current));
    current = next;
    return changed;
  }

  private void addLocal(List<IpAddress> addresses, Map<Endpoint, TypedEndpoint> to) {
    for (IpAddress address : addresses) {
      Endpoint endpoint = Endpoint.of(address, port);
      to.putIfAbsent(endpoint, new TypedEndpoint(endpoint, EndpointType.LOCAL));
    }
  }
}
