/** TUN device, addresses and routes. */
@NullMarked
package dev.meshd.tun;

import org.jspecify.annotations.NullMarked;
