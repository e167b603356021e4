/** The relay server. */
@NullMarked
package dev.meshd.derp.server;

import org.jspecify.annotations.NullMarked;
