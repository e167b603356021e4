/** The control protocol: Noise channel, message model, client. */
@NullMarked
package dev.meshd.control;

import org.jspecify.annotations.NullMarked;
