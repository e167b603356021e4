/**
 * Serves the local API on a Unix socket. {@link dev.meshd.agent.localapi.server.LocalApiServer}
 * accepts and runs one virtual thread per connection; {@link
 * dev.meshd.agent.localapi.server.Connection} reads requests and applies {@link
 * dev.meshd.agent.localapi.server.AccessRules}; {@link dev.meshd.agent.localapi.server.Endpoints}
 * names what can be asked and calls {@link dev.meshd.agent.localapi.server.LocalBackend}, which is
 * all it knows of the daemon.
 *
 * <p>Who asks is known from the socket's peer credentials, never from the request. No private key
 * is ever sent.
 *
 * @see "tailscale: ipn/localapi/localapi.go, ipn/ipnserver/server.go"
 */
@NullMarked
package dev.meshd.agent.localapi.server;

import org.jspecify.annotations.NullMarked;
