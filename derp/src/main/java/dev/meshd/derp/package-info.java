/** The DERP relay: frame codec, client and server. */
@NullMarked
package dev.meshd.derp;

import org.jspecify.annotations.NullMarked;
