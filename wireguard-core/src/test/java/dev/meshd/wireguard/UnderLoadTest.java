package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two devices while one of them has more handshake messages waiting than it can work off. */
class UnderLoadTest {
  private static final Endpoint STRANGER = Endpoint.parse("203.0.113.9:9");

  private final VirtualPair pair = new VirtualPair();
  private final VirtualNode a = pair.a;
  private final VirtualNode b = pair.b;
  private final Random random = new Random(11);

  @Test
  void loadBeginsAt128WaitingAndLastsASecond() {
    b.device.onHandshakesWaiting(127, pair.clock.nowNs);
    assertThat(b.device.isUnderLoad(pair.clock.nowNs)).isFalse();
    b.device.onHandshakesWaiting(128, pair.clock.nowNs);
    b.device.onHandshakesWaiting(0, pair.clock.nowNs + 1);
    assertThat(b.device.isUnderLoad(pair.clock.nowNs + 999_999_999)).isTrue();
    assertThat(b.device.isUnderLoad(pair.clock.nowNs + 1_000_000_000)).isFalse();
  }

  @Test
  void initiatorGetsThroughWithTheCookieOfTheFirstTry() {
    load(b);
    a.send("hello");
    pair.deliver();
    assertThat(drops(b, DropReason.COOKIE_DEMANDED)).isEqualTo(1);
    assertThat(b.cookieReplies).hasSize(1);
    assertThat(b.cookieReplies.getFirst().to()).isEqualTo(a.address);
    assertThat(b.handshakesSent).isEmpty();
    assertThat(a.device.drops().nonZero()).isEmpty();

    loadFor(6); // the retransmission
    assertThat(b.received).containsExactly("hello");
    assertThat(a.handshakesSent).hasSize(2);
    assertThat(mac2(a.handshakesSent.get(0))).containsOnly(0);
    assertThat(mac2(a.handshakesSent.get(1))).isNotEqualTo(new byte[16]);
    assertThat(drops(b, DropReason.COOKIE_DEMANDED)).isEqualTo(1);
  }

  @Test
  void responderGetsThroughToALoadedInitiator() {
    load(a);
    a.send("hello");
    pair.deliver();
    assertThat(drops(a, DropReason.COOKIE_DEMANDED)).as("for the response").isEqualTo(1);
    assertThat(b.received).isEmpty();

    for (int i = 0; i < 60; i++) {
      load(a);
      pair.advanceSeconds(0.1);
    }
    assertThat(b.received).containsExactly("hello");
  }

  @Test
  void cookieReplyMovesNoEndpointTouchesNoTimerAndSendsNothing() {
    load(b);
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    byte[] reply = pair.toA.poll();
    String timersBefore = a.peer().timers().armed().toString();
    var deadlineBefore = a.device.nextDeadlineNs();
    long receivedBefore = a.peer().receivedBytes();

    pair.clock.nowNs += 1_000_000_000;
    a.receive(reply, STRANGER); // the network may have changed its source
    assertThat(a.device.drops().nonZero()).as("it was good").isEmpty();
    assertThat(a.peer().path().endpoint()).isEqualTo(b.address);
    assertThat(a.peer().timers().armed().toString()).isEqualTo(timersBefore);
    assertThat(a.device.nextDeadlineNs()).isEqualTo(deadlineBefore);
    assertThat(a.peer().activity().lastReceivedNs()).isEmpty();
    assertThat(a.peer().receivedBytes()).isEqualTo(receivedBefore);
    assertThat(pair.toB).as("the ordinary retransmission carries the cookie").isEmpty();
    assertThat(a.handshakesSent).hasSize(1);
  }

  @Test
  void cookieReplyFromSomebodyElseOrForAnotherMessageIsCounted() {
    load(b);
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    byte[] reply = pair.toA.poll();
    byte[] forged = reply.clone();
    forged[40] ^= 1;
    a.receive(forged, b.address);
    byte[] wrongIndex = reply.clone();
    wrongIndex[4] ^= 1;
    a.receive(wrongIndex, b.address);
    a.receive(reply, b.address);
    a.receive(reply, b.address); // a replay
    assertThat(drops(a, DropReason.COOKIE_REPLY_INVALID)).isEqualTo(3);
  }

  @Test
  void cookieReplyToAResponseFindsItsPeerByTheSession() {
    pair.connected();
    load(a);
    pair.clock.nowNs += 10_000_000_000L;
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    load(a);
    pair.deliver(); // B has answered and has a keypair, no handshake, under that index
    assertThat(drops(a, DropReason.COOKIE_DEMANDED)).isEqualTo(1);
    assertThat(b.device.drops().nonZero()).isEmpty();
  }

