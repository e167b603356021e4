package dev.meshd.agent.wg;

import dev.meshd.linux.LinuxException;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.InterfaceConfig;
import dev.meshd.tun.InterfaceSetup;
import dev.meshd.tun.StaleInterface;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import dev.meshd.wireguard.uapi.DeviceChange;
import dev.meshd.wireguard.uapi.PeerChange;
import dev.meshd.wireguard.uapi.UapiFault;
import dev.meshd.wireguard.uapi.UapiRequest;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tunnel as its file describes it: a {@link WgInterface} that is configured at once, with its
 * addresses and routes, and served to {@code wg} as well. {@link #open} brings it up completely or
 * not at all; {@link #close} takes it down, interface and routes included. {@link #close} and
 * {@link #awaitEnd} may come from any thread.
 */
public final class WgTunnel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WgTunnel.class);

  private final WgInterface tunnel;
  private final InterfaceSetup setup;
  private Optional<UapiServer> uapi = Optional.empty();

  /**
   * Brings a tunnel up.
   *
   * @param interfaceName the interface to create
   * @throws WgException with a sentence when an interface, port or address cannot be had
   */
  public static WgTunnel open(String interfaceName, WgConfig config) {
    try {
      TunDevice tun = TunDevice.open(interfaceName, config.mtuBytes());
      InterfaceSetup setup = new InterfaceSetup(tun);
      WgTunnel tunnel = new WgTunnel(new WgInterface(tun, config.mtuBytes()), setup);
      try {
        tunnel.start(config);
        return tunnel;
      } catch (RuntimeException e) {
        tunnel.close();
        throw e;
      }
    } catch (TunException e) {
      throw new WgException(String.valueOf(e.getMessage()), e);
    } catch (LinuxException e) {
      throw new WgException(e.sentence(), e);
    }
  }

  /**
   * Removes the interface of a tunnel whose process is gone; false if there is none.
   *
   * @throws WgException if that needs more rights
   */
  public static boolean removeLeftover(String interfaceName) {
    try {
      return StaleInterface.remove(interfaceName) == StaleInterface.Outcome.REMOVED;
    } catch (TunException e) {
      throw new WgException(String.valueOf(e.getMessage()), e);
    }
  }

  private WgTunnel(WgInterface tunnel, InterfaceSetup setup) {
    this.tunnel = tunnel;
    this.setup = setup;
  }

  private void start(WgConfig config) {
    Optional<UapiFault> fault = tunnel.set(asRequest(config));
    if (fault.isPresent()) {
      throw new WgException(fault.get().reason());
    }
    uapi = Optional.of(UapiServer.open(tunnel));
    setup.apply(new InterfaceConfig(new HashSet<>(config.addresses()), routes(config)));
    tunnel.awaitUp();
    int peers = config.peers().size();
    LOG.info("interface {} up, UDP port {}, {} peers", tunnel.name(), port(), peers);
  }

  private static UapiRequest.Set asRequest(WgConfig config) {
    List<DeviceChange> changes = new ArrayList<>();
    changes.add(new DeviceChange.UseKey(Optional.of(config.privateKey())));
    changes.add(new DeviceChange.ListenOn(config.listenPort()));
    for (WgPeerConfig peer : config.peers()) {
      if (peer.publicKey().equals(config.privateKey().publicKey())) {
        throw new WgException("a [Peer] has the public key of this interface itself");
      }
      changes.add(new DeviceChange.ConfigurePeer(peer.publicKey(), peerChanges(peer)));
    }
    return new UapiRequest.Set(changes, Optional.empty());
  }

  private static List<PeerChange> peerChanges(WgPeerConfig peer) {
    List<PeerChange> changes = new ArrayList<>();
    changes.add(new PeerChange.UsePsk(peer.presharedKey()));
    peer.allowedIps().forEach(prefix -> changes.add(new PeerChange.Allow(prefix)));
    peer.endpoint().ifPresent(at -> changes.add(new PeerChange.UseEndpoint(resolve(at))));
    changes.add(new PeerChange.KeepAlive(peer.persistentKeepalive()));
    return changes;
  }

  private static Endpoint resolve(HostAndPort endpoint) {
    try {
      return endpoint.resolve();
    } catch (UnknownHostException e) {
      throw new WgException("the endpoint " + endpoint + " cannot be found: no such host", e);
    }
  }

  private static Set<IpPrefix> routes(WgConfig config) {
    Set<IpPrefix> routes = new HashSet<>();
    if (config.routes()) {
      for (WgPeerConfig peer : config.peers()) {
        for (IpPrefix prefix : peer.allowedIps()) {
          if (prefix.isDefaultRoute()) {
            LOG.warn("{} is allowed but not routed: default routes are left to you", prefix);
          } else {
            routes.add(prefix);
          }
        }
      }
    }
    return routes;
  }

  /** The port peers reach us at. */
  public int port() {
    return tunnel.port();
  }

  /** Waits until the tunnel ends, by {@link #close} or because its interface has been deleted. */
  public void awaitEnd() throws InterruptedException {
    tunnel.awaitEnd();
  }

  /** Takes everything down and waits for the threads. Further calls have no effect. */
  @Override
  public void close() {
    uapi.ifPresent(UapiServer::close);
    tunnel.close();
    setup.close();
  }
}
