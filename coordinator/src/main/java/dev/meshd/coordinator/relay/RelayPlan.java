package dev.meshd.coordinator.relay;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DERPNode;
import dev.meshd.control.model.DERPRegion;
import dev.meshd.coordinator.config.AdvertisedAddress;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.packet.IpAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where clients find the relay. Immutable.
 *
 * @param host name or address literal: what clients dial, and the name of the certificate
 * @param ipv4 literal, empty for "resolve {@code host}", or {@code none}
 * @param ipv6 as {@code ipv4}
 */
public record RelayPlan(String host, String ipv4, String ipv6) {
  /** Switches an address family off in a DERP map. */
  private static final String NO_ADDRESS = "none";

  /**
   * Takes what is configured; else the host of the server URL. Where that is an address, a family
   * it does not belong to is filled with this host's best address of that family, and said to be
   * absent when there is none.
   */
  public static RelayPlan of(
      ServerConfig.Relay relay, URI serverUrl, List<IpAddress> hostAddresses) {
    String host = relay.host().orElseGet(() -> AdvertisedAddress.host(serverUrl));
    Optional<IpAddress> literal = IpAddress.tryParse(host);
    List<IpAddress> listening = relay.listen().isWildcard() ? hostAddresses : List.of();
    return new RelayPlan(
        host,
        family(relay.ipv4(), literal, listening, true),
        family(relay.ipv6(), literal, listening, false));
  }

  private static String family(
      Optional<IpAddress> configured,
      Optional<IpAddress> literal,
      List<IpAddress> hostAddresses,
      boolean v4) {
    if (configured.isPresent()) {
      return configured.get().toString();
    }
    if (literal.isEmpty()) {
      return "";
    }
    IpAddress host = literal.get();
    if (host.isV4() == v4) {
      return host.toString();
    }
    // Only a host that is one of ours says something about our other family.
    List<IpAddress> others =
        hostAddresses.contains(host)
            ? hostAddresses.stream()
                .filter(
                    address -> address.isV4() == v4 && address.isLoopback() == host.isLoopback())
                .toList()
            : List.of();
    return AdvertisedAddress.best(others).map(IpAddress::toString).orElse(NO_ADDRESS);
  }

  /**
   * The map with this relay as its only region; {@code certName} is the pin of a self-made
   * certificate, or empty.
   */
  public DERPMap derpMap(ServerConfig.Relay relay, int derpPort, int stunPort, String certName) {
    DERPNode node =
        DERPNode.builder()
            .name(relay.regionId() + "a")
            .regionId(relay.regionId())
            .hostName(host)
            .certName(certName)
            .ipv4(ipv4)
            .ipv6(ipv6)
            .derpPort(derpPort)
            .stunPort(stunPort)
            .build();
    DERPRegion region =
        DERPRegion.builder()
            .regionId(relay.regionId())
            .regionCode(relay.regionCode())
            .regionName(relay.regionName())
            .nodes(List.of(node))
            .build();
    return DERPMap.of(Map.of(relay.regionId(), region));
  }
}
