/** The meshd command. */
@NullMarked
package dev.meshd.cli;

import org.jspecify.annotations.NullMarked;
