package dev.meshd.magicsock.path;

import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * One address at which a peer might be reached, and who told us of it. It lives while anyone still
 * vouches for it: the netmap, the peer's last call-me-maybe, or a recent ping from the address.
 *
 * <p>Owned by the engine loop.
 */
final class Candidate {

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Endpoint address;
  private final ProbeSchedule probes = new ProbeSchedule();
  private boolean inNetmap;
  private boolean inCallMeMaybe;
  private long lastPingFromNs = NEVER;
  private @Nullable TxId lastTxFrom;

  Candidate(Endpoint address) {
    this.address = address;
  }

  Endpoint address() {
    return address;
  }

  ProbeSchedule probes() {
    return probes;
  }

  void setInNetmap(boolean inNetmap) {
    this.inNetmap = inNetmap;
  }

  void setInCallMeMaybe(boolean inCallMeMaybe) {
    this.inCallMeMaybe = inCallMeMaybe;
  }

  /**
   * Notes a ping from this address.
   *
   * @return false if it is the same ping again, delivered twice
   */
  boolean notePing(TxId txId, long nowNs) {
    if (txId.equals(lastTxFrom)) {
      return false;
    }
    lastTxFrom = txId;
    lastPingFromNs = nowNs;
    return true;
  }

  /** An answer from an address that was learned from a ping counts as another ping from it. */
  void noteAnswer(long nowNs) {
    if (lastPingFromNs != NEVER) {
      lastPingFromNs = nowNs;
    }
  }

  /** Whether nobody but pings from the address speaks for it. */
  boolean isOnlyLearned() {
    return !inNetmap && !inCallMeMaybe;
  }

  long lastPingFromNs() {
    return lastPingFromNs;
  }

  boolean isVouchedFor(long nowNs) {
    return inNetmap || inCallMeMaybe || nowNs - lastPingFromNs <= PathTimings.LEARNED_CANDIDATE_NS;
  }
}
