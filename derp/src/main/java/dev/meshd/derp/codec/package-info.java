/**
 * The relay protocol without I/O: bytes and time come in, frames and facts go out.
 *
 * <p>Read {@link FrameType} and {@link FrameDecoder} for the framing, {@link LoginCodec} for the
 * key handshake, then {@link ClientSession} and {@link ServerSession}, the two state machines of a
 * connection. {@link ReconnectBackoff} and {@link TokenBucket} are policies. Every object belongs
 * to the thread of its connection.
 *
 * <p>Nothing here opens a socket, reads a clock or throws on bytes from the network; a session that
 * cannot go on says so with a {@link SessionFailure}. Source: tailscale derp/derp.go and the
 * derpserver package beside it.
 */
@NullMarked
package dev.meshd.derp.codec;

import org.jspecify.annotations.NullMarked;
