package dev.meshd.crypto;

import java.security.SecureRandom;

/**
 * Where keys and nonces come from. Tests and the simulator pass a seeded one; everything else the
 * system's.
 */
public interface SecureRandomSource {
  /** Fills the array with bytes nobody can guess. */
  void fill(byte[] target);

  /** Returns the operating system's generator; thread-safe. */
  static SecureRandomSource system() {
    return SystemRandom.INSTANCE;
  }

  /** Holds the generator, which is made when it is first asked for. */
  final class SystemRandom {
    private static final SecureRandomSource INSTANCE = new SecureRandom()::nextBytes;

    private SystemRandom() {}
  }
}
