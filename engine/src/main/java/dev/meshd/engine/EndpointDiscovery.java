package dev.meshd.engine;

import dev.meshd.magicsock.Deadline;
import dev.meshd.magicsock.endpoint.HomeRegion;
import dev.meshd.magicsock.endpoint.LocalAddress;
import dev.meshd.magicsock.endpoint.LocalAddressRules;
import dev.meshd.magicsock.endpoint.OwnEndpoints;
import dev.meshd.magicsock.endpoint.RestunReason;
import dev.meshd.magicsock.endpoint.RestunSchedule;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import dev.meshd.packet.Endpoint;
import java.util.List;
import java.util.SortedSet;

/**
 * Finds out where this node is: its own endpoints and its home region. Runs measurements when they
 * are due, tells what changed, and calls peers with the result.
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
  private boolean controlConnected;
  private boolean endpointNews;

  EndpointDiscovery(EngineSettings settings, DiscoPort disco, RelayUse relays, EngineOutput out) {
    this.disco = disco;
    this.relays = relays;
    this.out = out;
    this.restun = new RestunSchedule(settings.jitter());
    this.home = new HomeRegion(settings.jitter());
  }

  List<TypedEndpoint> endpoints() {
    return own.current();
  }

  void onLocalAddresses(List<LocalAddress> addresses, int port, long nowNs) {
    endpointNews |= own.onLocal(LocalAddressRules.select(addresses), port);
  }

  /** With one region to choose from there is nothing to measure, and peers can find us at once. */
  void onRelayMap(long nowNs) {
    SortedSet<Integer> eligible = relays.eligibleHomes();
    boolean moved = home.onMap(eligible);
    if (home.region() == HomeRegion.NONE && eligible.size() == 1) {
      moved |= home.onMeasured(eligible.first(), eligible, controlConnected);
    }
    if (moved) {
      tellHome(nowNs);
    }
    restun.request(RestunReason.RELAY_MAP_CHANGED);
  }

  private void tellHome(long nowNs) {
    relays.onHome(home.region(), nowNs);
    out.homeRegionChanged(home.region());
  }

  void onRebind(long nowNs) {}

  void onRelayLost(int region, long nowNs) {}

  void onControlConnected(boolean connected) {
    controlConnected = connected;
  }

  void onStun(Endpoint from, byte[] datagram, long nowNs) {}

  void onDeadline(long nowNs) {}

  long nextDeadlineNs() {
    return Deadline.NONE;
  }

  boolean advance(boolean anyActive, long nowNs) {
    boolean news = endpointNews;
    endpointNews = false;
    if (news) {
      out.endpointsChanged(own.current());
    }
    return news;
  }

  void callMeMaybe(MeshPeer peer, long nowNs) {
    if (!own.isFresh(nowNs)) {
      restun.request(RestunReason.PEERING);
    }
    disco.callMeMaybe(peer, own.current().stream().map(TypedEndpoint::endpoint).toList(), nowNs);
  }
}
