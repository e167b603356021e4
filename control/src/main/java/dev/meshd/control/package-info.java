/**
 * The control protocol, both sides: how a node and its coordination server talk.
 *
 * <ul>
 *   <li>{@link dev.meshd.control.model}: every message, as records;
 *   <li>{@link dev.meshd.control.noise}: handshake and record layer, as computation;
 *   <li>{@link dev.meshd.control.transport}: the connection on the network, client and server;
 *   <li>{@link dev.meshd.control.session}: map messages folded into a network map;
 *   <li>{@link dev.meshd.control.client}: what an agent holds;
 *   <li>{@link dev.meshd.control.tls}: whom we trust for TLS.
 * </ul>
 */
@NullMarked
package dev.meshd.control;

import org.jspecify.annotations.NullMarked;
