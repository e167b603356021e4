/**
 * STUN binding requests and answers (RFC 8489), as far as path discovery needs them. {@link
 * dev.meshd.magicsock.stun.StunCodec} is all of it.
 *
 * <p>Stateless; does no I/O and never throws on bytes from the network. Source: tailscale:
 * net/stun/stun.go.
 */
@NullMarked
package dev.meshd.magicsock.stun;

import org.jspecify.annotations.NullMarked;
