/**
 * The configuration protocol of userspace WireGuard, which {@code wg} speaks over a Unix socket,
 * without the socket.
 *
 * <p>Bytes of a client go into {@link dev.meshd.wireguard.uapi.UapiDecoder}, which answers with
 * {@link dev.meshd.wireguard.uapi.UapiRequest}s: a question for the state, answered with {@link
 * dev.meshd.wireguard.uapi.UapiState}, or a list of {@link dev.meshd.wireguard.uapi.DeviceChange}s,
 * which {@link dev.meshd.wireguard.uapi.UapiChanges} carries out on a {@link
 * dev.meshd.wireguard.WireGuardDevice}. What concerns sockets goes to {@link
 * dev.meshd.wireguard.uapi.InterfaceSettings}.
 *
 * <p>A decoder belongs to its connection; changes are carried out and the state is read on the
 * engine loop. Any bytes are survived: lines and requests are bounded, and what is wrong in a
 * request is a {@link dev.meshd.wireguard.uapi.UapiFault}, never an exception. Keys are read from
 * and written to byte arrays, which are wiped, and are never strings.
 *
 * @see <a href="https://www.wireguard.com/xplatform/#configuration-protocol">Cross-platform
 *     Userspace Implementation</a>
 */
@NullMarked
package dev.meshd.wireguard.uapi;

import org.jspecify.annotations.NullMarked;
