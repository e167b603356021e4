package dev.meshd.wireguard.uapi;

import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import java.time.Duration;

/** One change of one peer that a client asks for. */
public sealed interface PeerChange {
  /** {@code update_only}: a peer that was not there before is not wanted. */
  record UpdateOnly() implements PeerChange {}

  /** {@code remove}: the rest of the section means nothing. */
  record Remove() implements PeerChange {}

  /** {@code preshared_key}; zero for none. Taken over by whoever carries it out. */
  record UsePsk(PresharedKey psk) implements PeerChange {}

  /** {@code endpoint}. */
  record UseEndpoint(Endpoint endpoint) implements PeerChange {}

  /** {@code persistent_keepalive_interval}; zero for off. */
  record KeepAlive(Duration interval) implements PeerChange {}

  /** {@code replace_allowed_ips}. */
  record ClearAllowedIps() implements PeerChange {}

  /** {@code allowed_ip}. */
  record Allow(IpPrefix prefix) implements PeerChange {}

  /** {@code allowed_ip} with a minus sign. */
  record Disallow(IpPrefix prefix) implements PeerChange {}
}
