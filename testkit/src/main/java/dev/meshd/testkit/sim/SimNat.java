package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A network address translator for the UDP of one network, after RFC 4787. Does not send back in
 * what is addressed to its own outside (no hairpinning).
 *
 * <p>Mapping says which external port a flow gets: the same for all destinations, one per address,
 * or one per address and port. Filtering says who may answer: anyone, addresses written to, or
 * addresses and ports written to. A mapping unused for {@link #timeoutNs} is forgotten.
 */
final class SimNat implements Gateway {

  /** What a mapping or a filter depends on. */
  enum Behaviour {
    ENDPOINT_INDEPENDENT("EI"),
    ADDRESS_DEPENDENT("AD"),
    ADDRESS_AND_PORT_DEPENDENT("APD");

    private final String initials;

    Behaviour(String initials) {
      this.initials = initials;
    }

    String initials() {
      return initials;
    }
  }

  private static final int FIRST_PORT = 20_000;
  private static final int SWEEP_MIN = 64;

  private record Key(Endpoint inside, Object destination) {}

  private final class Mapping {
    final Key key;
    final int externalPort;
    final Map<Object, Long> permitted = new HashMap<>();
    long lastUsedNs;

    Mapping(Key key, int externalPort) {
      this.key = key;
      this.externalPort = externalPort;
    }

    boolean isAlive(long nowNs) {
      return nowNs - lastUsedNs < timeoutNs;
    }
  }

  private final IpAddress external;
  private final Behaviour mapping;
  private final Behaviour filtering;
  private final long timeoutNs;
  private final Map<Key, Mapping> byKey = new HashMap<>();
  private final Map<Integer, Mapping> byPort = new HashMap<>();
  private int nextPort = FIRST_PORT;
  private int sweepAt = SWEEP_MIN;

  SimNat(IpAddress external, Behaviour mapping, Behaviour filtering, long timeoutNs) {
    this.external = external;
    this.mapping = mapping;
    this.filtering = filtering;
    this.timeoutNs = timeoutNs;
  }

  IpAddress external() {
    return external;
  }

  Behaviour mapping() {
    return mapping;
  }

  Behaviour filtering() {
    return filtering;
  }

  @Override
  public Endpoint outbound(Endpoint from, Endpoint to, long nowNs) {
    Key key = new Key(from, part(mapping, to));
    Mapping used = byKey.get(key);
    if (used == null || !used.isAlive(nowNs)) {
      if (byPort.size() >= sweepAt) {
        byPort.values().removeIf(mapped -> !mapped.isAlive(nowNs));
        byKey.values().removeIf(mapped -> !mapped.isAlive(nowNs));
        sweepAt = Math.max(SWEEP_MIN, 2 * byPort.size());
      }
      used = new Mapping(key, nextPort++);
      byKey.put(key, used);
      byPort.put(used.externalPort, used);
    }
    used.lastUsedNs = nowNs;
    used.permitted.put(part(filtering, to), nowNs);
    return Endpoint.of(external, used.externalPort);
  }

  @Override
  public Optional<Endpoint> inbound(Endpoint from, Endpoint to, long nowNs) {
    Mapping used = byPort.get(to.port());
    if (used == null || !used.isAlive(nowNs)) {
      return Optional.empty();
    }
    Long since = used.permitted.get(part(filtering, from));
    boolean permitted = since != null && nowNs - since < timeoutNs;
    return permitted ? Optional.of(used.key.inside()) : Optional.empty();
  }

  @Override
  public void flush() {
    byKey.clear();
    byPort.clear();
  }

  @Override
  public int size() {
    return byPort.size();
  }

  private static Object part(Behaviour behaviour, Endpoint remote) {
    return switch (behaviour) {
      case ENDPOINT_INDEPENDENT -> "any";
      case ADDRESS_DEPENDENT -> remote.address();
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
    };
  }
}
