/**
 * From map messages to the network map: what one stream of the server adds up to, and what each
 * message changed.
 *
 * <p>Reading order: {@link dev.meshd.control.session.MapSession} (one stream), {@link
 * dev.meshd.control.session.Netmap} (what it adds up to), {@link
 * dev.meshd.control.session.NetmapChange} and {@link dev.meshd.control.session.PeerDelta} (what a
 * message changed), {@link dev.meshd.control.session.MapEvent} (everything a message may ask for).
 *
 * <p>Nothing here reads a clock, opens a socket, starts a thread or takes a lock. A session belongs
 * to the thread that reads its stream; what it gives out is immutable.
 */
@NullMarked
package dev.meshd.control.session;

import org.jspecify.annotations.NullMarked;
