package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.SourceLimiter;

/**
 * Bounds the work that disco packets with a peer's key can cause, before a box is opened: anyone
 * who has seen such a packet on the wire can send it again from anywhere, and a peer may mean harm.
 *
 * <table>
 *   <caption>What one source may have us do</caption>
 *   <tr><th>source</th><th>a second</th><th>at once</th></tr>
 *   <tr><td>IPv4 address or IPv6 /64, over UDP</td><td>100 boxes</td><td>200</td></tr>
 *   <tr><td>node key, by relay</td><td>50 boxes</td><td>100</td></tr>
 *   <tr><td>node key, call-me-maybe</td><td>1</td><td>10</td></tr>
 * </table>
 *
 * <p>A busy address is a NAT with many peers behind it, each of which sends a dozen pings when a
 * conversation begins. A call costs a ping to each address it names, so it is dearer; an honest
 * peer calls at once, after 1 s, 2 s and then every 5 s, and when its addresses change. When more
 * than {@value #MAX_ADDRESSES} addresses send within two seconds, newcomers among them are refused;
 * the relay is still open to every peer then.
 *
 * <p>Owned by the engine loop.
 */
final class DiscoGate {
  static final int MAX_ADDRESSES = 16_384;

  private static final int IPV6_SITE_BITS = 64;
  private static final int MAX_PEERS = 65_536;

  private final SourceLimiter<IpAddress> addresses = new SourceLimiter<>(100, 200, MAX_ADDRESSES);
  private final SourceLimiter<NodeKey> relayed = new SourceLimiter<>(50, 100, MAX_PEERS);
  private final SourceLimiter<NodeKey> calls = new SourceLimiter<>(1, 10, MAX_PEERS);

  /** Whether a box that came over UDP from {@code source} may be opened. */
  boolean allowsUdp(IpAddress source, long nowNs) {
    return addresses.allow(source.isV6() ? source.masked(IPV6_SITE_BITS) : source, nowNs);
  }

  /** Whether a box that a relay brought from {@code source} may be opened. */
  boolean allowsRelayed(NodeKey source, long nowNs) {
    return relayed.allow(source, nowNs);
  }

  /** Whether a call-me-maybe from {@code source} may be followed. */
  boolean allowsCall(NodeKey source, long nowNs) {
    return calls.allow(source, nowNs);
  }
}
