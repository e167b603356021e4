package dev.meshd.magicsock.netcheck;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunResponse;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the network: which relay is near, how the NAT maps us, which families work.
 *
 * <pre>
 * IDLE ── start ──▶ STUN ── all sets done, 3 s, or enough regions ──▶ (UDP answered?) ── yes ──▶ report, IDLE
 *                                                                          │ no
 *                                                                          ▼
 *                                   FALLBACK (HTTPS and ICMP) ── all done or 5 s after start ──▶ report, IDLE
 * </pre>
 *
 * <p>"Enough" is three regions: from the third answer on, others get as long again as the slowest
 * took, twice as long in a full measurement. A probe that could tell nothing new is not sent.
 * Answers are believed by their id, which is used up by the first. A set whose host turns out to
 * have no address in its family ends at once.
 *
 * <p>One measurement runs at a time. Memory of the last five minutes makes the next one smaller and
 * the choice of the home steady. Owned by the engine loop. Source: tailscale:
 * net/netcheck/netcheck.go.
 */
public final class Netcheck {

  private static final long STUN_PHASE_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long REPORT_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long FULL_EVERY_NS = TimeUnit.MINUTES.toNanos(5);
  private static final int ENOUGH_REGIONS = 3;

  private enum Phase {
    IDLE,
    STUN,
    FALLBACK
  }

  /** A probe that left. */
  private record Sent(RunningSet set, long atNs) {}

  private final SecureRandomSource random;
  private final NetcheckOutput output;
  private final PreferredRegion preferred;

  // Memory across measurements.
  private @Nullable NetcheckReport last;
  private long lastFullNs;

  // The running measurement.
  private Phase phase = Phase.IDLE;
  private @Nullable NetcheckRequest request;
  private boolean full;
  private long startedNs;
  private long phaseEndsNs = Deadline.NONE;
  private Findings findings = new Findings();
  private final List<RunningSet> sets = new ArrayList<>();
  private final Map<StunTxId, Sent> inFlight = new HashMap<>();
  private final Map<String, Optional<List<IpAddress>>> resolved = new HashMap<>();
  private final Set<Integer> awaitingHttps = new HashSet<>();
  private final Set<Integer> awaitingIcmp = new HashSet<>();

  public Netcheck(SecureRandomSource random, RelayContact contact, NetcheckOutput output) {
    this.random = random;
    this.output = output;
    this.preferred = new PreferredRegion(contact);
  }

  public boolean isRunning() {
    return phase != Phase.IDLE;
  }

  /** The result of the last measurement that ended. */
  public Optional<NetcheckReport> lastReport() {
    return Optional.ofNullable(last);
  }

  /** How many things are remembered or waited for. */
  public int size() {
    return sets.size()
        + inFlight.size()
        + resolved.size()
        + awaitingHttps.size()
        + awaitingIcmp.size();
  }

  /** Forgets what was measured, because the network is another: the next measurement is full. */
  public void forget() {
    last = null;
  }

  /**
   * Begins a measurement.
   *
   * @throws IllegalStateException if one is running
   */
  public void start(NetcheckRequest what, long nowNs) {
    if (phase != Phase.IDLE) {
      throw new IllegalStateException("a measurement is running");
    }
    startedNs = nowNs;
    findings = new Findings();
    NetcheckReport before = last;
    int home = what.home() != 0 || before == null ? what.home() : before.preferredDerp();
    NetcheckRequest running = what.withHome(home);
    request = running;
    full = what.full() || before == null || nowNs - lastFullNs >= FULL_EVERY_NS;
    phase = Phase.STUN;
    phaseEndsNs = nowNs + STUN_PHASE_NS;
    if (!what.onlyTcp443()) {
      ProbePlan plan =
          full || before == null ? ProbePlan.full(running) : ProbePlan.incremental(running, before);
      plan.sets().forEach(set -> sets.add(new RunningSet(set)));
      sets.forEach(RunningSet::resolveHosts);
    }
    onDeadline(nowNs);
  }

