package dev.meshd.coordinator.config;

import dev.meshd.packet.IpAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What clients are told to dial when the operator named no {@code server_url}: the listener's own
 * address when it is a specific one, else the best address of this host. A public address is better
 * than a private one, a private one better than loopback, and IPv4 better than IPv6 among equals. A
 * host behind port forwarding cannot see its outer address and needs {@code server_url}.
 */
public final class AdvertisedAddress {
  private AdvertisedAddress() {}

  /** The server URL of a control listener bound to {@code boundPort}. */
  public static URI serverUrl(ServerConfig config, int boundPort, List<IpAddress> hostAddresses) {
    return config
        .serverUrl()
        .orElseGet(
            () -> {
              String scheme = config.tls().isPresent() ? "https" : "http";
              String host =
                  config.listen().isWildcard()
                      ? best(hostAddresses).map(IpAddress::toString).orElse("127.0.0.1")
                      : config.listen().host();
              String authority = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
              boolean standard = boundPort == (scheme.equals("https") ? 443 : 80);
              return URI.create(scheme + "://" + authority + (standard ? "" : ":" + boundPort));
            });
  }

  /**
   * Whether clients of {@code serverUrl} also dial port 443. Tailscale clients that were told a
   * plain URL of a public host, and dialled within the last two minutes, try nothing but TLS on 443
   * from then on, and so would not come back after the server was away (tailscale:
   * control/controlhttp/client.go, control/ts2021/client.go).
   */
  public static boolean needsFallback(URI serverUrl) {
    if (!"http".equals(serverUrl.getScheme())) {
      return false;
    }
    String host = host(serverUrl);
    boolean privateHost =
        IpAddress.tryParse(host)
            .map(address -> address.isPrivate() || address.isLoopback())
            .orElse(host.equals("localhost"));
    return !privateHost;
  }

  /** The host of a URL as a name or an address literal without brackets. */
  public static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The best address of one family, for the relay's entry in the DERP map. */
  public static Optional<IpAddress> best(List<IpAddress> hostAddresses) {
    return hostAddresses.stream().min(Comparator.comparingInt(AdvertisedAddress::rank));
  }

  private static int rank(IpAddress address) {
    int reach = address.isLoopback() ? 2 : address.isPrivate() ? 1 : 0;
    return reach * 2 + (address.isV4() ? 0 : 1);
  }

  /**
   * Unicast addresses of the interfaces that are up; no link-local ones, and none of a mesh's own.
   */
  public static List<IpAddress> ofThisHost() {
    List<IpAddress> found = new ArrayList<>();
    try {
      for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
        if (!device.isUp()) {
          continue;
        }
        for (InetAddress address : device.inetAddresses().toList()) {
          IpAddress ip = IpAddress.of(address);
          if (!ip.isLinkLocal()
              && !ip.isMulticast()
              && !ConfigReader.MESH_V4.contains(ip)
              && !ConfigReader.MESH_V6.contains(ip)) {
            found.add(ip);
          }
        }
      }
    } catch (SocketException e) {
      // No interface list: the caller falls back to loopback and the operator can name the address.
      return List.copyOf(found);
    }
    return List.copyOf(found);
  }
}
