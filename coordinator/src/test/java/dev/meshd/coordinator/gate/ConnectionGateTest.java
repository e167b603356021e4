package dev.meshd.coordinator.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
  private final ConnectionGate gate =
      new ConnectionGate(
          new GateLimits(4, 2, Duration.ofSeconds(30), 2, 2, Duration.ofMinutes(16), 3, 2));

  @Test
  void aSourceWithEnoughStrangersDisplacesItsOldest() {
    EmbeddedChannel first = enter("192.0.2.1");
    EmbeddedChannel second = enter("192.0.2.1");
    EmbeddedChannel other = enter("192.0.2.2");
    EmbeddedChannel third = enter("192.0.2.1");
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen() && third.isOpen() && other.isOpen()).isTrue();
    assertThat(gate.stats().displaced()).isEqualTo(1);
    assertThat(gate.stats().strangers()).isEqualTo(3);
  }

  @Test
  void addressesOfOneIpv6NetworkAreOneSource() {
    EmbeddedChannel first = enter("2001:db8::1");
    enter("2001:db8::2");
    enter("2001:db8:0:0:ffff::3");
    EmbeddedChannel elsewhere = enter("2001:db8:0:1::1");
    assertThat(first.isOpen()).isFalse();
    assertThat(elsewhere.isOpen()).isTrue();
  }

  @Test
  void strangersOfAllSourcesDisplaceTheOldestOfAll() {
    EmbeddedChannel oldest = enter("192.0.2.1");
    for (int i = 2; i <= 5; i++) {
      assertThat(enter("192.0.2." + i).isOpen()).isTrue();
    }
    assertThat(oldest.isOpen()).isFalse();
    assertThat(gate.stats().strangers()).isEqualTo(4);
  }

  @Test
  void thisHostIsBoundedOnlyAltogether() {
    EmbeddedChannel first = enter("127.0.0.1");
    enter("127.0.0.1");
    enter("127.0.0.1");
    enter("127.0.0.1");
    assertThat(first.isOpen()).isTrue();
    enter("127.0.0.1");
    assertThat(first.isOpen()).isFalse();
  }

  @Test
  void aStrangerThatProvesNothingIsClosedInTime() {
    EmbeddedChannel stranger = enter("192.0.2.1");
    advance(stranger, 29);
    assertThat(stranger.isOpen()).isTrue();
    advance(stranger, 2);
    assertThat(stranger.isOpen()).isFalse();
    assertThat(gate.stats().late()).isEqualTo(1);
    assertThat(gate.stats().strangers()).isZero();
  }

  @Test
  void anAnswerGivesAStrangerItsTimeAnew() {
    EmbeddedChannel stranger = enter("192.0.2.1");
    advance(stranger, 20);
    gate.served(stranger);
    advance(stranger, 20);
    assertThat(stranger.isOpen()).isTrue();
    advance(stranger, 11);
    assertThat(stranger.isOpen()).isFalse();
  }

  @Test
  void aMemberStaysAndLeavesRoomForStrangers() {
    EmbeddedChannel member = enter("192.0.2.1");
    gate.recognised(member, "node");
    enter("192.0.2.1");
    enter("192.0.2.1");
    advance(member, 3600);
    assertThat(member.isOpen()).isTrue();
    assertThat(gate.stats().members()).isEqualTo(1);
    assertThat(gate.stats().displaced()).isZero();
  }

  @Test
  void oneClientHasABoundedNumberOfConnections() {
    EmbeddedChannel first = member("node");
    member("node");
    member("node");
    assertThat(first.isOpen()).isFalse();
    assertThat(gate.stats().members()).isEqualTo(2);
  }

  @Test
  void membersBeyondTheBoundAreRefusedAndNobodyIsDisplaced() {
    EmbeddedChannel a = member("a");
    EmbeddedChannel b = member("b");
    EmbeddedChannel c = member("c");
    EmbeddedChannel late = member("d");
    assertThat(late.isOpen()).isFalse();
    assertThat(a.isOpen() && b.isOpen() && c.isOpen()).isTrue();
    assertThat(gate.stats().refused()).isEqualTo(1);
  }

  @Test
  void whoWaitsForAPersonMayWaitLongerAndThenBecomeAMember() {
    EmbeddedChannel waiting = enter("192.0.2.1");
    gate.waits(waiting);
    advance(waiting, 900);
    assertThat(waiting.isOpen()).isTrue();
    gate.recognised(waiting, "node");
    advance(waiting, 3600);
    assertThat(waiting.isOpen()).isTrue();
    assertThat(gate.stats().waiting()).isZero();
  }

  @Test
  void anExpelledClientLosesItsConnectionsAndNobodyElseDoes() {
    EmbeddedChannel gone = member("gone");
    EmbeddedChannel other = member("other");
    gate.expel("gone");
    assertThat(gone.isOpen()).isFalse();
    assertThat(other.isOpen()).isTrue();
    assertThat(gate.stats().expelled()).isEqualTo(1);
  }

  @Test
  void closedConnectionsAreForgotten() {
    EmbeddedChannel stranger = enter("192.0.2.1");
    EmbeddedChannel member = member("node");
    stranger.close();
    member.close();
    assertThat(gate.stats().strangers() + gate.stats().members()).isZero();
    gate.recognised(member, "node");
    assertThat(gate.stats().members()).isZero();
  }

  @Test
  void limitsFollowMemoryAndFiles() {
    GateLimits large = GateLimits.standard(6L << 30, 100_000);
    assertThat(large.strangers()).isEqualTo(4096);
    assertThat(large.members()).isEqualTo(10_000);
    GateLimits small = GateLimits.standard(192L << 20, 400);
    assertThat(small.strangers() + small.waiting() + small.members()).isEqualTo(400);
    assertThat(OpenFiles.perPort(1024, 2)).isEqualTo(384);
  }

  private EmbeddedChannel member(String client) {
    EmbeddedChannel channel = enter("198.51.100." + client.charAt(0) % 100);
    gate.recognised(channel, client);
    return channel;
  }

  private EmbeddedChannel enter(String address) {
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(address, 1234);
          }
        };
    channel.freezeTime();
    gate.enter(channel);
    return channel;
  }

  private static void advance(EmbeddedChannel channel, int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
