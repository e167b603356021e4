/**
 * Whom we trust for TLS: the machine's own certificate store, wherever the distribution keeps it.
 * Used for the control server, relays and network checks alike. Immutable once loaded.
 */
@NullMarked
package dev.meshd.control.tls;

import org.jspecify.annotations.NullMarked;
