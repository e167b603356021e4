package dev.meshd.linux;

import dev.meshd.packet.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Datagrams on their way into one {@link UdpFd}: the headers for sendmmsg(2), and a slab for those
 * who have their datagram on the heap.
 *
 * <p>{@link #add(MemorySegment, long, int, Endpoint)} only notes where a datagram lies; the memory
 * must stay as it is until {@link UdpFd#send} has taken it. Nothing is allocated per datagram.
 *
 * <p>Owned by the sending thread.
 */
public final class SendBatch {
  private static final int CONTROL_BYTES = Layouts.controlSpace(Short.BYTES);

  private final int capacity;
  private final int copyBytes;
  private final MemorySegment headers;
  private final MemorySegment iovecs;
  private final MemorySegment addresses;
  private final MemorySegment controls;
  private final MemorySegment copies;
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
    for (int i = 0; i < capacity; i++) {
      long at = header(i);
      setLong(at + Layouts.MSG_NAME, addresses.address() + (long) i * Layouts.SOCKADDR_STRIDE);
      setLong(at + Layouts.MSG_IOV, iovecs.address() + (long) i * Layouts.IOVEC_BYTES);
      setLong(at + Layouts.MSG_IOVLEN, 1);
      long control = (long) i * CONTROL_BYTES;
      controls.set(ValueLayout.JAVA_LONG, control, Layouts.CMSG_DATA + Short.BYTES);
      controls.set(ValueLayout.JAVA_INT, control + Layouts.CMSG_LEVEL, UdpFd.SOL_UDP);
      controls.set(ValueLayout.JAVA_INT, control + Layouts.CMSG_TYPE, UdpFd.UDP_SEGMENT);
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
   * segmentBytes}, the last of 1 to {@code segmentBytes}. At most 64 of them, and 65507 bytes.
   */
  public boolean addSegmented(
      MemorySegment memory, long offset, int length, Endpoint to, int segmentBytes) {
    return add(memory.address() + offset, length, to, length > segmentBytes ? segmentBytes : 0);
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

  private boolean add(long address, int length, Endpoint to, int segmentBytes) {
    if (size == capacity) {
      return false;
    }
    int index = size++;
    long iovec = (long) index * Layouts.IOVEC_BYTES;
    iovecs.set(ValueLayout.JAVA_LONG, iovec, address);
    iovecs.set(ValueLayout.JAVA_LONG, iovec + Layouts.IOVEC_LENGTH, length);
    int addressBytes = SocketAddresses.write(addresses, (long) index * Layouts.SOCKADDR_STRIDE, to);
    long at = header(index);
    headers.set(ValueLayout.JAVA_INT, at + Layouts.MSG_NAMELEN, addressBytes);
    if (segmentBytes == 0) {
      setLong(at + Layouts.MSG_CONTROL, 0);
      setLong(at + Layouts.MSG_CONTROLLEN, 0);
    } else {
      long control = (long) index * CONTROL_BYTES;
      controls.set(ValueLayout.JAVA_SHORT, control + Layouts.CMSG_DATA, (short) segmentBytes);
      setLong(at + Layouts.MSG_CONTROL, controls.address() + control);
      setLong(at + Layouts.MSG_CONTROLLEN, CONTROL_BYTES);
    }
    return true;
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