  /** An answer arrived on the data path's socket. Returns false if it answers nothing of ours. */
  public boolean onStunResponse(StunResponse response, long nowNs) {
    Sent sent = inFlight.remove(response.id());
    if (sent == null || phase != Phase.STUN) {
      return sent != null;
    }
    int before = findings.latencyNs.size();
    findings.onStun(
        sent.set.plan.region().id(), sent.set.plan.ipv6(), nowNs - sent.atNs, response.mapped());
    sent.set.done = true;
    if (before < ENOUGH_REGIONS && findings.latencyNs.size() == ENOUGH_REGIONS) {
      long graceNs = findings.slowestNs() * (full ? 2 : 1);
      phaseEndsNs = Deadline.earlier(phaseEndsNs, nowNs + graceNs);
    }
    onDeadline(nowNs);
    return true;
  }

  /**
   * The host asked for by {@link NetcheckOutput#resolve} was looked up; an empty list means it has
   * no address.
   */
  public void onResolved(String host, List<IpAddress> addresses, long nowNs) {
    if (phase == Phase.STUN) {
      resolved.put(host, Optional.of(List.copyOf(addresses)));
      onDeadline(nowNs);
    }
  }

  /** The region asked for by {@link NetcheckOutput#measureHttps} answered after {@code rttNs}. */
  public void onHttpsLatency(int region, boolean overIpv6, long rttNs, long nowNs) {
    if (phase == Phase.FALLBACK && awaitingHttps.remove(region)) {
      findings.onHttps(region, overIpv6, rttNs);
      onDeadline(nowNs);
    }
  }

  /** The region asked for by {@link NetcheckOutput#measureHttps} did not answer. */
  public void onHttpsFailed(int region, long nowNs) {
    if (phase == Phase.FALLBACK && awaitingHttps.remove(region)) {
      onDeadline(nowNs);
    }
  }

  /** The region asked for by {@link NetcheckOutput#measureIcmp} answered after {@code rttNs}. */
  public void onIcmpLatency(int region, long rttNs, long nowNs) {
    if (phase == Phase.FALLBACK && awaitingIcmp.remove(region)) {
      findings.onIcmp(region, rttNs);
      onDeadline(nowNs);
    }
  }

  /**
   * The region asked for by {@link NetcheckOutput#measureIcmp} did not answer, or the system
   * forbids asking.
   */
  public void onIcmpFailed(int region, long nowNs) {
    if (phase == Phase.FALLBACK && awaitingIcmp.remove(region)) {
      onDeadline(nowNs);
    }
  }

  /** When {@link #onDeadline} wants to be called, or {@link Deadline#NONE}. */
  public long nextDeadlineNs() {
    long next = phaseEndsNs;
    for (RunningSet set : sets) {
      next = Deadline.earlier(next, set.nextDeadlineNs());
    }
    return next;
  }

  /** Sends what is due and moves on when a phase is over. */
  public void onDeadline(long nowNs) {
    if (phase == Phase.STUN) {
      sets.forEach(set -> set.sendDue(nowNs));
      if (Deadline.reached(phaseEndsNs, nowNs) || sets.stream().allMatch(set -> set.done)) {
        endStunPhase();
      }
    }
    if (phase == Phase.FALLBACK) {
      boolean done = awaitingHttps.isEmpty() && awaitingIcmp.isEmpty();
      if (done || Deadline.reached(phaseEndsNs, nowNs)) {
        finish(nowNs);
      }
    }
  }

