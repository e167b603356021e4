package dev.meshd.magicsock.path;

import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of one peer that are worth trying.
 *
 * <table>
 *   <caption>Life of a candidate</caption>
 *   <tr><th>told by</th><th>added</th><th>no longer vouched for</th></tr>
 *   <tr><td>netmap</td><td>on each update</td><td>when missing from a later update</td></tr>
 *   <tr><td>call-me-maybe</td><td>each listed address</td><td>when missing from the next one</td></tr>
 *   <tr><td>a ping</td><td>its source</td><td>45 s after the last ping or pong from it</td></tr>
 * </table>
 *
 * <p>At most {@value #MAX_CANDIDATES}; when full, newcomers are refused after the expired ones have
 * gone. Of addresses known only from pings, at most {@value #MAX_LEARNED} are kept and {@value
 * #MAX_LEARNED_PER_ADDRESS} of one IP address, and a newcomer takes the place of one that has been
 * silent for five seconds or none, so that a flood cannot push out what works. Owned by the engine
 * loop.
 */
final class CandidateTable {

  static final int MAX_CANDIDATES = 128;
  static final int MAX_LEARNED = 32;
  static final int MAX_LEARNED_PER_ADDRESS = 6;

  /** A learned address that was heard more recently keeps its place. */
  static final long SILENT_NS = 5_000_000_000L;

  private final Map<Endpoint, Candidate> byAddress = new LinkedHashMap<>();

  Collection<Candidate> all() {
    return Collections.unmodifiableCollection(byAddress.values());
  }

  int size() {
    return byAddress.size();
  }

  boolean contains(Endpoint address) {
    return byAddress.containsKey(address);
  }

  Optional<Candidate> get(Endpoint address) {
    return Optional.ofNullable(byAddress.get(address));
  }

  /** The netmap's list replaces its earlier one. Returns what is gone for good. */
  List<Endpoint> onNetmap(List<Endpoint> listed, long nowNs) {
    Set<Endpoint> kept = new HashSet<>();
    for (Endpoint address : listed) {
      if (isUsable(address)) {
        kept.add(address);
        add(address, nowNs).ifPresent(candidate -> candidate.setInNetmap(true));
      }
    }
    for (Candidate candidate : byAddress.values()) {
      if (!kept.contains(candidate.address())) {
        candidate.setInNetmap(false);
      }
    }
    return prune(nowNs);
  }

  /** A call-me-maybe replaces the earlier one; every address is to be tried afresh. */
  List<Endpoint> onCallMeMaybe(List<Endpoint> listed, long nowNs) {
    Set<Endpoint> kept = new HashSet<>();
    for (Endpoint address : listed) {
      if (isUsable(address)) {
        kept.add(address);
        add(address, nowNs).ifPresent(candidate -> candidate.setInCallMeMaybe(true));
      }
    }
    for (Candidate candidate : byAddress.values()) {
      if (!kept.contains(candidate.address())) {
        candidate.setInCallMeMaybe(false);
      }
    }
    List<Endpoint> gone = prune(nowNs);
    restartProbes();
    return gone;
  }

  /**
   * A ping of a proven sender came from {@code source}.
   *
   * @param inUse the address that carries traffic now, which is kept whatever comes
   * @return false if this very ping has been seen from there before
   */
  boolean onPing(Endpoint source, TxId txId, Optional<Endpoint> inUse, long nowNs) {
    if (!isUsable(source)) {
      return true;
    }
    if (!contains(source) && !makeRoomForLearned(source.address(), inUse, nowNs)) {
      return true;
    }
    return add(source, nowNs).map(candidate -> candidate.notePing(txId, nowNs)).orElse(true);
  }

  /**
   * A peer behind a NAT that gives each destination another port seems to have a new address with
   * every probe. Only a few are worth probing, and one that still speaks gives way to no newcomer,
   * or two such peers would multiply each other's probes without end.
   *
   * @return whether there is room for one more
   */
  private boolean makeRoomForLearned(IpAddress address, Optional<Endpoint> inUse, long nowNs) {
    List<Candidate> learned = new ArrayList<>();
    for (Candidate candidate : byAddress.values()) {
      boolean kept = inUse.filter(candidate.address()::equals).isPresent();
      if (candidate.isOnlyLearned() && !kept) {
        learned.add(candidate);
      }
    }
    long ofAddress =
        learned.stream().filter(known -> known.address().address().equals(address)).count();
    boolean crowded = ofAddress >= MAX_LEARNED_PER_ADDRESS;
    if (!crowded && learned.size() < MAX_LEARNED) {
      return true;
    }
    Optional<Candidate> silent =
        learned.stream()
            .filter(known -> !crowded || known.address().address().equals(address))
            .filter(known -> nowNs - known.lastPingFromNs() >= SILENT_NS)
            .min(Comparator.comparingLong(Candidate::lastPingFromNs));
    silent.ifPresent(oldest -> byAddress.remove(oldest.address()));
    return silent.isPresent();
  }

  /** Drops what nobody vouches for any more and returns it. */
  List<Endpoint> prune(long nowNs) {
    List<Endpoint> gone = new ArrayList<>();
    for (Candidate candidate : byAddress.values()) {
      if (!candidate.isVouchedFor(nowNs)) {
        gone.add(candidate.address());
      }
    }
    gone.forEach(byAddress::remove);
    return gone;
  }

  /** Every candidate is due at once. */
  void restartProbes() {
    for (Candidate candidate : byAddress.values()) {
      candidate.probes().restart();
    }
  }

  private Optional<Candidate> add(Endpoint address, long nowNs) {
    Candidate known = byAddress.get(address);
    if (known != null) {
      return Optional.of(known);
    }
    if (byAddress.size() >= MAX_CANDIDATES) {
      prune(nowNs);
    }
    if (byAddress.size() >= MAX_CANDIDATES) {
      return Optional.empty();
    }
    Candidate fresh = new Candidate(address);
    byAddress.put(address, fresh);
    return Optional.of(fresh);
  }

  /** Link-local IPv6 needs a zone that is not carried; the rest can never be a peer's address. */
  private static boolean isUsable(Endpoint endpoint) {
    IpAddress address = endpoint.address();
    return endpoint.port() != 0
        && !endpoint.isDerp()
        && !address.isMulticast()
        && !(address.isV6() && address.isLinkLocal());
  }
}
