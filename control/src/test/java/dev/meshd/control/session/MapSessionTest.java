package dev.meshd.control.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DERPRegion;
import dev.meshd.control.model.Debug;
import dev.meshd.control.model.FilterRule;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PingRequest;
import dev.meshd.control.session.NetmapChange.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MapSessionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Node SELF = Node.builder().id(1).name("self.net.").build();

  private final MapSession session = new MapSession();

  @BeforeEach
  void begin() throws MapProtocolException {
    session.onMessage(
        MapResponse.builder().node(SELF).peers(List.of(peer(2), peer(3))).build(), NOW);
  }

  @Test
  void refusesAFirstMessageWithoutOurNode() {
    assertThatThrownBy(
            () -> new MapSession().onMessage(MapResponse.builder().domain("x").build(), NOW))
        .isInstanceOf(MapProtocolException.class);
  }

  @Test
  void keepAliveChangesNothing() throws MapProtocolException {
    assertThat(
            session.onMessage(
                MapResponse.KEEP_ALIVE.toBuilder().peers(List.of(peer(9))).build(), NOW))
        .isEmpty();
  }

  @Test
  void emptyPeersMeanUnchanged() throws MapProtocolException {
    assertThat(session.onMessage(MapResponse.builder().peers(List.of()).build(), NOW)).isEmpty();
    assertThat(changed(MapResponse.builder().domain("x").build()).netmap().peers())
        .containsOnlyKeys(2L, 3L);
  }

  @Test
  void theSameAgainIsNoChange() throws MapProtocolException {
    assertThat(
            session.onMessage(
                MapResponse.builder().node(SELF).peersChanged(List.of(peer(2))).build(), NOW))
        .isEmpty();
  }

  @Test
  void removedAndChangedInOneMessageIsThere() throws MapProtocolException {
    Node renamed = peer(2).toBuilder().name("new.").build();
    var event =
        changed(
            MapResponse.builder().peersRemoved(List.of(2L)).peersChanged(List.of(renamed)).build());
    assertThat(event.change().peers()).containsExactly(new PeerDelta.Replaced(peer(2), renamed));
  }

  @Test
  void noFilterBlocksAndEmptyFilterBlocks() throws MapProtocolException {
    assertThat(changed(MapResponse.builder().domain("x").build()).netmap().filter()).isEmpty();
    assertThat(changed(filters(Map.of("base", List.of(FilterRule.ALLOW_ALL)))).netmap().filter())
        .hasSize(1);
    assertThat(changed(MapResponse.builder().packetFilter(List.of()).build()).netmap().filter())
        .isEmpty();
  }

  @Test
  void filtersArePatchedByName() throws MapProtocolException {
    changed(
        filters(Map.of("base", List.of(FilterRule.ALLOW_ALL), "b", List.of(FilterRule.ALLOW_ALL))));
    Map<String, List<FilterRule>> delete = new HashMap<>();
    delete.put("b", null);
    assertThat(changed(filters(delete)).netmap().packetFilters()).containsOnlyKeys("base");
    Map<String, List<FilterRule>> clear = new HashMap<>();
    clear.put("*", null);
    clear.put("c", List.of());
    assertThat(changed(filters(clear)).netmap().packetFilters()).containsOnlyKeys("c");
  }

  @Test
  void partialDerpMapKeepsRegions() throws MapProtocolException {
    DERPRegion region = DERPRegion.builder().regionId(5).build();
    changed(MapResponse.builder().derpMap(DERPMap.of(Map.of(5, region))).build());
    assertThat(
            session.onMessage(
                MapResponse.builder().derpMap(new DERPMap(null, null, true)).build(), NOW))
        .isEmpty();
  }

  @Test
  void askedOncePerPingUrl() throws MapProtocolException {
    MapResponse ping =
        MapResponse.KEEP_ALIVE.toBuilder()
            .pingRequest(new PingRequest("http://s/ping", false, false, "", null, null))
            .build();
    assertThat(session.onMessage(ping, NOW)).hasSize(1);
    assertThat(session.onMessage(ping, NOW)).isEmpty();
  }

  @Test
  void pauseIsCapped() throws MapProtocolException {
    var events =
        session.onMessage(MapResponse.builder().debug(new Debug(1e9, false, 3)).build(), NOW);
    assertThat(events).containsExactly(new MapEvent.Pause(MapSession.MAX_PAUSE));
  }

  @Test
  void onlyLargeClockDifferencesCount() throws MapProtocolException {
    assertThat(
            session.onMessage(MapResponse.builder().controlTime(NOW.plusSeconds(59)).build(), NOW))
        .isEmpty();
    var event = changed(MapResponse.builder().controlTime(NOW.plusSeconds(3600)).build());
    assertThat(event.netmap().serverAhead()).isEqualTo(Duration.ofHours(1));
    assertThat(event.change().parts()).containsExactly(Part.OTHER);
  }

  /** A machine that believes it is next year must not end its key today. */
  @Test
  void ourKeyExpiresByTheServersClock() throws MapProtocolException {
    Duration year = Duration.ofDays(365);
    Instant ours = NOW.plus(year);
    MapResponse message =
        MapResponse.builder()
            .node(
                changed(MapResponse.builder().controlTime(NOW.plusSeconds(3600)).build())
                    .netmap()
                    .self()
                    .toBuilder()
                    .keyExpiry(NOW.plus(Duration.ofDays(90)))
                    .build())
            .controlTime(NOW)
            .build();
    Netmap map =
        session.onMessage(message, ours).stream()
            .filter(MapEvent.NetmapChanged.class::isInstance)
            .map(event -> ((MapEvent.NetmapChanged) event).netmap())
            .findFirst()
            .orElseThrow();
    assertThat(map.serverAhead()).isEqualTo(year.negated());
    assertThat(map.selfExpired(ours)).isFalse();
    assertThat(map.selfExpired(ours.plus(Duration.ofDays(90)))).isTrue();
  }

  private MapEvent.NetmapChanged changed(MapResponse message) throws MapProtocolException {
    List<MapEvent> events = session.onMessage(message, NOW);
    assertThat(events).hasSize(1);
    return (MapEvent.NetmapChanged) events.get(0);
  }

  private static MapResponse filters(Map<String, List<FilterRule>> filters) {
    return MapResponse.builder().packetFilters(filters).build();
  }

  private static Node peer(long id) {
    return Node.builder().id(id).name("p" + id + ".").build();
  }
}
