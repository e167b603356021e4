/** Virtual time, simulated internet, namespace lab. */
@NullMarked
package dev.meshd.testkit;

import org.jspecify.annotations.NullMarked;
