/**
 * The overlay's end in the host: the TUN interface and what is configured on it.
 *
 * <p>{@link dev.meshd.tun.TunDevice} creates the interface and moves packets.
 *
 * <p>Packets stay in native memory. The reader and the writer of a device are one thread each;
 * configuration may come from any thread. Nothing here decides which addresses or routes a node
 * should have.
 */
@NullMarked
package dev.meshd.tun;

import org.jspecify.annotations.NullMarked;
