package dev.meshd.linux;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way into one {@link UdpFd}: the headers for sendmmsg(2), and a slab for those
 * who have their datagram on the heap.
 *
 * <p>{@link #add(MemorySegment, long, int, Endpoint)} only notes where a datagram lies; the memory
 * must stay as it is until {@link UdpFd#send} has taken it. Nothing is allocated per datagram.
 *
 * <p>A datagram to an endpoint with a {@linkplain Endpoint#source source} leaves from that address
 * of ours (IP_PKTINFO). The route stays the kernel's choice: the interface is given only where an
 * address means nothing without it.
 *
 * <p>Owned by the sending thread.
 */
public final class SendBatch {
  /** Room for a source, which comes first, and a segment size. */
  private static final int CONTROL_BYTES =
      Layouts.controlSpace(Layouts.IN6_PKTINFO_BYTES) + Layouts.controlSpace(Short.BYTES);

  private final int capacity;
  private final int copyBytes;
  private final MemorySegment headers;
  private final MemorySegment iovecs;
  private final MemorySegment addresses;
  private final MemorySegment controls;
  private final MemorySegment copies;

  /** Per datagram: the segment size of several that lie back to back, 0 for a single one. */
  private final int[] segmentBytes;

  /** Per datagram: where it leaves from, null when the kernel chooses. */
  private final @Nullable SourceAddress[] sources;

  /** A header and an iovec to send one segment by itself. */
  private final MemorySegment oneHeader;

  private final MemorySegment oneIovec;
  private int size;
  private int next;
  private long refusedCount;
  private int lastErrno;

  /** A batch of at most {@code capacity} datagrams that lie in native memory. */
  public SendBatch(int capacity) {
    this(capacity, 0);
  }

  /** As above, with room to copy datagrams of at most {@code copyBytes} from the heap. */
  public SendBatch(int capacity, int copyBytes) {
    this.capacity = capacity;
    this.copyBytes = copyBytes;
    Arena arena = Arena.ofAuto();
    headers = arena.allocate((long) capacity * Layouts.MMSGHDR_BYTES, 8);
    iovecs = arena.allocate((long) capacity * Layouts.IOVEC_BYTES, 8);
    addresses = arena.allocate((long) capacity * Layouts.SOCKADDR_STRIDE, 8);
    controls = arena.allocate((long) capacity * CONTROL_BYTES, 8);
    copies = arena.allocate(Math.max(1, (long) capacity * copyBytes), 8);
    segmentBytes = new int[capacity];
    sources = new SourceAddress[capacity];
    oneHeader = arena.allocate(Layouts.MMSGHDR_BYTES, 8);
    oneIovec = arena.allocate(Layouts.IOVEC_BYTES, 8);
    oneHeader.set(ValueLayout.JAVA_LONG, Layouts.MSG_IOV, oneIovec.address());
    oneHeader.set(ValueLayout.JAVA_LONG, Layouts.MSG_IOVLEN, 1);
    for (int i = 0; i < capacity; i++) {
      long at = header(i);
      setLong(at + Layouts.MSG_NAME, addresses.address() + (long) i * Layouts.SOCKADDR_STRIDE);
      setLong(at + Layouts.MSG_IOV, iovecs.address() + (long) i * Layouts.IOVEC_BYTES);
      setLong(at + Layouts.MSG_IOVLEN, 1);
      setLong(at + Layouts.MSG_CONTROL, controls.address() + (long) i * CONTROL_BYTES);
    }
  }

  /**
   * Adds the {@code length} bytes at {@code offset} of native {@code memory}. The family of {@code
   * to} must be the socket's.
   *
   * @return false if the batch is full
   */
  public boolean add(MemorySegment memory, long offset, int length, Endpoint to) {
    return add(memory.address() + offset, length, to, 0);
  }

  /**
   * Adds several datagrams to one destination that lie back to back (UDP_SEGMENT): each of {@code
   * bytesEach}, the last of 1 to {@code bytesEach}. Where the kernel or the network card cannot cut
   * them, or they exceed the path's MTU, they are sent one by one. At most 64 of them, and 65507
   * bytes.
   */
  public boolean addSegmented(
      MemorySegment memory, long offset, int length, Endpoint to, int bytesEach) {
    return add(memory.address() + offset, length, to, length > bytesEach ? bytesEach : 0);
  }

  /**
   * Copies a datagram from the heap and adds it.
   *
   * @return false if the batch is full or the datagram larger than this batch has room for
   */
  public boolean addCopy(byte[] datagram, Endpoint to) {
    if (datagram.length > copyBytes || size == capacity) {
      return false;
    }
    long at = (long) size * copyBytes;
    MemorySegment.copy(datagram, 0, copies, ValueLayout.JAVA_BYTE, at, datagram.length);
    return add(copies.address() + at, datagram.length, to, 0);
  }

  private boolean add(long address, int length, Endpoint to, int bytesEach) {
    if (size == capacity) {
      return false;
    }
    int index = size++;
    segmentBytes[index] = bytesEach;
    long iovec = (long) index * Layouts.IOVEC_BYTES;
    iovecs.set(ValueLayout.JAVA_LONG, iovec, address);
    iovecs.set(ValueLayout.JAVA_LONG, iovec + Layouts.IOVEC_LENGTH, length);
    int addressBytes = SocketAddresses.write(addresses, (long) index * Layouts.SOCKADDR_STRIDE, to);
    long at = header(index);
    headers.set(ValueLayout.JAVA_INT, at + Layouts.MSG_NAMELEN, addressBytes);
    SourceAddress source = to.source();
    boolean chosen = source != null && !source.isWithdrawn() && !source.address().isUnspecified();
    sources[index] = chosen ? source : null;
    writeControls(index);
    return true;
  }

  private void writeControls(int index) {
    int length = writeSource(index);
    if (segmentBytes[index] != 0) {
      long at = (long) index * CONTROL_BYTES + length;
      writeControl(at, UdpFd.SOL_UDP, UdpFd.UDP_SEGMENT, Short.BYTES);
      controls.set(ValueLayout.JAVA_SHORT, at + Layouts.CMSG_DATA, (short) segmentBytes[index]);
      length += Layouts.controlSpace(Short.BYTES);
    }
    setLong(header(index) + Layouts.MSG_CONTROLLEN, length);
  }

  /** Writes where a datagram leaves from, if it has to be said, and returns the room that took. */
  private int writeSource(int index) {
    SourceAddress source = sources[index];
    if (source == null) {
      return 0;
    }
    long at = (long) index * CONTROL_BYTES;
    long data = at + Layouts.CMSG_DATA;
    IpAddress address = source.address();
    if (address.isV4()) {
      writeControl(at, Layouts.IPPROTO_IP, Layouts.IP_PKTINFO, Layouts.IN_PKTINFO_BYTES);
      controls.set(ValueLayout.JAVA_INT, data, 0);
      BigEndian.put32(controls, data + Layouts.IN_PKTINFO_SOURCE, address.v4Value());
      return Layouts.controlSpace(Layouts.IN_PKTINFO_BYTES);
    }
    writeControl(at, Layouts.IPPROTO_IPV6, Layouts.IPV6_PKTINFO, Layouts.IN6_PKTINFO_BYTES);
    BigEndian.put64(controls, data, address.high());
    BigEndian.put64(controls, data + Long.BYTES, address.low());
    int interfaceIndex = address.isLinkLocal() ? source.interfaceIndex() : 0;
    controls.set(ValueLayout.JAVA_INT, data + Layouts.IN6_PKTINFO_INTERFACE, interfaceIndex);
    return Layouts.controlSpace(Layouts.IN6_PKTINFO_BYTES);
  }

  private void writeControl(long at, int level, int type, int dataBytes) {
    controls.set(ValueLayout.JAVA_LONG, at + Layouts.CMSG_LENGTH, Layouts.CMSG_DATA + dataBytes);
    controls.set(ValueLayout.JAVA_INT, at + Layouts.CMSG_LEVEL, level);
    controls.set(ValueLayout.JAVA_INT, at + Layouts.CMSG_TYPE, type);
  }

  public boolean isFull() {
    return size == capacity;
  }

  /** Datagrams added and neither sent nor refused. */
  public int pending() {
    return size - next;
  }

  /** Forgets all pending datagrams. */
  public void clear() {
    size = 0;
    next = 0;
  }

  /** Datagrams that the kernel refused since this batch was made. */
  public long refusedCount() {
    return refusedCount;
  }

  /** Why it refused the last one: an {@link Errno}, or 0 if it refused none. */
  public int lastErrno() {
    return lastErrno;
  }

  /** The address the next datagram is to leave from, null when the kernel chooses. */
  @Nullable SourceAddress nextSource() {
    return sources[next];
  }

  /** Lets the kernel choose where the next datagram leaves from. */
  void dropNextSource() {
    sources[next] = null;
    writeControls(next);
  }

  /** Whether the next datagram is really several that the kernel has to cut. */
  boolean nextIsSegmented() {
    return segmentBytes[next] != 0;
  }

  /** How many datagrams come before the next segmented one. */
  int singlesAhead() {
    int end = next;
    while (end < size && segmentBytes[end] == 0) {
      end++;
    }
    return end - next;
  }

  /** How many segments the next datagram has. */
  int nextSegments() {
    int each = segmentBytes[next];
    return (nextLength() + each - 1) / each;
  }

  /** Aims a header of its own at one segment of the next datagram, and returns its address. */
  long aimAtSegment(int segment) {
    long at = header(next);
    int each = segmentBytes[next];
    int start = segment * each;
    long base = iovecs.get(ValueLayout.JAVA_LONG, (long) next * Layouts.IOVEC_BYTES);
    oneIovec.set(ValueLayout.JAVA_LONG, Layouts.IOVEC_BASE, base + start);
    oneIovec.set(ValueLayout.JAVA_LONG, Layouts.IOVEC_LENGTH, Math.min(each, nextLength() - start));
    long name = headers.get(ValueLayout.JAVA_LONG, at + Layouts.MSG_NAME);
    oneHeader.set(ValueLayout.JAVA_LONG, Layouts.MSG_NAME, name);
    int nameBytes = headers.get(ValueLayout.JAVA_INT, at + Layouts.MSG_NAMELEN);
    oneHeader.set(ValueLayout.JAVA_INT, Layouts.MSG_NAMELEN, nameBytes);
    long control = headers.get(ValueLayout.JAVA_LONG, at + Layouts.MSG_CONTROL);
    oneHeader.set(ValueLayout.JAVA_LONG, Layouts.MSG_CONTROL, control);
    oneHeader.set(ValueLayout.JAVA_LONG, Layouts.MSG_CONTROLLEN, writeSource(next));
    return oneHeader.address();
  }

  private int nextLength() {
    long iovec = (long) next * Layouts.IOVEC_BYTES;
    return (int) iovecs.get(ValueLayout.JAVA_LONG, iovec + Layouts.IOVEC_LENGTH);
  }

  void segmentRefused(int errno) {
    refusedCount++;
    lastErrno = errno;
  }

  void sent(int count) {
    next += count;
  }

  void refused(int errno) {
    next++;
    refusedCount++;
    lastErrno = errno;
  }

  long nextHeader() {
    return headers.address() + header(next);
  }

  private void setLong(long offset, long value) {
    headers.set(ValueLayout.JAVA_LONG, offset, value);
  }

  private static long header(int index) {
    return (long) index * Layouts.MMSGHDR_BYTES;
  }
}