  private void endStunPhase() {
    sets.clear();
    inFlight.clear();
    resolved.clear();
    phase = Phase.FALLBACK;
    phaseEndsNs = startedNs + REPORT_LIMIT_NS;
    if (findings.hasUdp() || request == null) {
      return;
    }
    List<DerpRegion> unmeasured =
        request.map().regions().values().stream()
            .filter(region -> !region.avoid() && !region.noMeasureNoHome())
            .filter(region -> !region.relays().isEmpty())
            .toList();
    boolean icmp = !request.onlyTcp443() && request.hostHasIpv4();
    for (DerpRegion region : unmeasured) {
      awaitingHttps.add(region.id());
      DerpNode first = region.nodes().getFirst();
      if (icmp && first.stunServicePort().isPresent() && !first.ipv4Disabled()) {
        awaitingIcmp.add(region.id());
        output.measureIcmp(region, first);
      }
      output.measureHttps(region);
    }
  }

  private void finish(long nowNs) {
    NetcheckRequest done = request;
    if (done == null) {
      return;
    }
    int proposed =
        preferred.choose(
            findings.latencyNs, done.map().regionScore(), done.home(), startedNs, nowNs);
    NetcheckReport report = findings.report(full, done.osHasIpv6(), proposed);
    last = report;
    if (full) {
      lastFullNs = startedNs;
    }
    phase = Phase.IDLE;
    phaseEndsNs = Deadline.NONE;
    request = null;
    awaitingHttps.clear();
    awaitingIcmp.clear();
    output.onReport(report);
  }

  /** One probe set under way. */
  private final class RunningSet {
    private final ProbePlan.ProbeSet plan;
    private int next;
    private int sent;
    private boolean awaitingAddress;
    private boolean done;

    RunningSet(ProbePlan.ProbeSet plan) {
      this.plan = plan;
    }

    long nextDeadlineNs() {
      boolean nothingToSend = done || awaitingAddress || next == plan.probes().size();
      return nothingToSend ? Deadline.NONE : startedNs + plan.probes().get(next).delayNs();
    }

    /** Asks for every host whose address the map does not tell. */
    void resolveHosts() {
      for (ProbePlan.Probe probe : plan.probes()) {
        String host = probe.node().hostName();
        if (addressInMap(probe.node()).isEmpty()
            && resolved.putIfAbsent(host, Optional.empty()) == null) {
          output.resolve(host);
        }
      }
    }

    void sendDue(long nowNs) {
      while (!done
          && next < plan.probes().size()
          && startedNs + plan.probes().get(next).delayNs() <= nowNs) {
        if (!findings.wouldLearnFrom(plan.region().id(), plan.ipv6())) {
          done = true;
          return;
        }
        DerpNode node = plan.probes().get(next).node();
        Optional<List<IpAddress>> candidates = candidates(node);
        awaitingAddress = candidates.isEmpty();
        if (awaitingAddress) {
          return;
        }
        next++;
        candidates.get().stream()
            .filter(address -> address.isV6() == plan.ipv6())
            .findFirst()
            .ifPresent(address -> send(node, address, nowNs));
        // With nothing on its way, waiting for the rest of the phase would be in vain.
        done = sent == 0 && next == plan.probes().size();
      }
    }

    private void send(DerpNode node, IpAddress address, long nowNs) {
      StunTxId id = StunTxId.random(random);
      Endpoint server = Endpoint.of(address, node.stunServicePort().orElseThrow());
      if (output.sendStun(server, StunCodec.request(id))) {
        inFlight.put(id, new Sent(this, nowNs));
        sent++;
        findings.onSent(plan.ipv6());
      }
    }

    /** Empty while the look-up is under way. */
    private Optional<List<IpAddress>> candidates(DerpNode node) {
      Optional<IpAddress> known = addressInMap(node);
      return known.isPresent()
          ? Optional.of(List.of(known.get()))
          : resolved.getOrDefault(node.hostName(), Optional.of(List.of()));
    }

    private Optional<IpAddress> addressInMap(DerpNode node) {
      Optional<InetAddress> literal =
          node.stunTestLiteral()
              .or(() -> plan.ipv6() ? node.ipv6Literal() : node.ipv4Literal())
              .or(node::hostLiteral);
      return literal.map(IpAddress::of);
    }
  }
}
