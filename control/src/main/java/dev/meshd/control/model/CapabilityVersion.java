package dev.meshd.control.model;

/**
 * Capability versions: one number that says which parts of the protocol a client knows. It is sent
 * in three places that agree: {@code /key?v=}, the Noise prologue, and {@code Version} in bodies.
 */
public final class CapabilityVersion {
  /** What meshd nodes say they are. */
  public static final int CURRENT = 131;

  /**
   * The oldest client our server talks to: home relay as number, named packet filters, capability
   * maps.
   */
  public static final int OLDEST_SERVED = 113;

  /** Largest value: the Noise header has 16 bits for it. */
  public static final int MAX = 0xffff;

  private CapabilityVersion() {}
}
