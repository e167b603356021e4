/**
 * Our relay client against a real relay server, and our relay server against a real relay client,
 * over loopback. Neither root nor namespaces are needed, only the programs of the other project;
 * tests whose program is missing are skipped.
 */
@NullMarked
package dev.meshd.e2e.derp;

import org.jspecify.annotations.NullMarked;
