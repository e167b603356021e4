/** The coordination server. */
@NullMarked
package dev.meshd.coordinator;

import org.jspecify.annotations.NullMarked;