  @Test
  void cookieIsUsedFor120Seconds() {
    load(b);
    a.send("hello");
    pair.deliver();
    loadFor(6);
    assertThat(b.received).hasSize(1);

    pair.clock.nowNs += 113_000_000_000L; // 119 s after the reply
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    assertThat(mac2(a.handshakesSent.getLast())).isNotEqualTo(new byte[16]);
    pair.clock.nowNs += 6_000_000_000L;
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    assertThat(mac2(a.handshakesSent.getLast())).containsOnly(0);
  }

  @Test
  void cookieOfOneAddressIsNoGoodFromAnother() {
    load(b);
    a.send("hello");
    pair.deliver();
    pair.clock.nowNs += 6_000_000_000L;
    load(b);
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    b.receive(pair.toB.poll(), STRANGER);
    assertThat(drops(b, DropReason.COOKIE_DEMANDED)).isEqualTo(2);
    assertThat(b.cookieReplies.getLast().to()).isEqualTo(STRANGER);
    assertThat(b.peer().path().endpoint()).isEqualTo(a.address);
  }

  @Test
  void mac2IsIgnoredWithoutLoad() {
    a.send("hello");
    byte[] initiation = pair.toB.poll();
    Arrays.fill(initiation, 132, 148, (byte) 0x5a);
    b.receive(initiation, a.address);
    pair.deliver();
    assertThat(b.received).containsExactly("hello");
    assertThat(b.cookieReplies).isEmpty();
  }

  @Test
  void strangerWhoDoesNotKnowOurKeyGetsNoAnswer() {
    load(b);
    b.receive(stamped(a.device.publicKey(), 148), STRANGER);
    assertThat(drops(b, DropReason.MAC1_INVALID)).isEqualTo(1);
    assertThat(b.cookieReplies).isEmpty();
  }

  @Test
  void cookiesHandedOutForAnOldKeyAreVoid() {
    load(b);
    Endpoint sender = Endpoint.parse("198.51.100.1:1");
    Flooder flooder = new Flooder(sender);
    flooder.learnCookie();
    b.device.setPrivateKey(NodePrivateKey.generate(random::nextBytes), pair.clock.nowNs, b);
    flooder.send(); // mac1 is for the old key
    assertThat(drops(b, DropReason.MAC1_INVALID)).isEqualTo(1);
  }

  @Test
  void oneAddressMaySendTwentyASecondEvenWithACookie() {
    load(b);
    Flooder flooder = new Flooder(Endpoint.parse("198.51.100.1:1"));
    flooder.learnCookie();
    for (int i = 0; i < 100; i++) {
      flooder.send();
    }
    assertThat(drops(b, DropReason.HANDSHAKE_RATE_LIMITED)).isEqualTo(95);
    assertThat(drops(b, DropReason.INITIATION_FORGED)).isEqualTo(5);
  }

  @Test
  void anIpv6SiteCountsAsOneAddress() {
    load(b);
    for (int host = 1; host <= 20; host++) {
      Flooder flooder = new Flooder(Endpoint.parse("[2001:db8:0:7::" + host + "]:1"));
      flooder.learnCookie();
      flooder.send();
    }
    assertThat(drops(b, DropReason.HANDSHAKE_RATE_LIMITED)).isEqualTo(15);
    Flooder elsewhere = new Flooder(Endpoint.parse("[2001:db8:0:8::1]:1"));
    elsewhere.learnCookie();
    elsewhere.send();
    assertThat(drops(b, DropReason.HANDSHAKE_RATE_LIMITED)).isEqualTo(15);
  }

  /** The relay has authenticated the key; a cookie would prove nothing more. */
  @Test
  void handshakesByRelayNeedNoCookieAndAreLimitedByKey() {
    VirtualNode mesh = new VirtualNode(pair.clock, "192.0.2.3:1003", 33, false, ignored -> {});
    mesh.meet(a);
    a.device.addPeer(mesh.device.publicKey(), pair.clock.nowNs).publishPath(PeerPath.relayed(1));
    load(mesh);
    WireGuardPeer toMesh = a.device.peer(mesh.device.publicKey()).orElseThrow();
    a.device.startHandshake(toMesh, pair.clock.nowNs, a);
    byte[] initiation = pair.toB.poll();
    assertThat(relayed(mesh, initiation, a.device.publicKey())).isTrue();
    assertThat(mesh.cookieReplies).isEmpty();
    assertThat(mesh.handshakesSent).hasSize(1);

    NodeKey other = NodePrivateKey.generate(random::nextBytes).publicKey();
    for (int i = 0; i < 100; i++) {
      relayed(mesh, stamped(mesh.device.publicKey(), 148), other);
    }
    assertThat(drops(mesh, DropReason.HANDSHAKE_RATE_LIMITED)).isEqualTo(95);
    assertThat(drops(mesh, DropReason.INITIATION_FORGED)).isEqualTo(5);
    relayed(mesh, initiation, a.device.publicKey());
    assertThat(drops(mesh, DropReason.INITIATION_REPLAYED)).as("not limited").isEqualTo(1);
  }

