/**
 * As much HTTP/1.1 as a Unix socket between two programs of one host needs: read {@link
 * dev.meshd.agent.localapi.http.HttpReader}, then {@link dev.meshd.agent.localapi.http.HttpHead}.
 * Client and server share it. It is blocking, meant for one (virtual) thread per connection, and
 * every length it reads is bounded.
 *
 * @see "RFC 9112, HTTP/1.1"
 */
@NullMarked
package dev.meshd.agent.localapi.http;

import org.jspecify.annotations.NullMarked;
