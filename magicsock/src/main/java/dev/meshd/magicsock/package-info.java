/**
 * The underlay: how datagrams reach peers.
 *
 * <p>Cores without I/O, owned by the engine loop: {@code disco} (what nodes say to each other about
 * where they are), {@code path} (the way to one peer), {@code endpoint} (where this node is),
 * {@code netcheck} and {@code stun} (how that is measured), {@code demux} (which protocol a
 * datagram belongs to). The shell is {@code io}: the sockets.
 */
@NullMarked
package dev.meshd.magicsock;

import org.jspecify.annotations.NullMarked;