  /**
   * 10,000 initiations a second for ten seconds from as many addresses, all with the right {@code
   * mac1}: only the moment before the load is noticed costs key agreements; nobody with a cookie is
   * shut out; sessions go on.
   */
  @Test
  void floodFromTenThousandAddresses() {
    pair.connected();
    VirtualNode newcomer = new VirtualNode(pair.clock, "192.0.2.3:1003", 33, true, ignored -> {});
    b.device.addPeer(newcomer.device.publicKey(), pair.clock.nowNs);
    newcomer.meet(b);
    byte[] flood = stamped(b.device.publicKey(), 148);
    Map<IpAddress, Integer> replies = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      pair.clock.nowNs += 100_000;
      b.device.onHandshakesWaiting(i < 200 ? i : 1000, pair.clock.nowNs);
      IpAddress source = IpAddress.ofV4(0x0a000000 + random.nextInt(10_000));
      b.device.onHandshake(flood, Endpoint.of(source, 1 + i % 60_000), pair.clock.nowNs, b);
      if (i % 10_000 == 5_000) {
        a.send("still here");
        pair.deliver();
        if (newcomer.completed == 0) {
          newcomer.device.startHandshake(newcomer.peer(), pair.clock.nowNs, newcomer);
          exchange(newcomer);
        }
      }
    }
    b.cookieReplies.forEach(reply -> replies.merge(reply.to().address(), 1, Integer::sum));

    assertThat(drops(b, DropReason.INITIATION_FORGED)).as("key agreements spent").isEqualTo(128);
    assertThat(drops(b, DropReason.COOKIE_DEMANDED)).isGreaterThan(99_000);
    assertThat(replies).hasSizeGreaterThan(9_900);
    assertThat(b.received).hasSize(11).contains("still here");
    assertThat(newcomer.completed).isEqualTo(1);
    System.out.printf(
        "handshake flood, 100,000 initiations of 10,000 addresses: %s%n",
        b.device.drops().nonZero());
  }

  /** Passes handshake messages between B and the newcomer, whom the pair does not serve. */
  private void exchange(VirtualNode newcomer) {
    int before = b.handshakesSent.size();
    int repliesBefore = b.cookieReplies.size();
    b.receive(newcomer.handshakesSent.getLast(), newcomer.address);
    pair.toA.clear();
    if (b.handshakesSent.size() > before) {
      newcomer.receive(b.handshakesSent.getLast(), b.address);
    } else if (b.cookieReplies.size() > repliesBefore) {
      newcomer.receive(b.cookieReplies.getLast().bytes(), b.address);
    }
  }

  private boolean relayed(VirtualNode node, byte[] message, NodeKey sender) {
    return node.device.onRelayedHandshake(message, 1, sender, pair.clock.nowNs, node);
  }

  private void load(VirtualNode node) {
    node.device.onHandshakesWaiting(1024, pair.clock.nowNs);
  }

  private void loadFor(int seconds) {
    for (int i = 0; i < seconds * 10; i++) {
      load(b);
      pair.advanceSeconds(0.1);
    }
  }

  private static long drops(VirtualNode node, DropReason reason) {
    return node.device.drops().get(reason);
  }

  private static byte[] mac2(byte[] message) {
    return Arrays.copyOfRange(message, message.length - 16, message.length);
  }

  private byte[] stamped(NodeKey receiver, int length) {
    byte[] message = new byte[length];
    random.nextBytes(message);
    Arrays.fill(message, 0, 4, (byte) 0);
    message[0] = 1;
    Arrays.fill(message, length - 16, length, (byte) 0);
    MessageMacs.forReceiver(receiver).stamp(message, new CookieJar(receiver), 0);
    return message;
  }

  /** Somebody who knows B's public key, receives at its address, and has no other business. */
  private final class Flooder {
    private final Endpoint address;
    private final NodeKey target = b.device.publicKey();
    private final CookieJar jar = new CookieJar(target);

    Flooder(Endpoint address) {
      this.address = address;
    }

    void learnCookie() {
      send();
      byte[] reply = b.cookieReplies.getLast().bytes();
      assertThat(jar.consume(reply, pair.clock.nowNs)).isTrue();
    }

    void send() {
      byte[] message = new byte[148];
      random.nextBytes(message);
      Arrays.fill(message, 0, 4, (byte) 0);
      message[0] = 1;
      MessageMacs.forReceiver(target).stamp(message, jar, pair.clock.nowNs);
      b.receive(message, address);
    }
  }
}
