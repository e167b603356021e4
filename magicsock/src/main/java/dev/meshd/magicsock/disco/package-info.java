/**
 * The disco protocol: how two nodes tell each other where they can be reached and prove it.
 *
 * <p>Read {@link dev.meshd.magicsock.disco.DiscoEnvelope} (what a stranger sees of a datagram),
 * {@link dev.meshd.magicsock.disco.DiscoMessage} (what it can say), {@link
 * dev.meshd.magicsock.disco.DiscoCodec} (its bytes) and {@link dev.meshd.magicsock.disco.DiscoBox}
 * (sealing and opening).
 *
 * <p>Owned by the engine loop. Does no I/O, reads no clock and never throws on received bytes: what
 * cannot be read is an empty result. It decides nothing about paths; that is {@code
 * dev.meshd.magicsock.path}.
 *
 * <p>Wire facts: tailscale: disco/disco.go, types/key/disco.go.
 */
@NullMarked
package dev.meshd.magicsock.disco;

import org.jspecify.annotations.NullMarked;
