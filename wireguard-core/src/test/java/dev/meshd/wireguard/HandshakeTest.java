package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.noise.HandshakeLayout;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Handshakes of two devices with each other, and what strangers can do about them. */
class HandshakeTest {
  private static final Endpoint STRANGER = Endpoint.parse("203.0.113.9:9");

  private final VirtualPair pair = new VirtualPair();
  private final VirtualNode a = pair.a;
  private final VirtualNode b = pair.b;

  @Test
  void firstDataBeginsAHandshakeAndFollowsIt() {
    a.send("one");
    a.send("two");
    assertThat(a.staged).hasSize(2);
    pair.deliver();

    assertThat(b.received).containsExactly("one", "two");
    assertThat(a.handshakesSent).hasSize(1);
    assertThat(a.completed).isEqualTo(1);
    assertThat(b.completed).isEqualTo(1);
    assertThat(a.peer().lastHandshake()).isPresent();
  }

  @Test
  void responderSendsOnlyOnceTheInitiatorHasUsedTheSession() {
    a.send("question");
    b.receive(pair.toB.poll(), a.address); // the initiation alone
    b.send("early");
    assertThat(b.staged).hasSize(1);
    assertThat(b.handshakesSent).hasSize(1); // the response, and no initiation for 5 s

    pair.deliver();
    assertThat(b.received).containsExactly("question");
    assertThat(a.received).containsExactly("early");
  }

  @Test
  void initiatorWithNothingToSaySendsAKeepalive() {
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    pair.deliver();

    assertThat(a.keepalivesSent).isEqualTo(1);
    b.send("now I may");
    pair.deliver();
    assertThat(a.received).containsExactly("now I may");
  }

  @Test
  void crossedInitiationsBothCompleteAtOnce() {
    a.send("from a");
    b.send("from b");
    pair.deliver();

    assertThat(a.received).containsExactly("from b");
    assertThat(b.received).containsExactly("from a");
    a.send("again");
    b.send("again");
    pair.deliver();
    assertThat(a.received).hasSize(2);
    assertThat(b.received).hasSize(2);
    assertThat(a.device.drops().nonZero()).isEmpty();
    assertThat(b.device.drops().nonZero()).isEmpty();
  }

  @Test
  void aLostResponseAfterCrossedInitiationsSilencesNobody() {
    a.send("from a");
    b.send("from b");
    pair.deliver();
    pair.clock.nowNs += Duration.ofSeconds(30).toNanos();
    b.device.startHandshake(b.peer(), pair.clock.nowNs, b);
    a.receive(pair.toA.remove(), b.address);
    pair.toB.clear(); // the response is lost
    a.send("again");
    b.send("again");
    pair.deliver();
    assertThat(a.received).contains("again");
    assertThat(b.received).contains("again");
  }

  @Test
  void presharedKeyMustAgree() {
    PresharedKey psk = PresharedKey.generate(new Random(7)::nextBytes);
    a.device.setPresharedKey(a.peer(), psk);
    a.send("secret");
    pair.deliver();
    assertThat(b.received).isEmpty();
    assertThat(a.device.drops().get(DropReason.RESPONSE_FORGED)).isEqualTo(1);

    b.device.setPresharedKey(b.peer(), psk);
    pair.advanceSeconds(6); // the retransmission
    assertThat(b.received).containsExactly("secret");
  }

  @Test
  void changedPresharedKeyLeavesTheSessionAlone() {
    pair.connected();
    b.device.setPresharedKey(b.peer(), PresharedKey.generate(new Random(7)::nextBytes));
    a.send("still");
    pair.deliver();
    assertThat(b.received).endsWith("still");
  }

  @Test
  void changedPresharedKeyCountsFromTheNextHandshakeOn() {
    pair.connected();
    PresharedKey psk = PresharedKey.generate(new Random(7)::nextBytes);
    b.device.setPresharedKey(b.peer(), psk);
    pair.advanceSeconds(6);
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    pair.deliver();
    assertThat(a.device.drops().get(DropReason.RESPONSE_FORGED)).as("used at once").isEqualTo(1);

    a.device.setPresharedKey(a.peer(), psk); // read when the response is consumed
    pair.advanceSeconds(6);
    a.send("under the new one");
    pair.deliver();
    assertThat(b.received).endsWith("under the new one");
    assertThat(a.completed).isEqualTo(2);
  }

  @Test
  void responseIsGoodUntilTheRetransmission() {
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    byte[] response = pair.toA.poll();
    pair.clock.nowNs += 4_900_000_000L;
    a.receive(response, b.address);
    pair.deliver();
    assertThat(b.received).containsExactly("hello");
    assertThat(a.handshakesSent).hasSize(1);
  }

