package dev.meshd.linux;

/**
 * How a {@link UdpFd} is opened. Immutable; start from {@link #DEFAULTS} and change what differs.
 *
 * @param bufferBytes size asked for both kernel buffers; the kernel's limit applies without
 *     CAP_NET_ADMIN, and falling short is not an error
 * @param mark firewall mark of what the socket sends (SO_MARK), or 0 for none
 * @param receiveOffload whether the kernel may hand over several datagrams of one sender glued
 *     together (UDP_GRO); {@link ReceiveBatch#segmentBytes} then says where to cut
 * @param sourceAddresses whether {@link ReceiveBatch#source} tells at which of our addresses a
 *     datagram arrived (IP_PKTINFO)
 */
public record UdpOptions(
    int bufferBytes, int mark, boolean receiveOffload, boolean sourceAddresses) {
  /** 7 MiB buffers, which is what one TCP stream of several Gbit/s at LAN latency needs. */
  public static final UdpOptions DEFAULTS = new UdpOptions(7 << 20, 0, false, false);

  public UdpOptions withMark(int newMark) {
    return new UdpOptions(bufferBytes, newMark, receiveOffload, sourceAddresses);
  }

  public UdpOptions withReceiveOffload(boolean on) {
    return new UdpOptions(bufferBytes, mark, on, sourceAddresses);
  }

  public UdpOptions withSourceAddresses(boolean on) {
    return new UdpOptions(bufferBytes, mark, receiveOffload, on);
  }
}
