/** One mesh node, without I/O. */
@NullMarked
package dev.meshd.engine;

import org.jspecify.annotations.NullMarked;
