package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meshd.wireguard.timer.PeerTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Every timer, in virtual time. Seconds are counted from the start of each test. */
class TimersTest {
  private static final double JITTER = 0.334;

  private final VirtualPair pair = new VirtualPair();
  private final VirtualNode a = pair.a;
  private final VirtualNode b = pair.b;
  private final long startNs = pair.clock.nowNs;

  @Test
  void initiationIsRepeatedEveryFiveSecondsAndGivenUpAfterTwenty() {
    b.cutOff = true;
    a.send("hello");
    List<Double> sentAt = new ArrayList<>(List.of(0.0));
    int seen = a.handshakesSent.size();
    while (now() < 130) {
      pair.advanceSeconds(0.01);
      if (a.handshakesSent.size() > seen) {
        seen = a.handshakesSent.size();
        sentAt.add(now());
      }
    }
    assertThat(sentAt).hasSize(20);
    for (int i = 1; i < sentAt.size(); i++) {
      assertThat(sentAt.get(i) - sentAt.get(i - 1)).isBetween(4.99, 5.01 + JITTER);
    }
    assertThat(a.stagedDropped).isEqualTo(1);
    assertThat(a.peer().timers().armed()).containsOnlyKeys(PeerTimer.ZERO_KEY_MATERIAL);

    a.send("once more");
    assertThat(a.handshakesSent).hasSize(21);
  }

  @Test
  void dataThatKeepsComingDoesNotPutTheGivingUpOff() {
    b.cutOff = true;
    for (int i = 0; i < 120; i++) {
      a.send("anybody?");
      pair.advanceSeconds(1);
    }
    assertThat(a.stagedDropped).isBetween(95, 110);
    assertThat(a.handshakesSent).hasSizeBetween(21, 26); // the next packet begins anew
  }

  @Test
  void twoInitiationsAreAtLeastFiveSecondsApart() {
    b.cutOff = true;
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    pair.advanceSeconds(4.9);
    a.device.startHandshake(a.peer(), pair.clock.nowNs, a);
    a.send("data");
    assertThat(a.handshakesSent).hasSize(1);
    pair.advanceSeconds(0.5);
    assertThat(a.handshakesSent).hasSize(2);
  }

  @Test
  void initiationRefusedBecauseWeJustAnsweredIsMadeUpFor() {
    a.send("hello");
    b.receive(pair.toB.poll(), a.address);
    pair.toA.clear(); // the response is lost, and A with it
    a.cutOff = true;
    b.send("anybody?");
    pair.advanceSeconds(4.9);
    assertThat(b.handshakesSent).hasSize(1);
    a.cutOff = false;
    pair.advanceSeconds(0.6);
    assertThat(a.received).containsExactly("anybody?");
  }

  @Test
  void receivedDataIsAcknowledgedByOneKeepaliveAfterTenSeconds() {
    pair.connected(); // "hello" went from A to B
    pair.advanceSeconds(9.9);
    assertThat(b.keepalivesSent).isZero();
    pair.advanceSeconds(0.2);
    assertThat(b.keepalivesSent).isEqualTo(1);
    pair.advanceSeconds(60);
    assertThat(b.keepalivesSent).isEqualTo(1);
    assertThat(a.keepalivesSent).isZero(); // a keepalive calls for none
  }

  @Test
  void dataSentBackMakesTheKeepaliveNeedless() {
    pair.connected();
    pair.advanceSeconds(5);
    b.send("answer");
    pair.deliver();
    pair.advanceSeconds(9.9);
    assertThat(b.keepalivesSent).isZero();
    assertThat(a.keepalivesSent).isZero();
    pair.advanceSeconds(0.2);
    assertThat(a.keepalivesSent).isEqualTo(1); // A owes one for the answer
    assertThat(b.keepalivesSent).isZero();
  }

  @Test
  void dataThatKeepsComingCallsForAnotherKeepalive() {
    pair.connected();
    pair.advanceSeconds(3);
    a.send("more");
    pair.advanceSeconds(7.1);
    assertThat(b.keepalivesSent).isEqualTo(1);
    pair.advanceSeconds(10);
    assertThat(b.keepalivesSent).isEqualTo(2);
    pair.advanceSeconds(60);
    assertThat(b.keepalivesSent).isEqualTo(2);
  }

