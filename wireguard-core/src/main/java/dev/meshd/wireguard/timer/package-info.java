/**
 * Deadlines as data: {@link dev.meshd.wireguard.timer.PeerTimer} names every timer a peer can have,
 * {@link dev.meshd.wireguard.timer.DeadlineTable} holds one peer's, {@link
 * dev.meshd.wireguard.timer.DeadlineHeap} finds the peer whose turn is next. Nothing here schedules
 * anything or knows the time; times are compared by subtraction, so the timeline may be negative or
 * wrap. Owned by the engine loop.
 */
@NullMarked
package dev.meshd.wireguard.timer;

import org.jspecify.annotations.NullMarked;