  @Test
  void roamsOnInitiationsAndResponses() {
    Endpoint elsewhere = Endpoint.parse("198.51.100.4:4");
    a.send("hello");
    b.receive(pair.toB.poll(), elsewhere);
    assertThat(b.peer().path().endpoint()).isEqualTo(elsewhere);
    a.receive(pair.toA.poll(), elsewhere);
    assertThat(a.peer().path().endpoint()).isEqualTo(elsewhere);
  }

  /** Indices that follow a pattern would let an observer tell which sessions are of one peer. */
  @Test
  void indicesAreRandomNumbers() {
    Set<Integer> indices = new HashSet<>();
    int ones = 0;
    int zeros = -1;
    for (int i = 0; i < 64; i++) {
      pair.clock.nowNs += 6_000_000_000L;
      a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
      int index = HandshakeLayout.senderIndex(a.handshakesSent.getLast());
      indices.add(index);
      ones |= index;
      zeros &= index;
    }
    assertThat(indices).hasSize(64);
    assertThat(ones).as("bits that are ever set").isEqualTo(-1);
    assertThat(zeros).as("bits that are always set").isZero();
  }

  @Test
  void replayedInitiationIsDropped() {
    a.send("hello");
    byte[] initiation = pair.toB.peek().clone();
    pair.deliver();
    pair.advanceSeconds(1);
    b.receive(initiation, STRANGER);

    assertThat(b.device.drops().get(DropReason.INITIATION_REPLAYED)).isEqualTo(1);
    assertThat(b.peer().path().endpoint()).isEqualTo(a.address);
    a.send("still");
    pair.deliver();
    assertThat(b.received).containsExactly("hello", "still");
  }

  @Test
  void initiationsWithinTwentyMillisecondsAreDropped() {
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    pair.deliver();
    long sinceNs = pair.clock.nowNs;
    a.device.startHandshake(a.peer(), sinceNs + 5_000_000_000L, a); // B's clock stands still
    pair.deliver();
    assertThat(b.device.drops().get(DropReason.INITIATION_FLOOD)).isEqualTo(1);

    pair.clock.nowNs = sinceNs + 20_000_000;
    a.device.startHandshake(a.peer(), sinceNs + 10_000_000_000L, a);
    pair.deliver();
    assertThat(b.device.drops().get(DropReason.INITIATION_FLOOD)).isEqualTo(1);
    assertThat(b.completed).isEqualTo(2);
  }

  @Test
  void unknownPeerIsDropped() {
    b.device.removePeer(b.peer(), b);
    a.send("hello");
    pair.deliver();
    assertThat(b.device.drops().get(DropReason.UNKNOWN_PEER)).isEqualTo(1);
    assertThat(b.handshakesSent).isEmpty();
  }

  @Test
  void forgedResponseDoesNotEndTheHandshake() {
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    byte[] response = pair.toA.poll();
    byte[] forged = forgeResponse(response);
    a.receive(forged, STRANGER);
    assertThat(a.device.drops().get(DropReason.RESPONSE_FORGED)).isEqualTo(1);
    assertThat(a.peer().path().endpoint()).isEqualTo(b.address);

    a.receive(response, b.address);
    pair.deliver();
    assertThat(b.received).containsExactly("hello");
  }

  @Test
  void responseToNothingIsDropped() {
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    byte[] response = pair.toA.peek().clone();
    pair.deliver();
    a.receive(response, b.address);
    assertThat(a.device.drops().get(DropReason.RESPONSE_UNEXPECTED)).isEqualTo(1);
  }

  @Test
  void roamsOnAuthenticatedMessagesOnly() {
    pair.connected();
    Endpoint elsewhere = Endpoint.parse("[2001:db8::7]:7");
    a.send("moved");
    byte[] datagram = pair.toB.poll();
    byte[] forged = datagram.clone();
    forged[forged.length - 1] ^= 1;
    b.receive(forged, STRANGER);
    assertThat(b.peer().path().endpoint()).isEqualTo(a.address);
    b.receive(datagram, elsewhere);
    assertThat(b.peer().path().endpoint()).isEqualTo(elsewhere);
    b.receive(datagram, STRANGER); // a replay
    assertThat(b.peer().path().endpoint()).isEqualTo(elsewhere);
  }

