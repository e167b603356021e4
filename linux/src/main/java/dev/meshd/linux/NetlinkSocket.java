package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A raw NETLINK_ROUTE socket: carries messages to and from the kernel and does not look into them
 * (netlink(7)). {@code dev.meshd.linux.netlink} gives them meaning.
 *
 * <p>Owned by one thread at a time; {@link #close} may come from another.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** More than the kernel puts into one datagram of a dump (32 KiB). */
  private static final int BUFFER_BYTES = 64 << 10;

  private static final int NETLINK_ROUTE = 0;
  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int SOCKADDR_NL_GROUPS = 8;

  private final Fd fd;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
  private final Poller poller = new Poller(1);

  private NetlinkSocket(Fd fd) {
    this.fd = fd;
    poller.add(fd);
  }

  /**
   * Opens a socket that also receives the kernel's announcements of {@code groups}, a set of RTMGRP
   * bits; 0 for none.
   */
  public static NetlinkSocket open(int groups) {
    int type = Layouts.SOCK_RAW | Layouts.SOCK_CLOEXEC | Layouts.SOCK_NONBLOCK;
    Fd fd = Fd.check("open a netlink socket", Libc.socket(Layouts.AF_NETLINK, type, NETLINK_ROUTE));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR_NL_BYTES, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) Layouts.AF_NETLINK);
      address.set(ValueLayout.JAVA_INT, SOCKADDR_NL_GROUPS, groups);
      if (Libc.bind(fd.number(), address.address(), SOCKADDR_NL_BYTES) != 0) {
        int errno = Libc.errno();
        fd.close();
        throw new LinuxException("subscribe to network changes", errno);
      }
    }
    return new NetlinkSocket(fd);
  }

  public Fd fd() {
    return fd;
  }

  /** Sends one datagram of whole messages to the kernel; the bytes between position and limit. */
  public void send(ByteBuffer messages) {
    int length = messages.remaining();
    MemorySegment.copy(MemorySegment.ofBuffer(messages), 0, buffer, 0, length);
    if (Libc.send(fd.number(), buffer.address(), length, 0) != length) {
      throw new LinuxException("send a netlink request", Libc.errno());
    }
  }

  /**
   * Waits at most {@code timeoutNs} for a datagram of messages.
   *
   * @return a copy in native byte order, or empty on timeout
   * @throws LinuxException ENOBUFS when announcements were lost because nobody read them in time
   */
  public Optional<ByteBuffer> receive(long timeoutNs) {
    if (poller.poll(timeoutNs) == 0) {
      return Optional.empty();
    }
    long length = Libc.recv(fd.number(), buffer.address(), BUFFER_BYTES, Layouts.MSG_TRUNC);
    if (length < 0) {
      int errno = Libc.errno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return Optional.empty();
      }
      throw new LinuxException("receive from netlink", errno);
    }
    if (length > BUFFER_BYTES) {
      throw new LinuxException("receive from netlink", Errno.EMSGSIZE);
    }
    byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return Optional.of(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
  }

  @Override
  public void close() {
    fd.close();
  }
}
