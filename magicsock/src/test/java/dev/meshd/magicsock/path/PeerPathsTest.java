package dev.meshd.magicsock.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerPathsTest {

  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;
  private static final Endpoint LAN = Endpoint.parse("192.168.1.2:41641");
  private static final Endpoint WAN = Endpoint.parse("203.0.113.9:41641");
  private static final Endpoint SURPRISE = Endpoint.parse("203.0.113.9:50000");

  private final RecordingPathOutput out = new RecordingPathOutput();
  private final PeerPaths paths = new PeerPaths(SecureRandomSource.system());
  private long now = 1_000 * SECOND;

  @Test
  void staysQuietUntilSomethingIsSent() {
    paths.onNetmap(List.of(LAN, WAN), now, out);
    assertThat(out.pings).isEmpty();
    assertThat(out.calls).isEmpty();
    assertThat(paths.nextDeadlineNs(now)).isEqualTo(Deadline.NONE);
  }

  @Test
  void firstPacketProbesEverythingAndCallsThePeerAtOnce() {
    start();
    assertThat(out.pings).extracting(RecordingPathOutput.SentPing::to).containsExactly(LAN, WAN);
    assertThat(out.calls).containsExactly(now);
  }

  @Test
  void callsAPeerOfWhichNoAddressIsKnown() {
    paths.onTraffic(now, now, out);
    assertThat(out.calls).hasSize(1);
  }

  @Test
  void repeatsUnansweredProbesInABurstThenEveryFiveSeconds() {
    start();
    runFor(12 * SECOND);
    long began = out.pingsTo(WAN).getFirst().atNs();
    assertThat(out.pingsTo(WAN).stream().map(ping -> (ping.atNs() - began) / MS))
        .containsExactly(0L, 250L, 750L, 2_000L, 7_000L, 12_000L);
  }

  @Test
  void adoptsTheAddressThatWasPinged() {
    start();
    now += 20 * MS;
    answer(WAN);
    assertThat(paths.bestAddress()).contains(WAN);
    assertThat(paths.isTrusted(now)).isTrue();
    assertThat(paths.latencyNs()).isEqualTo(20 * MS);
  }

  @Test
  void prefersTheLanToTheWayAroundTheRouter() {
    start();
    now += 5 * MS;
    answer(WAN);
    answer(LAN);
    assertThat(paths.bestAddress()).contains(LAN);
  }

  @Test
  void aPongByRelayProvesNoDirectPath() {
    start();
    paths.onPong(out.lastPingTo(WAN).txId(), false, now, out);
    assertThat(paths.bestAddress()).isEmpty();
  }

  @Test
  void countsAPongOnce() {
    start();
    TxId txId = out.lastPingTo(WAN).txId();
    paths.onPong(txId, true, now, out);
    paths.onRebind(now, out);
    paths.onPong(txId, true, now, out);
    assertThat(paths.bestAddress()).isEmpty();
  }

  @Test
  void ignoresAPongToAWithdrawnAddress() {
    start();
    TxId txId = out.lastPingTo(WAN).txId();
    paths.onNetmap(List.of(LAN), now, out);
    paths.onPong(txId, true, now, out);
    assertThat(paths.bestAddress()).isEmpty();
  }

  @Test
  void heartbeatsKeepThePathTrusted() {
    start();
    answer(WAN);
    for (int i = 0; i < 10; i++) {
      paths.noteSent(now);
      runFor(3 * SECOND);
      answer(WAN);
      assertThat(paths.isTrusted(now)).isTrue();
    }
    assertThat(out.pingsTo(WAN).size()).isLessThan(20);
  }

  @Test
  void doubtsASilentPathAndThenGivesItUp() {
    start();
    answer(WAN);
    runFor(6 * SECOND);
    assertThat(paths.isTrusted(now)).isTrue();
    runFor(SECOND);
    assertThat(paths.isTrusted(now)).isFalse();
    assertThat(paths.bestAddress()).contains(WAN);
    runFor(5 * SECOND);
    assertThat(paths.bestAddress()).isEmpty();
  }

  @Test
  void aDoubtedPathYieldsToAnyThatAnswers() {
    start();
    answer(LAN);
    runFor(7 * SECOND);
    answer(WAN);
    assertThat(paths.bestAddress()).contains(WAN);
    assertThat(paths.isTrusted(now)).isTrue();
  }

  @Test
  void callMeMaybeIsAnsweredByPingsAndNotByACall() {
    paths.onCallMeMaybe(List.of(WAN), now, out);
    assertThat(out.pings).hasSize(1);
    assertThat(out.calls).isEmpty();
    runFor(60 * SECOND);
    assertThat(out.pings).hasSizeLessThan(6);
    assertThat(paths.nextDeadlineNs(now)).isEqualTo(Deadline.NONE);
  }

  @Test
  void callMeMaybeWithdrawsWhatTheLastOneSaid() {
    paths.onCallMeMaybe(List.of(WAN), now, out);
    answer(WAN);
    paths.onCallMeMaybe(List.of(LAN), now, out);
    assertThat(paths.bestAddress()).isEmpty();
  }

  @Test
  void aPingFromAnUnknownAddressMakesItACandidateAtOnce() {
    start();
    assertThat(paths.onPing(SURPRISE, tx(1), now, out)).isTrue();
    assertThat(out.pingsTo(SURPRISE)).hasSize(1);
    answer(SURPRISE);
    assertThat(paths.bestAddress()).contains(SURPRISE);
  }

  @Test
  void aPingAloneNeverMovesAPath() {
    start();
    answer(WAN);
    paths.onPing(SURPRISE, tx(1), now, out);
    assertThat(paths.bestAddress()).contains(WAN);
  }

  @Test
  void answersEachPingOnce() {
    assertThat(paths.onPing(WAN, tx(1), now, out)).isTrue();
    assertThat(paths.onPing(WAN, tx(1), now, out)).isFalse();
    assertThat(paths.onPing(WAN, tx(2), now, out)).isTrue();
  }

  @Test
  void forgetsALearnedAddressAfterAWhile() {
    paths.onTraffic(now, now, out);
    paths.onPing(SURPRISE, tx(1), now, out);
    for (int i = 0; i < 20; i++) {
      paths.noteSent(now);
      runFor(3 * SECOND);
    }
    int before = out.pingsTo(SURPRISE).size();
    paths.noteSent(now);
    runFor(20 * SECOND);
    assertThat(out.pingsTo(SURPRISE)).hasSize(before);
  }

  @Test
  void keepsALearnedAddressThatStillAnswers() {
    paths.onTraffic(now, now, out);
    paths.onPing(SURPRISE, tx(1), now, out);
    answer(SURPRISE);
    for (int i = 0; i < 30; i++) {
      paths.noteSent(now);
      runFor(3 * SECOND);
      answer(SURPRISE);
      assertThat(paths.bestAddress()).contains(SURPRISE);
    }
  }

  @Test
  void probesNewNetmapAddressesDuringAConversation() {
    start();
    paths.onNetmap(List.of(LAN, WAN, SURPRISE), now, out);
    assertThat(out.pingsTo(SURPRISE)).hasSize(1);
  }

  @Test
  void twoHardNatsDoNotMultiplyEachOthersProbes() {
    paths.onTraffic(now, now, out);
    for (int port = 1; port <= 500; port++) { // each ping of ours is seen to come from a new port
      paths.onPing(Endpoint.parse("203.0.113.9:" + (20_000 + port)), tx(port), now, out);
      runFor(10 * MS);
    }
    assertThat(out.pings).hasSizeLessThanOrEqualTo(CandidateTable.MAX_LEARNED_PER_ADDRESS * 5);
  }

  @Test
  void anAddressThatThePeerNoLongerNamesIsDoubtedAtOnce() {
    start();
    answer(WAN);
    out.pings.clear();
    Endpoint elsewhere = Endpoint.parse("198.51.100.7:41641");
    paths.onCallMeMaybe(List.of(elsewhere), now, out);
    assertThat(paths.isTrusted(now)).isFalse();
    assertThat(out.pings).extracting(RecordingPathOutput.SentPing::to).contains(elsewhere, WAN);
  }

  @Test
  void aPongFromBeforeThePeerMovedRestoresNoTrust() {
    start();
    answer(WAN);
    now += 3 * SECOND;
    paths.onDeadline(now, out); // a heartbeat is under way when the peer moves
    TxId heartbeat = out.pingsTo(WAN).getLast().txId();
    paths.onNetmap(List.of(Endpoint.parse("198.51.100.7:41641")), now, out);
    paths.onPong(heartbeat, true, now + MS, out);
    assertThat(paths.isTrusted(now + MS)).isFalse();
  }

  @Test
  void aPortThatThePeerNeverNamesIsTrusted() {
    paths.onTraffic(now, now, out);
    paths.onPing(SURPRISE, tx(1), now, out);
    answer(SURPRISE);
    paths.onCallMeMaybe(List.of(LAN, WAN), now, out);
    assertThat(paths.isTrusted(now)).isTrue();
  }

  @Test
  void aRestartedPeerIsTrustedOnlyAfterAnAnswer() {
    start();
    answer(WAN);
    paths.onPeerRestart(now, out);
    assertThat(paths.isTrusted(now)).isFalse();
    assertThat(paths.bestAddress()).contains(WAN);
  }

  @Test
  void goesIdleAfterFortyFiveSecondsAndKeepsThePath() {
    start();
    answer(WAN);
    for (int i = 0; i < 14; i++) {
      runFor(3 * SECOND);
      answer(WAN);
    }
    runFor(4 * SECOND);
    assertThat(paths.isActive()).isFalse();
    assertThat(paths.bestAddress()).contains(WAN);
    runFor(30 * SECOND);
    int before = out.pings.size();
    runFor(60 * SECOND);
    assertThat(out.pings).hasSize(before);
    assertThat(paths.nextDeadlineNs(now)).isEqualTo(Deadline.NONE);
  }

  @Test
  void rebindForgetsThePathAndTriesEverythingAgain() {
    start();
    answer(WAN);
    now += SECOND;
    int before = out.pings.size();
    paths.onRebind(now, out);
    assertThat(paths.bestAddress()).isEmpty();
    assertThat(out.pings.size()).isGreaterThan(before);
    assertThat(out.calls).hasSize(2);
  }

  @Test
  void userPingGoesByRelayAndToEveryAddressUntilOneIsDirect() {
    paths.onNetmap(List.of(LAN, WAN), now, out);
    paths.userPing(7, 1, 0, now, out);
    assertThat(out.pings)
        .extracting(RecordingPathOutput.SentPing::to)
        .contains(Endpoint.derp(1), LAN, WAN);
    now += 30 * MS;
    paths.onPong(out.lastPingTo(Endpoint.derp(1)).txId(), false, now, out);
    assertThat(out.userPongs)
        .containsExactly(new RecordingPathOutput.UserPong(7, Endpoint.derp(1), 30 * MS));
    answer(WAN);
    out.pings.clear();
    paths.userPing(8, 1, 0, now, out);
    assertThat(out.pings).extracting(RecordingPathOutput.SentPing::to).containsExactly(WAN);
  }

  @Test
  void probesOnlyTheLatestOfManyPortsOfOneAddress() {
    paths.onTraffic(now, now, out);
    for (int i = 0; i < 1_000; i++) {
      now += MS;
      paths.onPing(Endpoint.parse("198.51.100.1:" + (1_000 + i)), tx(i), now, out);
    }
    out.pings.clear();
    runFor(250 * MS);
    assertThat(out.pings)
        .extracting(ping -> ping.to().port())
        .allSatisfy(port -> assertThat(port).isGreaterThanOrEqualTo(1_994));
  }

  @Test
  void aFloodOfPingsPushesOutNeitherThePathNorWhatTheNetmapTold() {
    start();
    paths.onPing(SURPRISE, tx(-1), now, out);
    answer(SURPRISE);
    for (int i = 0; i < 1_000; i++) {
      now += MS;
      paths.onPing(Endpoint.parse("198.51." + i % 200 + ".1:" + (1_000 + i)), tx(i), now, out);
    }
    assertThat(paths.bestAddress()).contains(SURPRISE);
    out.pings.clear();
    paths.onRebind(now, out);
    assertThat(out.pings).hasSizeLessThanOrEqualTo(CandidateTable.MAX_LEARNED + 4);
    assertThat(out.pings).extracting(RecordingPathOutput.SentPing::to).contains(LAN, WAN, SURPRISE);
  }

  @Test
  void tellsNewAddressesEvenOverADirectPath() {
    start();
    answer(WAN);
    now += SECOND;
    paths.onOwnNews(now, out);
    assertThat(out.calls).hasSize(2);
    runFor(2 * SECOND);
    assertThat(out.calls).hasSize(2);
  }

  @Test
  void neverAsksToBeWokenInThePast() {
    start();
    answer(WAN);
    for (int i = 0; i < 2_000; i++) {
      long next = paths.nextDeadlineNs(now);
      assertThat(next).isGreaterThan(now);
      if (next == Deadline.NONE) {
        return;
      }
      now = next;
      paths.onDeadline(now, out);
    }
    throw new AssertionError("still busy at " + now);
  }

  private void start() {
    paths.onNetmap(List.of(LAN, WAN), now, out);
    paths.onTraffic(now, now, out);
  }

  private void answer(Endpoint address) {
    paths.onPong(out.lastPingTo(address).txId(), true, now, out);
  }

  private void runFor(long spanNs) {
    long end = now + spanNs;
    while (paths.nextDeadlineNs(now) <= end) {
      now = paths.nextDeadlineNs(now);
      paths.onDeadline(now, out);
    }
    now = end;
  }

  private static TxId tx(int n) {
    return new TxId(n, n);
  }
}