  @Test
  void newPrivateKeyEndsSendingButNotReceiving() {
    pair.connected();
    a.send("in flight");
    NodePrivateKey fresh = NodePrivateKey.generate(new Random(5)::nextBytes);
    NodeKey oldKey = a.device.publicKey();
    a.device.setPrivateKey(fresh, pair.clock.nowNs, a);
    assertThat(a.device.publicKey()).isNotEqualTo(oldKey);
    b.send("to the old key");
    pair.deliver();
    assertThat(a.received).containsExactly("to the old key");
    assertThat(b.received).endsWith("in flight");

    a.send("under the new key");
    pair.deliver();
    assertThat(b.device.drops().get(DropReason.UNKNOWN_PEER)).isEqualTo(1);
    VirtualNode same = b;
    same.device.removePeer(same.peer(), same);
    same.device
        .addPeer(a.device.publicKey(), pair.clock.nowNs)
        .publishPath(PeerPath.direct(a.address));
    pair.advanceSeconds(6);
    assertThat(b.received).endsWith("under the new key");
  }

  @Test
  void peerWithALowOrderKeyIsNeverCalledAndHarmsNobody() {
    WireGuardPeer weak = a.device.addPeer(NodeKey.zero(), pair.clock.nowNs);
    a.device.startHandshake(weak, pair.clock.nowNs, a);
    assertThat(a.handshakesSent).isEmpty();
    a.device.removePeer(weak, a);
  }

  @Test
  void refusesOneselfAndTheSamePeerTwice() {
    assertThatThrownBy(() -> a.device.addPeer(a.device.publicKey(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> a.device.addPeer(b.device.publicKey(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void removedPeerLeavesNothingBehind() {
    pair.connected();
    WireGuardPeer peer = b.peer();
    int index = peer.currentKeypair().localIndex();
    b.device.removePeer(peer, b);
    assertThat(b.device.keypairs().get(index)).isNull();
    assertThat(b.device.keypairs().size()).isZero();
    assertThat(b.device.nextDeadlineNs()).isEmpty();
    a.send("anybody?");
    pair.deliver();
    assertThat(b.device.drops().get(DropReason.UNKNOWN_INDEX)).isEqualTo(1);
  }

  @Property(tries = 200)
  void damagedHandshakeMessageLeavesThePeerUnchanged(
      @ForAll @IntRange(max = 147) int position, @ForAll @IntRange(min = 1, max = 255) int damage) {
    VirtualPair fresh = new VirtualPair(position * 256L + damage);
    fresh.a.send("hello");
    byte[] initiation = fresh.toB.poll();
    byte[] damaged = initiation.clone();
    damaged[position] ^= (byte) damage;
    fresh.b.receive(damaged, STRANGER);
    boolean onlyMac2 = position >= 132; // ignored unless under load
    assertThat(fresh.b.handshakesSent).hasSize(onlyMac2 ? 1 : 0);
    if (!onlyMac2) {
      assertThat(fresh.b.peer().path().endpoint()).isEqualTo(fresh.a.address);
      assertThat(fresh.b.peer().activity().lastReceivedNs()).isEmpty();
      assertThat(fresh.b.peer().timers().armed()).isEmpty();
      assertThat(fresh.b.peer().receivedBytes()).isZero();
      fresh.b.receive(initiation, fresh.a.address);
      fresh.deliver();
      assertThat(fresh.b.received).containsExactly("hello");
    }
  }

  @Property(tries = 300)
  void neverThrowsOnAnyBytes(@ForAll @Size(max = 8) List<@Size(max = 200) byte[]> datagrams) {
    VirtualPair fresh = new VirtualPair().connected();
    for (byte[] datagram : datagrams) {
      fresh.a.receive(datagram, STRANGER);
      for (int type = 1; type <= 4; type++) {
        for (int length : new int[] {32, 64, 92, 148}) {
          byte[] shaped = java.util.Arrays.copyOf(datagram, length);
          shaped[0] = (byte) type;
          shaped[1] = shaped[2] = shaped[3] = 0;
          fresh.a.receive(shaped, STRANGER);
        }
      }
    }
    assertThat(fresh.a.peer().path().endpoint()).isEqualTo(fresh.b.address);
    fresh.b.send("alive");
    fresh.deliver();
    assertThat(fresh.a.received).contains("alive");
  }

  /** Rightly addressed and stamped, by somebody who has seen A's initiation but lacks B's key. */
  private byte[] forgeResponse(byte[] response) {
    byte[] forged = response.clone();
    forged[50] ^= 1;
    dev.meshd.wireguard.noise.MessageMacs.forReceiver(a.device.publicKey())
        .stamp(forged, new dev.meshd.wireguard.noise.CookieJar(b.device.publicKey()), 0);
    return forged;
  }
}
