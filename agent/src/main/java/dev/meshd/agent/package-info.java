/** The daemon: wiring, data-path threads, state, LocalAPI. */
@NullMarked
package dev.meshd.agent;

import org.jspecify.annotations.NullMarked;
