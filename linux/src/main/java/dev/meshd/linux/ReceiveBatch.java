package dev.meshd.linux;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for a batch of datagrams to receive: one slab cut into slots of equal size, and the
 * headers that tell recvmmsg(2) about them, written once.
 *
 * <p>After {@link UdpFd#receive}, datagram <i>i</i> is {@link #length}(i) bytes at {@link
 * #offset}(i) of {@link #memory}. The owner may change them in place; they stay until the next
 * receive. Everything the kernel overwrites in the headers is reset before each call. Nothing is
 * allocated per datagram, except an {@link Endpoint} for a source not seen lately.
 *
 * <p>Owned by the receiving thread.
 */
public final class ReceiveBatch {
  /** Fits a glued segment size (int) and where the datagram arrived. */
  private static final int CONTROL_BYTES =
      Layouts.controlSpace(Integer.BYTES) + Layouts.controlSpace(Layouts.IN6_PKTINFO_BYTES);

  private static final long NOT_FOUND = -1;

  private final int capacity;
  private final int slotBytes;
  private final MemorySegment memory;
  private final MemorySegment headers;
  private final MemorySegment addresses;
  private final MemorySegment controls;
  private final EndpointCache endpoints = new EndpointCache();
  private final SourceCache sources = new SourceCache();
  private int count;

  /**
   * @param capacity datagrams per batch, at least 1
   * @param slotBytes largest datagram that is not cut off; 65536 with receive offload
   */
  public ReceiveBatch(int capacity, int slotBytes) {
    this.capacity = capacity;
    this.slotBytes = slotBytes;
    Arena arena = Arena.ofAuto(); // its segments live as long as any one of them is held
    memory = arena.allocate((long) capacity * slotBytes, 64);
    headers = arena.allocate((long) capacity * Layouts.MMSGHDR_BYTES, 8);
    addresses = arena.allocate((long) capacity * Layouts.SOCKADDR_STRIDE, 8);
    controls = arena.allocate((long) capacity * CONTROL_BYTES, 8);
    MemorySegment iovecs = arena.allocate((long) capacity * Layouts.IOVEC_BYTES, 8);
    for (int i = 0; i < capacity; i++) {
      long iovec = (long) i * Layouts.IOVEC_BYTES;
      iovecs.set(ValueLayout.JAVA_LONG, iovec, memory.address() + offset(i));
      iovecs.set(ValueLayout.JAVA_LONG, iovec + Layouts.IOVEC_LENGTH, slotBytes);
      long at = header(i);
      setLong(at + Layouts.MSG_NAME, addresses.address() + (long) i * Layouts.SOCKADDR_STRIDE);
      setLong(at + Layouts.MSG_IOV, iovecs.address() + iovec);
      setLong(at + Layouts.MSG_IOVLEN, 1);
      setLong(at + Layouts.MSG_CONTROL, controls.address() + (long) i * CONTROL_BYTES);
    }
  }

  /** The slab. */
  public MemorySegment memory() {
    return memory;
  }

  public int capacity() {
    return capacity;
  }

  /** How many datagrams the last receive brought. */
  public int count() {
    return count;
  }

  /** Where datagram {@code index} starts in {@link #memory}. */
  public long offset(int index) {
    return (long) index * slotBytes;
  }

  /** Bytes of datagram {@code index}; with {@link #segmentBytes} set, of all glued together. */
  public int length(int index) {
    return headers.get(ValueLayout.JAVA_INT, header(index) + Layouts.MMSG_LENGTH);
  }

  /** Where it came from; with {@link UdpOptions#sourceAddresses}, also at which address of ours. */
  public Endpoint source(int index) {
    return endpoints.get(addresses, (long) index * Layouts.SOCKADDR_STRIDE, arrivedAt(index));
  }

  private @Nullable SourceAddress arrivedAt(int index) {
    long v4 = control(index, Layouts.IPPROTO_IP, Layouts.IP_PKTINFO, Layouts.IN_PKTINFO_BYTES);
    if (v4 != NOT_FOUND) {
      return sources.getV4(controls, v4);
    }
    long v6 = control(index, Layouts.IPPROTO_IPV6, Layouts.IPV6_PKTINFO, Layouts.IN6_PKTINFO_BYTES);
    return v6 == NOT_FOUND ? null : sources.getV6(controls, v6);
  }

  /**
   * Whether bytes are missing at its end, or the segment size was lost: only good to be dropped.
   */
  public boolean isCutOff(int index) {
    int flags = headers.get(ValueLayout.JAVA_INT, header(index) + Layouts.MSG_FLAGS);
    return (flags & (Layouts.MSG_TRUNC | Layouts.MSG_CTRUNC)) != 0;
  }

  /**
   * When the kernel glued datagrams of one sender together: the size of each but the last, which
   * may be shorter. 0 if this is a single datagram.
   */
  public int segmentBytes(int index) {
    long at = control(index, UdpFd.SOL_UDP, UdpFd.UDP_GRO, Short.BYTES);
    return at == NOT_FOUND ? 0 : controls.get(ValueLayout.JAVA_SHORT, at) & 0xffff;
  }

  /** Where the data of that control message of a datagram lies in {@code controls}. */
  private long control(int index, int level, int type, int dataBytes) {
    long present = headers.get(ValueLayout.JAVA_LONG, header(index) + Layouts.MSG_CONTROLLEN);
    long start = (long) index * CONTROL_BYTES;
    long end = start + Math.min(present, CONTROL_BYTES);
    long at = start;
    while (at + Layouts.CMSG_DATA <= end) {
      long length = controls.get(ValueLayout.JAVA_LONG, at + Layouts.CMSG_LENGTH);
      if (length < Layouts.CMSG_DATA || length > end - at) {
        return NOT_FOUND;
      }
      if (controls.get(ValueLayout.JAVA_INT, at + Layouts.CMSG_LEVEL) == level
          && controls.get(ValueLayout.JAVA_INT, at + Layouts.CMSG_TYPE) == type
          && length >= Layouts.CMSG_DATA + dataBytes) {
        return at + Layouts.CMSG_DATA;
      }
      at += Layouts.alignControl((int) length);
    }
    return NOT_FOUND;
  }

  /** Resets what the kernel overwrote in the headers it used. */
  void prepare() {
    for (int i = 0; i < capacity; i++) {
      long at = header(i);
      headers.set(ValueLayout.JAVA_INT, at + Layouts.MSG_NAMELEN, Layouts.SOCKADDR_STRIDE);
      setLong(at + Layouts.MSG_CONTROLLEN, CONTROL_BYTES);
    }
  }

  void received(int newCount) {
    count = newCount;
  }

  long headers() {
    return headers.address();
  }

  private void setLong(long offset, long value) {
    headers.set(ValueLayout.JAVA_LONG, offset, value);
  }

  private static long header(int index) {
    return (long) index * Layouts.MMSGHDR_BYTES;
  }
}
