/**
 * IP addresses and prefixes, views over packet headers, checksums and the prefix trie.
 *
 * <p>Values first: {@link dev.meshd.packet.IpAddress}, {@link dev.meshd.packet.IpPrefix} and {@link
 * dev.meshd.packet.Endpoint}; then {@link dev.meshd.packet.PrefixTrie}, which answers "whose
 * address is this" per packet. Packets themselves are never objects: {@link
 * dev.meshd.packet.Ipv4View}, {@link dev.meshd.packet.Ipv6View}, {@link
 * dev.meshd.packet.Ipv6Extensions}, {@link dev.meshd.packet.TcpView}, {@link
 * dev.meshd.packet.UdpView} and {@link dev.meshd.packet.IcmpView} read fields where they lie, in a
 * segment at an offset, and {@link dev.meshd.packet.Checksums} sums them. {@link
 * dev.meshd.packet.BigEndian} and {@link dev.meshd.packet.LittleEndian} are the only places that
 * name a byte order.
 *
 * <p>Everything is immutable or stateless, hence safe on any thread. Nothing here opens a socket,
 * reads a clock or allocates per packet. Whatever bytes a stranger sends, a view that was checked
 * with its {@code isValid} does not throw; malformed input is a return value.
 *
 * <p>Read with RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792, RFC 4443 and RFC 1071 at hand.
 */
@NullMarked
package dev.meshd.packet;

import org.jspecify.annotations.NullMarked;