  @Test
  void oneWayTrafficIsAcknowledgedEveryTenSeconds() {
    pair.connected();
    for (int i = 0; i < 100; i++) {
      pair.advanceSeconds(1);
      a.send("tick");
      pair.deliver();
    }
    assertThat(b.keepalivesSent).isBetween(9, 10);
    assertThat(a.handshakesSent).hasSize(1); // the acknowledgements keep A content
  }

  @Test
  void unansweredDataBeginsANewHandshakeAfterFifteenSeconds() {
    pair.connected();
    b.send("so that A is not waiting");
    pair.deliver();
    pair.advanceSeconds(20);
    b.cutOff = true;
    a.send("data");
    pair.advanceSeconds(14.9);
    assertThat(a.handshakesSent).hasSize(1);
    pair.advanceSeconds(0.2 + JITTER);
    assertThat(a.handshakesSent).hasSize(2);
  }

  @Test
  void anythingHeardPutsTheNewHandshakeOff() {
    pair.connected();
    pair.advanceSeconds(9);
    b.send("alive");
    pair.deliver();
    b.cutOff = true;
    pair.advanceSeconds(5);
    a.send("data"); // unanswered from second 14 on
    pair.advanceSeconds(14.9);
    assertThat(a.handshakesSent).hasSize(1);
    pair.advanceSeconds(0.2 + JITTER);
    assertThat(a.handshakesSent).hasSize(2);
  }

  @Test
  void initiatorRenewsASessionOf120SecondsWhenItSends() {
    pair.connected();
    pair.advanceSeconds(119);
    a.send("before");
    pair.deliver();
    assertThat(a.handshakesSent).hasSize(1);
    pair.advanceSeconds(2);
    b.send("the responder does not");
    pair.deliver();
    assertThat(b.handshakesSent).hasSize(1);
    a.send("after");
    pair.deliver();
    assertThat(a.handshakesSent).hasSize(2);
    assertThat(a.completed).isEqualTo(2);
    a.send("under the new session");
    pair.deliver();
    assertThat(b.received).endsWith("after", "under the new session");
  }

  @Test
  void initiatorRenewsASessionOf165SecondsWhenItReceives() {
    pair.connected();
    pair.advanceSeconds(164);
    b.send("at 164");
    pair.deliver();
    assertThat(a.handshakesSent).hasSize(1);
    pair.advanceSeconds(2);
    a.cutOff = true;
    b.send("at 166");
    pair.deliver();
    assertThat(a.handshakesSent).hasSize(2);
    b.send("again");
    pair.deliver();
    assertThat(a.handshakesSent).hasSize(2);
  }

  @Test
  void nothingIsSentUnderASessionOf180Seconds() {
    pair.connected();
    pair.advanceSeconds(179);
    b.send("at 179");
    pair.deliver();
    assertThat(a.received).containsExactly("at 179");

    VirtualPair silent = new VirtualPair(2).connected();
    silent.advanceSeconds(180);
    silent.a.cutOff = true;
    silent.b.send("at 180");
    assertThat(silent.b.staged).hasSize(1);
    assertThat(silent.b.handshakesSent).hasSize(2); // a response and an initiation
  }

  @Test
  void nothingIsReceivedUnderASessionOf180Seconds() {
    pair.connected();
    a.send("old");
    byte[] old = pair.toB.poll();
    pair.clock.nowNs += 180_000_000_000L;
    b.receive(old, a.address);
    assertThat(b.received).containsExactly("hello");
    assertThat(b.device.drops().get(DropReason.KEYPAIR_EXPIRED)).isEqualTo(1);
  }

