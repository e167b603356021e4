package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.noise.HandshakeLayout;
import dev.meshd.wireguard.noise.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Somebody on the way who sees every datagram, keeps the latest, and sends what he likes from
 * whatever address he likes. He knows every public key and no private one. He cannot stop anything.
 */
final class SimAttacker implements SimInternet.Tap {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(Endpoint from, Endpoint to, byte[] datagram) {}

  private static final int MEMORY = 256;
  private static final long MAX_WAIT_NS = 20_000_000_000L;

  private final SimWorld world;
  private final SimRandom random;
  private final List<Seen> memory = new ArrayList<>();
  private double eagerness;
  private int next;

  SimAttacker(SimWorld world, SimRandom random) {
    this.world = world;
    this.random = random;
  }

  /** How many attacks follow on one datagram, on average. */
  void use(double attacksPerDatagram) {
    eagerness = attacksPerDatagram;
    if (eagerness > 0) {
      world.internet().tap(this);
    }
  }

  @Override
  public void onDatagram(Endpoint from, Endpoint to, byte[] datagram) {
    Seen seen = new Seen(from, to, datagram.clone());
    if (memory.size() < MEMORY) {
      memory.add(seen);
    } else {
      memory.set(next, seen);
      next = (next + 1) % MEMORY;
    }
    if (random.chance(eagerness)) {
      Seen victim = memory.get(random.below(memory.size()));
      world.events().after(random.between(0, MAX_WAIT_NS), () -> attack(victim));
    }
  }

  private void attack(Seen seen) {
    Seen other = memory.get(random.below(memory.size()));
    switch (random.below(6)) {
      case 0 -> inject(seen.from(), seen.to(), seen.datagram());
      case 1 -> inject(other.from(), seen.to(), seen.datagram());
      case 2 -> inject(seen.from(), other.to(), seen.datagram());
      case 3 -> inject(seen.from(), seen.to(), Damage.truncated(seen.datagram(), random));
      case 4 -> inject(seen.from(), seen.to(), damaged(seen.datagram()));
      default -> alterHandshake(seen);
    }
  }

  private byte[] damaged(byte[] datagram) {
    byte[] copy = datagram.clone();
    Damage.flipBits(copy, random);
    return copy;
  }

  /** Anybody can compute the first MAC, so it must not be what keeps a forgery out. */
  private void alterHandshake(Seen seen) {
    byte[] forged = seen.datagram().clone();
    Optional<MessageType> type =
        forged.length < Integer.BYTES
            ? Optional.empty()
            : MessageType.fromWire(HandshakeLayout.firstWord(forged));
    boolean handshake =
        type.filter(
                known ->
                    known == MessageType.HANDSHAKE_INITIATION
                        || known == MessageType.HANDSHAKE_RESPONSE)
            .filter(known -> known.isValidLength(forged.length))
            .isPresent();
    if (handshake) {
      int covered = forged.length - 2 * Mac1.LENGTH;
      forged[Integer.BYTES + random.below(covered - Integer.BYTES)] ^= 1;
      for (SimNode node : world.nodes()) {
        NodeKey receiver = node.nodeKey();
        byte[] copy = forged.clone();
        Mac1.write(copy, receiver);
        inject(seen.from(), seen.to(), copy);
      }
    }
  }

  private void inject(Endpoint from, Endpoint to, byte[] datagram) {
    world.internet().inject(from, to, datagram);
  }
}
