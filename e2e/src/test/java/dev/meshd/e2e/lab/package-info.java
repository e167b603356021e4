/**
 * The namespace lab tested with nothing in it but ping and UDP: links, families, NAT kinds, names,
 * cleaning up.
 */
@NullMarked
package dev.meshd.e2e.lab;

import org.jspecify.annotations.NullMarked;
