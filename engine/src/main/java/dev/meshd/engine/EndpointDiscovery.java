package dev.meshd.engine;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.endpoint.HomeRegion;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.endpoint.LocalAddressRules;
import dev.meshd.magicsock.endpoint.OwnEndpoints;
import dev.meshd.magicsock.endpoint.RestunReason;
import dev.meshd.magicsock.endpoint.RestunSchedule;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.magicsock.netcheck.Netcheck;
import dev.meshd.magicsock.netcheck.NetcheckOutput;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import dev.meshd.magicsock.netcheck.NetcheckRequest;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunResponse;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.ObjIntConsumer;

/**
 * Finds out where this node is: its own endpoints and its home region. Runs measurements when they
 * are due, tells what changed, and calls peers with the result.
 *
 * <p>Nothing waits for a measurement to end. Local addresses are told as soon as they are known, an
 * address seen by STUN as soon as the first server answers, and a relay map of one region needs no
 * measurement to choose the home.
 *
 * <p>Owned by the engine loop.
 */
final class EndpointDiscovery {

  private final DiscoPort disco;
  private final RelayUse relays;
  private final EngineOutput out;
  private final OwnEndpoints own = new OwnEndpoints();
  private final RestunSchedule restun;
  private final HomeRegion home;
  private final Netcheck netcheck;
  private final MeasurementPort measurements = new MeasurementPort();
  private boolean controlConnected;
  private boolean hasSocket;
  private boolean hasIpv4;
  private boolean hasIpv6;
  private boolean osHasIpv6;
  private boolean endpointNews;
  private NetInfo toldNetInfo = NetInfo.unknown();

  EndpointDiscovery(EngineSettings settings, DiscoPort disco, RelayUse relays, EngineOutput out) {
    this.disco = disco;
    this.relays = relays;
    this.out = out;
    this.restun = new RestunSchedule(settings.jitter());
    this.home = new HomeRegion(settings.jitter());
    this.netcheck =
        new Netcheck(settings.random(), (region, _) -> relays.isConnected(region), measurements);
  }

  List<TypedEndpoint> endpoints() {
    return own.current();
  }

  Optional<NetcheckReport> lastReport() {
    return netcheck.lastReport();
  }

  // --- inputs; advance() follows each

  void onLocalAddresses(List<LocalAddress> interfaces, int port) {
    LocalAddressRules.Selection selection = LocalAddressRules.select(interfaces);
    boolean firstTime = !hasSocket;
    hasSocket = port != 0;
    hasIpv4 = selection.addresses().stream().anyMatch(IpAddress::isV4);
    hasIpv6 = selection.addresses().stream().anyMatch(IpAddress::isV6);
    osHasIpv6 = interfaces.stream().anyMatch(local -> local.address().isV6());
    boolean changed = own.onLocal(selection, port);
    endpointNews |= changed;
    if (changed) {
      restun.request(firstTime ? RestunReason.STARTED : RestunReason.NETWORK_CHANGED);
    }
  }

  /** With one region to choose from there is nothing to measure, and peers can find us at once. */
  void onRelayMap(long nowNs) {
    SortedSet<Integer> eligible = relays.eligibleHomes();
    boolean moved = home.onMap(eligible);
    if (home.region() == HomeRegion.NONE && eligible.size() == 1) {
      moved |= home.onMeasured(eligible.first(), eligible, controlConnected);
    }
    if (moved) {
      relays.onHome(home.region(), nowNs);
    }
    restun.request(RestunReason.RELAY_MAP_CHANGED);
  }

  void onRebind() {
    endpointNews |= own.onRebind();
    netcheck.forget();
    restun.request(RestunReason.NETWORK_CHANGED);
  }

  void onRelayLost(int region) {
    if (region == relays.home()) {
      restun.request(RestunReason.RELAY_LOST);
    }
  }

  void onControlConnected(boolean connected) {
    controlConnected = connected;
  }

  /** False if it answers no request of ours. */
  boolean onStun(byte[] datagram, long nowNs) {
    Optional<StunResponse> response =
        StunCodec.parseResponse(datagram).filter(read -> netcheck.onStunResponse(read, nowNs));
    response.ifPresent(read -> endpointNews |= own.onEarlyAnswer(read.mapped()));
    return response.isPresent();
  }

