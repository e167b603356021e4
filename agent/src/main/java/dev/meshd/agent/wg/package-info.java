/**
 * A plain WireGuard tunnel from a configuration file, without a mesh: {@code meshd wg}.
 *
 * <p>Start at {@link dev.meshd.agent.wg.WgTunnel}, which puts the parts together; then {@link
 * dev.meshd.agent.wg.WgConfigFile} (what the file says), {@link dev.meshd.agent.wg.WgLoop} (the
 * engine loop of such a tunnel, which owns its {@link dev.meshd.wireguard.WireGuardDevice}), and
 * {@link dev.meshd.agent.wg.WgRunFile} (how {@code down} finds what {@code up} has started). Peers
 * roam, and nothing is filtered.
 */
@NullMarked
package dev.meshd.agent.wg;

import org.jspecify.annotations.NullMarked;
