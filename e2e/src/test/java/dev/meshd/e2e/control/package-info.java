/**
 * The control client alone against a real server of the other project, over loopback and without
 * root: what it says, hears and survives. Skipped by name where there is no such server.
 */
@NullMarked
package dev.meshd.e2e.control;

import org.jspecify.annotations.NullMarked;