  @Test
  void keysAreForgottenAfter540Seconds() {
    pair.connected();
    WireGuardPeer peer = a.peer();
    pair.advanceSeconds(539);
    assertThat(peer.currentKeypair()).isNotNull();
    assertThat(a.device.keypairs().size()).isEqualTo(1);
    pair.advanceSeconds(2);
    assertThat(peer.currentKeypair()).isNull();
    assertThat(a.device.keypairs().size()).isZero();
    assertThat(a.device.nextDeadlineNs()).isEmpty();
  }

  @Test
  void persistentKeepaliveGoesOutWhenNothingElsePasses() {
    a.device.setPersistentKeepalive(a.peer(), Duration.ofSeconds(25), pair.clock.nowNs, a);
    a.device.onSignals(pair.clock.nowNs, a);
    pair.deliver();
    assertThat(a.completed).as("turned on: calls the peer at once").isEqualTo(1);
    int first = a.keepalivesSent;
    pair.advanceSeconds(24.9);
    assertThat(a.keepalivesSent).isEqualTo(first);
    pair.advanceSeconds(0.2);
    assertThat(a.keepalivesSent).isEqualTo(first + 1);

    pair.advanceSeconds(20);
    b.send("traffic");
    pair.deliver();
    pair.advanceSeconds(9); // second 29 after the last keepalive
    assertThat(a.keepalivesSent).isEqualTo(first + 1);
  }

  @Test
  void persistentKeepaliveKeepsASessionAliveForHours() {
    a.device.setPersistentKeepalive(a.peer(), Duration.ofSeconds(25), pair.clock.nowNs, a);
    a.device.onSignals(pair.clock.nowNs, a);
    pair.advanceSeconds(3 * 3600);
    assertThat((double) a.completed).isCloseTo(3 * 3600 / 125.0, within(6.0));
    b.send("still there?");
    pair.deliver();
    assertThat(a.received).containsExactly("still there?");
    assertThat(a.device.drops().nonZero()).isEmpty();
  }

  @Test
  void busySessionIsRenewedManyTimesWithoutLosingAPacket() {
    int sent = 0;
    for (int i = 0; i < 3600; i++) {
      a.send("a" + i);
      b.send("b" + i);
      sent++;
      pair.deliver();
      pair.advanceSeconds(1);
    }
    assertThat(a.received).hasSize(sent);
    assertThat(b.received).hasSize(sent);
    assertThat(a.completed).isBetween(28, 40);
  }

  @Test
  void counterNearItsLimitRenewsTheSessionAndThenEndsIt() {
    pair.connected();
    Keypair first = a.peer().currentKeypair();
    first.skipToCounter(WireGuardConstants.REKEY_AFTER_MESSAGES + 1);
    pair.advanceSeconds(6);
    a.send("too many");
    pair.deliver();
    assertThat(a.peer().currentKeypair()).isNotSameAs(first);

    b.cutOff = true;
    Keypair second = a.peer().currentKeypair();
    second.skipToCounter(WireGuardConstants.REJECT_AFTER_MESSAGES);
    a.send("waits");
    assertThat(a.staged).hasSize(1);
  }

  @Property(tries = 60)
  void deadlinesLieAheadAndPeersTalkAgainAfterAnyOutage(
      @ForAll @LongRange(max = 1 << 20) long seed,
      @ForAll @LongRange(max = 400) long outageSeconds) {
    VirtualPair any = new VirtualPair(seed).connected();
    any.b.send("reply");
    any.deliver();
    any.a.cutOff = true;
    any.b.cutOff = true;
    for (long i = 0; i < outageSeconds; i += 7) {
      any.a.send("lost");
      any.b.send("lost");
      any.advanceSeconds(7);
      any.a.device.nextDeadlineNs().ifPresent(at -> assertThat(at).isGreaterThan(any.clock.nowNs));
    }
    any.a.cutOff = false;
    any.b.cutOff = false;
    any.a.send("from a");
    any.b.send("from b");
    any.advanceSeconds(22);
    any.a.send("final a");
    any.b.send("final b");
    any.advanceSeconds(11);
    assertThat(any.a.received).contains("final b");
    assertThat(any.b.received).contains("final a");
  }

  private double now() {
    return (pair.clock.nowNs - startNs) / 1e9;
  }
}
