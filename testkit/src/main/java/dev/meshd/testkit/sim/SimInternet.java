package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The underlay's UDP: hosts with a public address or behind a NAT, and the faults between them.
 * Datagrams are copied, so that nobody sees what a receiver does to its copy.
 */
final class SimInternet {

  /** Takes datagrams addressed to one host. */
  interface Host {
    void onDatagram(Endpoint from, Endpoint to, byte[] datagram);
  }

  private record Attachment(Host host, @Nullable SimNat nat) {}

  private final EventQueue events;
  private final SimRandom random;
  private final Map<IpAddress, Attachment> hosts = new HashMap<>();
  private final Map<IpAddress, SimNat> nats = new HashMap<>();
  private LinkFaults faults = LinkFaults.NONE;

  SimInternet(EventQueue events, SimRandom random) {
    this.events = events;
    this.random = random;
  }

  /** From now on, for datagrams not yet sent. */
  void useFaults(LinkFaults next) {
    faults = next;
  }

  /** Connects a host at an address, behind a NAT if one is given. */
  void attach(IpAddress address, Host host, Optional<SimNat> nat) {
    hosts.put(address, new Attachment(host, nat.orElse(null)));
    nat.ifPresent(router -> nats.put(router.external(), router));
  }

  void detach(IpAddress address) {
    Attachment gone = hosts.remove(address);
    if (gone != null && gone.nat() != null) {
      nats.remove(gone.nat().external());
    }
  }

  void send(Endpoint from, Endpoint to, byte[] datagram) {
    Attachment sender = hosts.get(from.address());
    if (sender == null) {
      return;
    }
    SimNat nat = sender.nat();
    Endpoint seenFrom = nat == null ? from : nat.outbound(from, to, events.nowNs());
    int copies = random.chance(faults.duplication()) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (!random.chance(faults.loss())) {
        byte[] copy = datagram.clone();
        long delay = random.between(faults.minDelayNs(), faults.maxDelayNs());
        events.after(delay, () -> arrive(seenFrom, to, copy));
      }
    }
  }

  private void arrive(Endpoint from, Endpoint to, byte[] datagram) {
    Endpoint inside = to;
    SimNat nat = nats.get(to.address());
    if (nat != null) {
      Optional<Endpoint> mapped = nat.inbound(from, to.port(), events.nowNs());
      if (mapped.isEmpty()) {
        return;
      }
      inside = mapped.get();
    }
    Attachment receiver = hosts.get(inside.address());
    if (receiver != null && (nat != null || receiver.nat() == null)) {
      receiver.host().onDatagram(from, inside, datagram);
    }
  }
}
