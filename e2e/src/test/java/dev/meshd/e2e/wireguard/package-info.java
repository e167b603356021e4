/**
 * {@code meshd wg} against wireguard-go and against itself, in namespaces: {@link
 * dev.meshd.e2e.wireguard.WireGuardGoTest}, {@link dev.meshd.e2e.wireguard.RekeyTest}, {@link
 * dev.meshd.e2e.wireguard.WgCommandTest}; as the program behind {@code wg} and {@code wg-quick}:
 * {@link dev.meshd.e2e.wireguard.WgToolTest}, {@link dev.meshd.e2e.wireguard.WgNamespaceTest},
 * {@link dev.meshd.e2e.wireguard.WgQuickTest}, {@link
 * dev.meshd.e2e.wireguard.WireGuardGoScriptTest}; and under attack: {@link
 * dev.meshd.e2e.wireguard.HandshakeFloodTest}, {@link dev.meshd.e2e.wireguard.HostileNetworkTest}.
 */
@NullMarked
package dev.meshd.e2e.wireguard;

import org.jspecify.annotations.NullMarked;
