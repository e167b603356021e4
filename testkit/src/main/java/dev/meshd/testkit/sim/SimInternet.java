package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The underlay's UDP: machines in their sites, what stands before the sites, and the faults in
 * between. Datagrams are copied, so that nobody sees what a receiver does to its copy. Within a
 * site everything arrives.
 */
final class SimInternet {

  /** Takes datagrams addressed to one machine. */
  interface Host {
    void onDatagram(Endpoint from, Endpoint to, byte[] datagram);
  }

  /** Sees every datagram that crosses the internet, as addressed outside the sites. */
  interface Tap {
    void onDatagram(Endpoint from, Endpoint to, byte[] datagram);
  }

  private record Place(@Nullable SimSite site, IpAddress address) {}

  private static final long LAN_NS = 300_000L;

  private final EventQueue events;
  private final SimRandom random;
  private final Map<Place, Host> hosts = new HashMap<>();

  /** Who answers for an address that the whole internet knows; a null site is no site. */
  private final Map<IpAddress, Optional<SimSite>> routes = new HashMap<>();

  private LinkFaults faults = LinkFaults.NONE;
  private Predicate<byte[]> swallows = datagram -> false;
  private Tap tap = (from, to, datagram) -> {};
  private long digest;

  SimInternet(EventQueue events, SimRandom random) {
    this.events = events;
    this.random = random;
  }

  /** From now on, for datagrams not yet sent. */
  void useFaults(LinkFaults next) {
    faults = next;
  }

  LinkFaults faults() {
    return faults;
  }

  /** Datagrams that vanish besides, chosen by what they are; until {@link #swallowNothing}. */
  void swallow(Predicate<byte[]> which) {
    swallows = which;
  }

  void swallowNothing() {
    swallows = datagram -> false;
  }

  void tap(Tap next) {
    tap = next;
  }

  /** Tells two histories apart: depends on every byte of every datagram, and their order. */
  long digest() {
    return digest;
  }

  /** A machine on the open internet. */
  void attach(IpAddress address, Host host) {
    hosts.put(new Place(null, address), host);
    routes.put(address, Optional.empty());
  }

  /** A machine in a site. */
  void attach(SimSite site, IpAddress address, Host host) {
    hosts.put(new Place(site, address), host);
    boolean translated = address.isV4() && site.gateway(address) != null;
    routes.put(translated ? site.external() : address, Optional.of(site));
  }

  void detach(SimSite site, IpAddress address) {
    hosts.remove(new Place(site, address));
  }

  /** From the open internet. */
  void send(Endpoint from, Endpoint to, byte[] datagram) {
    note(datagram);
    cross(from, to, datagram);
  }

  /** From a machine in a site. */
  void send(SimSite site, Endpoint from, Endpoint to, byte[] datagram) {
    note(datagram);
    if (!hosts.containsKey(new Place(site, from.address()))) {
      return;
    }
    Host neighbour = hosts.get(new Place(site, to.address()));
    if (neighbour != null) {
      byte[] copy = datagram.clone();
      events.after(LAN_NS, () -> neighbour.onDatagram(from, to, copy));
    } else if (!site.kind().blocksUdp() && from.address().isV4() == to.address().isV4()) {
      Gateway gateway = site.gateway(from.address());
      cross(gateway == null ? from : gateway.outbound(from, to, events.nowNs()), to, datagram);
    }
  }

  /**
   * Lets a datagram arrive with whatever source; what an attacker sends too. Only a network that
   * lets nothing through stops it: whoever carried answers across that would keep paths alive that
   * everyone else has lost.
   */
  void inject(Endpoint from, Endpoint to, byte[] datagram) {
    if (!faults.nothingArrives()) {
      byte[] copy = datagram.clone();
      events.after(faults.minDelayNs(), () -> arrive(from, to, copy));
    }
  }

  private void note(byte[] datagram) {
    digest = 31 * digest + Arrays.hashCode(datagram);
  }

  private void cross(Endpoint from, Endpoint to, byte[] datagram) {
    tap.onDatagram(from, to, datagram);
    if (datagram.length > faults.maxBytes() || swallows.test(datagram)) {
      return;
    }
    int copies = random.chance(faults.duplication()) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (!random.chance(faults.loss())) {
        byte[] copy = datagram.clone();
        if (random.chance(faults.corruption())) {
          Damage.flipBits(copy, random);
        }
        long delay = random.between(faults.minDelayNs(), faults.maxDelayNs());
        events.after(delay, () -> arrive(from, to, copy));
      }
    }
  }

  private void arrive(Endpoint from, Endpoint to, byte[] datagram) {
    Optional<SimSite> route = routes.get(to.address());
    if (route == null) {
      return;
    }
    SimSite site = route.orElse(null);
    Endpoint inside = to;
    if (site != null) {
      if (site.kind().blocksUdp()) {
        return;
      }
      Gateway gateway = site.gateway(to.address());
      if (gateway != null) {
        Optional<Endpoint> admitted = gateway.inbound(from, to, events.nowNs());
        if (admitted.isEmpty()) {
          return;
        }
        inside = admitted.get();
      }
    }
    Host receiver = hosts.get(new Place(site, inside.address()));
    if (receiver != null) {
      receiver.onDatagram(from, inside, datagram);
    }
  }
}
