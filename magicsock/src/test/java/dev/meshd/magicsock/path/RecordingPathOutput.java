package dev.meshd.magicsock.path;

import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Keeps what a {@link PeerPaths} asked for, for a test to look at. */
final class RecordingPathOutput implements PathOutput {

  record SentPing(Endpoint to, TxId txId, long atNs) {}

  record UserPong(long userPing, Endpoint to, long latencyNs) {}

  final List<SentPing> pings = new ArrayList<>();
  final List<Long> calls = new ArrayList<>();
  final List<UserPong> userPongs = new ArrayList<>();

  @Override
  public void sendPing(Endpoint to, TxId txId, int padding, long nowNs) {
    pings.add(new SentPing(to, txId, nowNs));
  }

  @Override
  public void sendCallMeMaybe(long nowNs) {
    calls.add(nowNs);
  }

  @Override
  public void userPong(long userPing, Endpoint to, long latencyNs) {
    userPongs.add(new UserPong(userPing, to, latencyNs));
  }

  SentPing lastPingTo(Endpoint to) {
    return pingsTo(to).getLast();
  }

  List<SentPing> pingsTo(Endpoint to) {
    Predicate<SentPing> there = ping -> ping.to().equals(to);
    return pings.stream().filter(there).toList();
  }
}
