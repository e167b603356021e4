package dev.meshd.wireguard.uapi;

import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a client asks for. The first change that cannot be had ends it; those before it
 * stay. Engine loop.
 */
public final class UapiChanges {
  /** As many as wireguard-go allows. */
  static final int MAX_PEERS = 1 << 16;

  private final WireGuardDevice device;
  private final InterfaceSettings settings;
  private final WireGuardOutput out;

  public UapiChanges(WireGuardDevice device, InterfaceSettings settings, WireGuardOutput out) {
    this.device = device;
    this.settings = settings;
    this.out = out;
  }

  /** Carries out a request and returns what went wrong. */
  public Optional<UapiFault> apply(UapiRequest.Set request, long nowNs) {
    Outcome outcome = new Outcome();
    device.changeTogether(() -> outcome.fault = apply(request.changes(), nowNs));
    return outcome.fault.or(request::fault);
  }

  private static final class Outcome {
    Optional<UapiFault> fault = Optional.empty();
  }

  private Optional<UapiFault> apply(List<DeviceChange> changes, long nowNs) {
    for (DeviceChange change : changes) {
      Optional<UapiFault> fault = apply(change, nowNs);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private Optional<UapiFault> apply(DeviceChange change, long nowNs) {
    switch (change) {
      case DeviceChange.UseKey use -> settings.useKey(use.key());
      case DeviceChange.ListenOn listen -> {
        return settings.listenOn(listen.port());
      }
      case DeviceChange.UseMark use -> {
        return settings.useMark(use.mark());
      }
      case DeviceChange.RemoveAllPeers _ ->
          List.copyOf(device.peers()).forEach(peer -> device.removePeer(peer, out));
      case DeviceChange.ConfigurePeer section -> {
        return configure(section, nowNs);
      }
    }
    return Optional.empty();
  }

  private Optional<UapiFault> configure(DeviceChange.ConfigurePeer section, long nowNs) {
    if (section.key().equals(device.publicKey())) {
      return Optional.empty(); // ourselves: accepted and ignored
    }
    Optional<WireGuardPeer> known = device.peer(section.key());
    if (known.isEmpty() && device.peers().size() >= MAX_PEERS) {
      return Optional.of(UapiFault.invalid("there are " + MAX_PEERS + " peers already"));
    }
    WireGuardPeer peer = known.orElseGet(() -> device.addPeer(section.key(), nowNs));
    for (PeerChange change : section.changes()) {
      boolean unwanted = change instanceof PeerChange.UpdateOnly && known.isEmpty();
      if (unwanted || change instanceof PeerChange.Remove) {
        device.removePeer(peer, out);
        return Optional.empty();
      }
      apply(peer, change, nowNs);
    }
    resume(peer, nowNs);
    return Optional.empty();
  }

  private void apply(WireGuardPeer peer, PeerChange change, long nowNs) {
    switch (change) {
      case PeerChange.UsePsk use -> device.setPresharedKey(peer, use.psk());
      case PeerChange.UseEndpoint use -> peer.publishPath(PeerPath.direct(use.endpoint()));
      case PeerChange.KeepAlive keep ->
          device.setPersistentKeepalive(peer, keep.interval(), nowNs, out);
      case PeerChange.ClearAllowedIps _ -> device.setAllowedIps(peer, List.of());
      case PeerChange.Allow allow -> device.addAllowedIp(peer, allow.prefix());
      case PeerChange.Disallow disallow -> device.removeAllowedIp(peer, disallow.prefix());
      case PeerChange.UpdateOnly _ -> {} // it was there
      case PeerChange.Remove _ -> {} // dealt with by the caller
    }
  }

  /** What waits for the peer may be able to go now. */
  private void resume(WireGuardPeer peer, long nowNs) {
    @Nullable Endpoint endpoint = peer.path().endpoint();
    if (endpoint == null || !device.isUp()) {
      return;
    }
    if (device.isHandshakeUnanswered(peer)) {
      device.onInitiationLost(peer, nowNs, out);
    } else {
      out.flushStaged(peer);
    }
  }
}
