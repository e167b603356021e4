package dev.meshd.engine;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.WireGuardSettings;

/**
 * What a node is built with. A change of the node key means a new engine.
 *
 * @param nodeKey who we are in the mesh; taken over and wiped by {@link NodeEngine#close}
 * @param discoKey fresh for every start of the process; taken over and wiped likewise
 * @param wireGuard randomness, jitter, ciphers and wall clock, which the paths share; without
 *     roaming
 */
public record EngineSettings(
    NodePrivateKey nodeKey, DiscoPrivateKey discoKey, WireGuardSettings wireGuard) {

  public EngineSettings {
    if (wireGuard.roaming()) {
      throw new IllegalArgumentException("in a mesh, paths follow disco and not packets");
    }
  }

  /** With the system's randomness and clock, and a fresh disco key. */
  public static EngineSettings system(NodePrivateKey nodeKey) {
    return new EngineSettings(nodeKey, DiscoPrivateKey.generate(), WireGuardSettings.system(false));
  }

  SecureRandomSource random() {
    return wireGuard.random();
  }

  JitterSource jitter() {
    return wireGuard.jitter();
  }
}
