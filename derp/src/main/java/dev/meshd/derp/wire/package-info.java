/** The relay protocol without I/O. */
@NullMarked
package dev.meshd.derp.wire;

import org.jspecify.annotations.NullMarked;