  void onResolved(String host, List<IpAddress> addresses, long nowNs) {
    netcheck.onResolved(host, addresses, nowNs);
  }

  void onHttpsMeasured(int region, boolean overIpv6, OptionalLong roundTripNs, long nowNs) {
    if (roundTripNs.isPresent()) {
      netcheck.onHttpsLatency(region, overIpv6, roundTripNs.getAsLong(), nowNs);
    } else {
      netcheck.onHttpsFailed(region, nowNs);
    }
  }

  void onDeadline(long nowNs) {
    netcheck.onDeadline(nowNs);
  }

  long nextDeadlineNs() {
    return Deadline.earlier(netcheck.nextDeadlineNs(), restun.nextDeadlineNs());
  }

  /** Counts what is held, by kind. */
  void census(ObjIntConsumer<String> counts) {
    counts.accept("own endpoints", own.size());
    counts.accept("measurement state", netcheck.size());
  }

  // --- consequences

  /**
   * Starts a measurement if one is due, takes in one that ended, and tells what changed.
   *
   * @param anyActive whether any peer is being talked to
   * @return whether own endpoints changed, so that peers are to be told
   */
  boolean advance(boolean anyActive, long nowNs) {
    if (anyActive) {
      restun.onTraffic(nowNs);
    }
    measurements.flush(nowNs);
    if (hasSocket && !relays.map().isEmpty() && restun.start(anyActive, nowNs).isPresent()) {
      netcheck.start(
          new NetcheckRequest(
              relays.map(), hasIpv4, hasIpv6, osHasIpv6, home.region(), false, false),
          nowNs);
      measurements.flush(nowNs);
    }
    tellNetInfo();
    boolean news = endpointNews;
    endpointNews = false;
    if (news) {
      out.endpointsChanged(own.current());
    }
    return news;
  }

  /** Tells a peer where we are, with what is known now; news follow when there are any. */
  void callMeMaybe(MeshPeer peer, long nowNs) {
    if (!own.isFresh(nowNs)) {
      restun.request(RestunReason.PEERING);
    }
    disco.callMeMaybe(peer, own.current().stream().map(TypedEndpoint::endpoint).toList(), nowNs);
  }

  private void onReport(NetcheckReport report, long nowNs) {
    restun.onDone(report.udp(), nowNs);
    boolean hardNat = report.mappingVariesByDestIp().orElse(false);
    endpointNews |= own.onMeasured(report.globalEndpoints(), hardNat, nowNs);
    if (home.onMeasured(report.preferredDerp(), relays.eligibleHomes(), controlConnected)) {
      relays.onHome(home.region(), nowNs);
    }
  }

  private void tellNetInfo() {
    NetInfo current =
        netcheck
            .lastReport()
            .map(report -> NetInfo.of(report, relays.announcedHome()))
            .orElse(NetInfo.unmeasured(relays.announcedHome(), osHasIpv6));
    if (current.differsFrom(toldNetInfo)) {
      toldNetInfo = current;
      out.netInfoChanged(current);
    }
  }

  /**
   * Carries netcheck's requests out. What it answers at once is kept until {@link #flush}, because
   * netcheck must not be entered from its own requests.
   */
  private final class MeasurementPort implements NetcheckOutput {

    private final List<Integer> unansweredIcmp = new ArrayList<>();
    private Optional<NetcheckReport> finished = Optional.empty();

    @Override
    public boolean sendStun(Endpoint server, byte[] request) {
      out.sendUdp(server, request);
      return true;
    }

    @Override
    public void resolve(String host) {
      out.resolve(host);
    }

    @Override
    public void measureHttps(DerpRegion region) {
      out.measureHttps(region);
    }

    /** ICMP would need a raw socket; HTTPS answers the same question. */
    @Override
    public void measureIcmp(DerpRegion region, DerpNode node) {
      unansweredIcmp.add(region.id());
    }

    @Override
    public void onReport(NetcheckReport report) {
      finished = Optional.of(report);
    }

    void flush(long nowNs) {
      List<Integer> icmp = List.copyOf(unansweredIcmp);
      unansweredIcmp.clear();
      icmp.forEach(region -> netcheck.onIcmpFailed(region, nowNs));
      Optional<NetcheckReport> report = finished;
      finished = Optional.empty();
      report.ifPresent(done -> EndpointDiscovery.this.onReport(done, nowNs));
    }
  }
}
