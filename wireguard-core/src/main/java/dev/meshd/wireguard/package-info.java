/** The WireGuard protocol, without I/O. */
@NullMarked
package dev.meshd.wireguard;

import org.jspecify.annotations.NullMarked;
