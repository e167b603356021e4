/** Paths to peers: disco, STUN, endpoints, path choice, sockets. */
@NullMarked
package dev.meshd.magicsock;

import org.jspecify.annotations.NullMarked;
