/**
 * Plain WireGuard, without a mesh: {@code meshd wg}.
 *
 * <p>Start at {@link dev.meshd.agent.wg.WgInterface}, one running interface; {@link
 * dev.meshd.agent.wg.WgLoop} is its engine loop, which owns the {@link
 * dev.meshd.wireguard.WireGuardDevice}, and {@link dev.meshd.agent.wg.WgSockets} its UDP sockets.
 * There are two ways to configure one: {@link dev.meshd.agent.wg.UapiServer} lets {@code wg} and
 * {@code wg-quick} do it, as wireguard-go does; {@link dev.meshd.agent.wg.WgTunnel} does it from a
 * file ({@link dev.meshd.agent.wg.WgConfigFile}), and {@link dev.meshd.agent.wg.WgRunFile} is how
 * {@code down} finds what {@code up} has started. Peers roam, and nothing is filtered.
 */
@NullMarked
package dev.meshd.agent.wg;

import org.jspecify.annotations.NullMarked;
