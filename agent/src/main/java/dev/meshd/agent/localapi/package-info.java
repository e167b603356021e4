/**
 * The local API: what the daemon says to programs on its own host, and the client that asks. Read
 * {@link dev.meshd.agent.localapi.LocalApiClient} first, then {@link
 * dev.meshd.agent.localapi.Status} and {@link dev.meshd.agent.localapi.Prefs} with {@link
 * dev.meshd.agent.localapi.MaskedPrefs}, then {@link dev.meshd.agent.localapi.Notify}. JSON names
 * and meanings are those of the Tailscale LocalAPI v0, so that tools written for it work.
 *
 * <p>Everything here is immutable or owned by the caller's thread. It never logs and never reaches
 * for the network stack of the daemon: a client command must start fast.
 *
 * @see "tailscale: client/local, ipn/ipnstate, ipn/prefs.go, ipn/backend.go"
 */
@NullMarked
package dev.meshd.agent.localapi;

import org.jspecify.annotations.NullMarked;
