package dev.meshd.magicsock.netcheck;

/** Whether relays are heard from, apart from any measurement. */
@FunctionalInterface
public interface RelayContact {

  /**
   * Whether a frame arrived over the relay connection of {@code region} at or after {@code
   * sinceNs}.
   */
  boolean heardSince(int region, long sinceNs);

  /** Nobody is connected to a relay. */
  static RelayContact none() {
    return (region, sinceNs) -> false;
  }
}
