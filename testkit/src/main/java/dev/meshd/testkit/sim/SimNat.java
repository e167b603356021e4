package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A network address translator for one UDP host, after RFC 4787.
 *
 * <p>Mapping says which external port a flow gets: the same for all destinations, one per address,
 * or one per address and port. Filtering says who may answer: anyone, addresses written to, or
 * addresses and ports written to. A mapping unused for {@link #timeoutNs} is forgotten.
 */
final class SimNat {

  /** What a mapping or a filter depends on. */
  enum Behaviour {
    ENDPOINT_INDEPENDENT,
    ADDRESS_DEPENDENT,
    ADDRESS_AND_PORT_DEPENDENT
  }

  private static final int FIRST_PORT = 20_000;

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

  /** The source that the world sees for a datagram from inside. */
  Endpoint outbound(Endpoint from, Endpoint to, long nowNs) {
    Key key = new Key(from, part(mapping, to));
    Mapping used = byKey.get(key);
    if (used == null || !used.isAlive(nowNs)) {
      used = new Mapping(key, nextPort++);
      byKey.put(key, used);
      byPort.put(used.externalPort, used);
    }
    used.lastUsedNs = nowNs;
    used.permitted.put(part(filtering, to), nowNs);
    return Endpoint.of(external, used.externalPort);
  }

  /** Whom inside a datagram to one of our ports is for; empty if it is filtered. */
  Optional<Endpoint> inbound(Endpoint from, int externalPort, long nowNs) {
    Mapping used = byPort.get(externalPort);
    if (used == null || !used.isAlive(nowNs)) {
      return Optional.empty();
    }
    Long since = used.permitted.get(part(filtering, from));
    boolean permitted = since != null && nowNs - since < timeoutNs;
    return permitted ? Optional.of(used.key.inside()) : Optional.empty();
  }

  /** Forgets every mapping, as a router does when it restarts. */
  void flush() {
    byKey.clear();
    byPort.clear();
  }

  private static Object part(Behaviour behaviour, Endpoint remote) {
    return switch (behaviour) {
      case ENDPOINT_INDEPENDENT -> "any";
      case ADDRESS_DEPENDENT -> remote.address();
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
    };
  }
}
