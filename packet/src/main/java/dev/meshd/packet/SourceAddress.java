package dev.meshd.packet;

/**
 * One of this host's own addresses, at which datagrams of a peer arrive and from which ours to it
 * therefore leave. A peer behind a stateful firewall knows us by this address only.
 *
 * <p>One object is shared by all endpoints that were reached through the address. When the kernel
 * turns out not to have it any more, {@link #withdraw} makes all of them forget it at once; should
 * the address come back, it is a new object. Compared by identity. Thread-safe.
 */
public final class SourceAddress {
  private final IpAddress address;
  private final int interfaceIndex;
  private volatile boolean withdrawn;

  /**
   * @param address unspecified when only the interface is known
   * @param interfaceIndex the kernel's number of the interface that datagrams arrived on
   */
  public SourceAddress(IpAddress address, int interfaceIndex) {
    this.address = address;
    this.interfaceIndex = interfaceIndex;
  }

  public IpAddress address() {
    return address;
  }

  public int interfaceIndex() {
    return interfaceIndex;
  }

  /** Whether datagrams can no longer leave from here; the kernel then chooses an address. */
  public boolean isWithdrawn() {
    return withdrawn;
  }

  /** Says that the kernel refused to send from here. */
  public void withdraw() {
    withdrawn = true;
  }

  @Override
  public String toString() {
    return address + " on interface " + interfaceIndex + (withdrawn ? " (gone)" : "");
  }
}
