package dev.meshd.magicsock.path;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * All ways to one peer: what is known, what is being tried, and what is used.
 *
 * <pre>
 * IDLE      nothing sent for 45 s: no timers but those of pings under way
 * PROBING   active, no path: traffic by relay, candidates probed, the peer called
 * ACTIVE    active, path trusted: traffic on it alone, heartbeat every 3 s
 * DOUBTED   active, path not trusted: traffic on it and by relay, probing as in PROBING
 * </pre>
 *
 * IDLE leaves by {@link #onTraffic}; the other three follow from {@link TrustedPath}. An incoming
 * call-me-maybe makes an idle peer probe for a few seconds without becoming active, so that the
 * caller's NAT is met half-way.
 *
 * <p>Unlike the reference, a ping from the peer makes us ping back (paced, and only while we probe
 * anyway): it shows that the way is open now, which is the moment to use it.
 *
 * <p>Owned by the engine loop. Every input may call the output before it returns. After any input,
 * {@link #bestAddress}, {@link #isTrusted} and {@link #nextDeadlineNs} may have changed.
 */
public final class PeerPaths {

  /** How long an idle node goes on probing after the peer called. */
  private static final long INVITED_NS = PathTimings.PING_TIMEOUT_NS;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final SecureRandomSource random;
  private final CandidateTable candidates = new CandidateTable();
  private final OutstandingPings outstanding = new OutstandingPings();
  private final TrustedPath path = new TrustedPath();
  private final CallMeMaybePacer calls = new CallMeMaybePacer();

  private boolean active;
  private long lastSentNs = NEVER;
  private long invitedUntilNs = NEVER;
  private long nextHeartbeatNs = Deadline.NONE;
  private long lastUpgradeProbeNs = NEVER;

  private boolean wasTrusted;

  public PeerPaths(SecureRandomSource random) {
    this.random = random;
  }

  // --- inputs

  /** The netmap's addresses for the peer, in full. */
  public void onNetmap(List<Endpoint> endpoints, long nowNs, PathOutput out) {
    forget(candidates.onNetmap(endpoints, nowNs));
    doubtUnlisted(endpoints, nowNs);
    advance(nowNs, out);
  }

  /**
   * A packet was sent to the peer, by the data path or as a handshake.
   *
   * @param sentNs when; may lie before {@code nowNs}
   */
  public void onTraffic(long sentNs, long nowNs, PathOutput out) {
    lastSentNs = Math.max(lastSentNs, sentNs);
    if (!active && isRecentlySent(nowNs)) {
      active = true;
      nextHeartbeatNs = nowNs + PathTimings.HEARTBEAT_NS;
      calls.restart();
      if (!path.isTrusted(nowNs)) {
        candidates.restartProbes();
      }
      advance(nowNs, out);
    }
  }

  /** Notes a later sending time without consequences, for the next decision on idleness. */
  public void noteSent(long sentNs) {
    lastSentNs = Math.max(lastSentNs, sentNs);
  }

  /**
   * An authentic ping came over UDP.
   *
   * @return whether to answer; false for a second copy of the same ping
   */
  public boolean onPing(Endpoint from, TxId txId, long nowNs, PathOutput out) {
    if (!candidates.onPing(from, txId, bestAddress(), nowNs)) {
      return false;
    }
    if (!path.isTrustedDirect(nowNs)) {
      candidates.get(from).ifPresent(candidate -> candidate.probes().hint(nowNs));
    }
    advance(nowNs, out);
    return true;
  }

  /**
   * An authentic pong arrived.
   *
   * @param overUdp false when the relay brought it, which proves nothing about a direct path
   * @return whether it answers a ping that waits for one
   */
  public boolean onPong(TxId txId, boolean overUdp, long nowNs, PathOutput out) {
    Optional<OutstandingPings.Sent> answered = outstanding.take(txId);
    answered.ifPresent(sent -> onAnswer(sent, overUdp, nowNs, out));
    advance(nowNs, out);
    return answered.isPresent();
  }

  private void onAnswer(OutstandingPings.Sent sent, boolean overUdp, long nowNs, PathOutput out) {
    long latencyNs = nowNs - sent.sentNs();
    Optional<Candidate> candidate = candidates.get(sent.to());
    if (overUdp && !sent.to().isDerp() && candidate.isEmpty()) {
      return; // withdrawn since
    }
    if (sent.userPing() != 0) {
      out.userPong(sent.userPing(), sent.to(), latencyNs);
    }
    if (overUdp && candidate.isPresent()) {
      candidate.get().probes().onAnswered(nowNs);
      candidate.get().noteAnswer(nowNs);
      path.onPong(PathQuality.direct(sent.to(), latencyNs), nowNs);
    }
  }

  /** The peer told its addresses and asks to be pinged at all of them. */
  public void onCallMeMaybe(List<Endpoint> endpoints, long nowNs, PathOutput out) {
    forget(candidates.onCallMeMaybe(endpoints, nowNs));
    doubtUnlisted(endpoints, nowNs);
    invitedUntilNs = nowNs + INVITED_NS;
    advance(nowNs, out);
  }

  /** Our own addresses or the relay to the peer changed: tell it while it matters. */
  public void onOwnNews(long nowNs, PathOutput out) {
    calls.onNews();
    advance(nowNs, out);
  }

  /** The local network or the sockets changed: nothing that worked before is believed. */
  public void onRebind(long nowNs, PathOutput out) {
    path.clear();
    outstanding.clear();
    candidates.restartProbes();
    calls.restart();
    advance(nowNs, out);
  }

  /**
   * The peer restarted or its disco key changed: pings under way will never be answered, and where
   * it can be reached was proved by its former life.
   */
  public void onPeerRestart(long nowNs, PathOutput out) {
    outstanding.clear();
    path.doubt(nowNs);
    candidates.restartProbes();
    calls.restart();
    advance(nowNs, out);
  }

  /** The system refuses to send to this address (no route, host unreachable). */
  public void onUnreachable(Endpoint address, long nowNs, PathOutput out) {
    path.forget(address);
    advance(nowNs, out);
  }

  /**
   * Pings on a user's behalf: the trusted direct path alone, or else every candidate and the relay.
   *
   * @param userPing non-zero; comes back in {@link PathOutput#userPong}
   * @param relayRegion the region that reaches the peer, 0 for none
   * @param padding zero bytes to append to each ping
   */
  public void userPing(long userPing, int relayRegion, int padding, long nowNs, PathOutput out) {
    if (path.isTrustedDirect(nowNs)) {
      Endpoint best = path.best().orElseThrow().address();
      ping(best, userPing, padding, nowNs, out);
    } else {
      if (relayRegion != 0) {
        ping(Endpoint.derp(relayRegion), userPing, padding, nowNs, out);
      }
      for (Candidate candidate : List.copyOf(candidates.all())) {
        candidate.probes().onSent(nowNs);
        ping(candidate.address(), userPing, padding, nowNs, out);
      }
    }
    onTraffic(nowNs, nowNs, out);
  }

  /** Runs whatever is due. Harmless when called early or late. */
  public void onDeadline(long nowNs, PathOutput out) {
    for (OutstandingPings.Sent sent : outstanding.takeExpired(nowNs)) {
      path.onPingTimeout(sent.to(), nowNs);
    }
    if (active && !isRecentlySent(nowNs)) {
      active = false;
      nextHeartbeatNs = Deadline.NONE;
    }
    if (Deadline.reached(nextHeartbeatNs, nowNs)) {
      nextHeartbeatNs = nowNs + PathTimings.HEARTBEAT_NS;
      forget(candidates.prune(nowNs));
      path.best().ifPresent(best -> ping(best.address(), 0, 0, nowNs, out));
    }
    advance(nowNs, out);
  }

  // --- facts

  /** The address to send to, trusted or not. */
  public Optional<Endpoint> bestAddress() {
    return path.best().map(PathQuality::address);
  }

  /** Whether {@link #bestAddress} carries traffic without a copy by relay. */
  public boolean isTrusted(long nowNs) {
    return path.isTrusted(nowNs);
  }

  /** Round trip of the best path in nanoseconds, 0 if there is none. */
  public long latencyNs() {
    return path.best().map(PathQuality::latencyNs).orElse(0L);
  }

  /** Counts what is held, by kind. */
  public void census(ObjIntConsumer<String> counts) {
    counts.accept("candidates", candidates.size());
    counts.accept("pings under way", outstanding.size());
  }

  /** Whether something was sent to the peer within the last 45 s. */
  public boolean isActive() {
    return active;
  }

  /**
   * When {@link #onDeadline} is to be called, or {@link Deadline#NONE}. Never before {@code nowNs}.
   */
  public long nextDeadlineNs(long nowNs) {
    long next = Deadline.earlier(outstanding.nextExpiryNs(), path.expiryNs(nowNs));
    next = Deadline.earlier(next, nextHeartbeatNs);
    if (wantsProbes(nowNs)) {
      boolean burstsOnly = path.isTrustedDirect(nowNs);
      for (Candidate candidate : candidates.all()) {
        if (!burstsOnly || candidate.probes().inBurst()) {
          next = Deadline.earlier(next, candidate.probes().dueNs());
        }
      }
    }
    if (wantsCall(nowNs)) {
      next = Deadline.earlier(next, calls.dueNs());
    }
    return Math.max(next, nowNs);
  }

  // --- decisions

  private void advance(long nowNs, PathOutput out) {
    noteTrust(nowNs);
    if (wantsProbes(nowNs)) {
      probe(nowNs, out);
    }
    if (wantsCall(nowNs) && calls.isDue(nowNs)) {
      calls.onSent(nowNs);
      out.sendCallMeMaybe(nowNs);
    }
  }

  /** Pings what is due: everything while there is no direct path, unfinished bursts afterwards. */
  private void probe(long nowNs, PathOutput out) {
    boolean direct = path.isTrustedDirect(nowNs);
    boolean upgrade = direct && wantsUpgrade(nowNs);
    if (upgrade || !direct) {
      lastUpgradeProbeNs = nowNs;
    }
    for (Candidate candidate : List.copyOf(candidates.all())) {
      ProbeSchedule probes = candidate.probes();
      boolean wanted = !direct || upgrade || probes.inBurst();
      if (wanted && probes.isDue(nowNs)) {
        probes.onSent(nowNs);
        ping(candidate.address(), 0, 0, nowNs, out);
      }
    }
  }

  private boolean wantsProbes(long nowNs) {
    return active || nowNs < invitedUntilNs;
  }

  private boolean wantsCall(long nowNs) {
    return active && (calls.hasNews() || !path.isTrustedDirect(nowNs));
  }

  private boolean wantsUpgrade(long nowNs) {
    return latencyNs() > PathTimings.GOOD_ENOUGH_NS
        && nowNs - lastUpgradeProbeNs >= PathTimings.UPGRADE_INTERVAL_NS;
  }

  private boolean isRecentlySent(long nowNs) {
    return nowNs - lastSentNs < PathTimings.SESSION_ACTIVE_NS;
  }

  private void ping(Endpoint to, long userPing, int padding, long nowNs, PathOutput out) {
    TxId txId = TxId.random(random);
    outstanding.add(txId, new OutstandingPings.Sent(to, nowNs, userPing));
    out.sendPing(to, txId, padding, nowNs);
  }

  private void forget(List<Endpoint> gone) {
    gone.forEach(path::forget);
  }

  /**
   * A peer that no longer names the address in use has probably moved, and packets would be lost
   * until trust runs out by itself. Ports do not count: those of a hard NAT are never named.
   */
  private void doubtUnlisted(List<Endpoint> told, long nowNs) {
    Optional<Endpoint> best = bestAddress();
    if (best.isPresent() && !told.isEmpty()) {
      IpAddress inUse = best.get().address();
      if (told.stream().noneMatch(endpoint -> endpoint.address().equals(inUse))) {
        outstanding.forget(best.get());
        path.doubt(nowNs);
      }
    }
  }

  /** A path that went quiet is worth the same eagerness as a new conversation. */
  private void noteTrust(long nowNs) {
    boolean trusted = path.isTrusted(nowNs);
    if (wasTrusted && !trusted) {
      candidates.restartProbes();
      calls.restart();
    }
    wasTrusted = trusted;
  }
}
