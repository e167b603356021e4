/** The relay client. */
@NullMarked
package dev.meshd.derp.client;

import org.jspecify.annotations.NullMarked;
