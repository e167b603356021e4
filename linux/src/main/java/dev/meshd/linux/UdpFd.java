package dev.meshd.linux;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A non-blocking UDP socket of one family, which moves datagrams in batches between the kernel and
 * native memory: recvmmsg(2) and sendmmsg(2).
 *
 * <p>Both directions may run at once on different threads, each with its own batch; the socket
 * itself is thread-safe. To wait, put {@link #fd} into a {@link Poller}. After {@link #close} both
 * directions report {@link #CLOSED}.
 */
public final class UdpFd implements AutoCloseable {
  /** Result of a receive or send on a socket that was closed. */
  public static final int CLOSED = -1;

  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_MARK = 36;
  private static final int IPV6_V6ONLY = 26;
  static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;

  /** Interruptions and reports of earlier errors that one call passes over. */
  private static final int MAX_TRANSIENT_ERRORS = 8;

  private final Fd fd;
  private final Endpoint local;
  private final boolean receiveOffload;

  /** Whether the kernel cuts segmented sends for us; a send may find out that it does not. */
  private volatile boolean canSegment;

  private UdpFd(Fd fd, Endpoint local, boolean receiveOffload, boolean canSegment) {
    this.fd = fd;
    this.local = local;
    this.receiveOffload = receiveOffload;
    this.canSegment = canSegment;
  }

  /**
   * Opens a socket and binds it. The family is that of {@code local}'s address; an IPv6 socket
   * never carries IPv4, so that both families can share a port number. Port 0 picks a free one.
   *
   * @throws LinuxException with EADDRINUSE if the port is taken, EAFNOSUPPORT if the kernel lacks
   *     the family, EPERM if a mark was asked for without CAP_NET_ADMIN
   */
  public static UdpFd open(Endpoint local, UdpOptions options) {
    boolean v6 = local.address().isV6();
    int type = Layouts.SOCK_DGRAM | Layouts.SOCK_NONBLOCK | Layouts.SOCK_CLOEXEC;
    String what = v6 ? "open an IPv6 UDP socket" : "open an IPv4 UDP socket";
    Fd fd = Fd.check(what, Libc.socket(v6 ? Layouts.AF_INET6 : Layouts.AF_INET, type, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(Layouts.SOCKADDR_STRIDE + 8, 8);
      if (v6 && !trySet(fd, scratch, Layouts.IPPROTO_IPV6, IPV6_V6ONLY, 1)) {
        throw new LinuxException("keep an IPv6 socket to IPv6", Libc.errno());
      }
      if (options.mark() != 0 && !trySet(fd, scratch, SOL_SOCKET, SO_MARK, options.mark())) {
        throw new LinuxException("set the firewall mark of a socket", Libc.errno());
      }
      setBuffers(fd, scratch, options.bufferBytes());
      if (options.sourceAddresses() && !askForSources(fd, scratch, v6)) {
        throw new LinuxException("learn where datagrams arrive", Libc.errno());
      }
      boolean glued = options.receiveOffload() && trySet(fd, scratch, SOL_UDP, UDP_GRO, 1);
      boolean cuts = trySet(fd, scratch, SOL_UDP, UDP_SEGMENT, 0); // unknown before Linux 4.18
      return new UdpFd(fd, bind(fd, scratch, local), glued, cuts);
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  private static void setBuffers(Fd fd, MemorySegment scratch, int bytes) {
    if (!trySet(fd, scratch, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) {
      trySet(fd, scratch, SOL_SOCKET, SO_RCVBUF, bytes);
    }
    if (!trySet(fd, scratch, SOL_SOCKET, SO_SNDBUFFORCE, bytes)) {
      trySet(fd, scratch, SOL_SOCKET, SO_SNDBUF, bytes);
    }
  }

  private static boolean askForSources(Fd fd, MemorySegment scratch, boolean v6) {
    return v6
        ? trySet(fd, scratch, Layouts.IPPROTO_IPV6, Layouts.IPV6_RECVPKTINFO, 1)
        : trySet(fd, scratch, Layouts.IPPROTO_IP, Layouts.IP_PKTINFO, 1);
  }

  private static boolean trySet(Fd fd, MemorySegment scratch, int level, int option, int value) {
    scratch.set(ValueLayout.JAVA_INT, 0, value);
    return Libc.setsockopt(fd.number(), level, option, scratch.address(), Integer.BYTES) == 0;
  }

  private static Endpoint bind(Fd fd, MemorySegment scratch, Endpoint local) {
    int length = SocketAddresses.write(scratch, 0, local);
    if (Libc.bind(fd.number(), scratch.address(), length) != 0) {
      throw new LinuxException("use UDP " + local, Libc.errno());
    }
    MemorySegment lengthField = scratch.asSlice(Layouts.SOCKADDR_STRIDE, Integer.BYTES);
    lengthField.set(ValueLayout.JAVA_INT, 0, Layouts.SOCKADDR_STRIDE);
    if (Libc.getsockname(fd.number(), scratch.address(), lengthField.address()) != 0) {
      throw new LinuxException("read the address of a socket", Libc.errno());
    }
    return Endpoint.of(local.address(), SocketAddresses.port(scratch, 0));
  }

  public Fd fd() {
    return fd;
  }

  /** The address bound to, with the port that was really given. */
  public Endpoint local() {
    return local;
  }

  public int port() {
    return local.port();
  }

  public boolean isV6() {
    return local.address().isV6();
  }

  /**
   * Marks what is sent from now on for the firewall and for policy routing (SO_MARK); 0 for no
   * mark.
   *
   * @throws LinuxException EPERM without CAP_NET_ADMIN
   */
  public void setMark(int mark) {
    try (Arena arena = Arena.ofConfined()) {
      if (!trySet(fd, arena.allocate(Integer.BYTES, 4), SOL_SOCKET, SO_MARK, mark)) {
        throw new LinuxException("set the firewall mark of a socket", Libc.errno());
      }
    }
  }

  /** Whether datagrams may arrive glued together; see {@link UdpOptions#receiveOffload}. */
  public boolean receiveOffload() {
    return receiveOffload;
  }

  /**
   * Fills the batch with the datagrams that are waiting, up to its capacity, replacing what it
   * held. Errors that the kernel reports for earlier sends (ICMP unreachable) are swallowed.
   *
   * @return how many there are, 0 if none wait, or {@link #CLOSED}
   */
  public int receive(ReceiveBatch batch) {
    for (int attempt = 0; attempt < MAX_TRANSIENT_ERRORS; attempt++) {
      batch.prepare();
      int count =
          Libc.recvmmsg(fd.number(), batch.headers(), batch.capacity(), Layouts.MSG_DONTWAIT, 0);
      if (count >= 0) {
        batch.received(count);
        return count;
      }
      int errno = Libc.errno();
      if (errno == Errno.EAGAIN) {
        break;
      }
      if (isGone(errno)) {
        batch.received(0);
        return CLOSED;
      }
    }
    batch.received(0);
    return 0;
  }

  /**
   * Hands the batch to the kernel, in order. Datagrams that the kernel refuses (no route, too
   * large, local firewall) are dropped and counted in the batch; the rest goes on. Sent and dropped
   * datagrams leave the batch. One whose source address is ours no more goes out from another, and
   * the address is {@linkplain SourceAddress#withdraw withdrawn}.
   *
   * @return how many remain because the socket's buffer is full: 0 when all are done; wait until
   *     the descriptor is writable and call again, or {@link SendBatch#clear} them. {@link #CLOSED}
   *     if the socket was closed
   */
  public int send(SendBatch batch) {
    int interrupted = 0;
    SourceAddress suspect = null;
    while (batch.pending() > 0) {
      int ready = canSegment ? batch.pending() : batch.singlesAhead();
      if (ready == 0) {
        sendSegments(batch);
        continue;
      }
      int sent = Libc.sendmmsg(fd.number(), batch.nextHeader(), ready, Layouts.MSG_DONTWAIT);
      if (sent > 0) {
        batch.sent(sent);
        if (suspect != null) {
          suspect.withdraw(); // it was the only obstacle
          suspect = null;
        }
        continue;
      }
      int errno = Libc.errno();
      if (isGone(errno)) {
        batch.clear();
        return CLOSED;
      }
      if (errno == Errno.EAGAIN) {
        return batch.pending();
      }
      if (errno == Errno.EINTR && interrupted++ < MAX_TRANSIENT_ERRORS) {
        continue;
      }
      if (batch.nextSource() != null && isSourceError(errno)) {
        suspect = batch.nextSource();
        batch.dropNextSource();
        continue;
      }
      suspect = null;
      if (batch.nextIsSegmented() && isCuttingError(errno)) {
        if (errno == Errno.EIO) {
          canSegment = false;
        }
        sendSegments(batch);
      } else {
        batch.refused(errno);
      }
    }
    batch.clear();
    return 0;
  }

  /**
   * Whether the kernel took offence at cutting: EIO from a network card without checksum offload,
   * which stays so, the others when the segments exceed the MTU to this destination.
   */
  private static boolean isCuttingError(int errno) {
    return errno == Errno.EIO || errno == Errno.EINVAL || errno == Errno.EMSGSIZE;
  }

  /** What the kernel says to a source address that is not ours, or has no route from it. */
  private static boolean isSourceError(int errno) {
    return errno == Errno.EINVAL
        || errno == Errno.EADDRNOTAVAIL
        || errno == Errno.ENODEV
        || errno == Errno.ENETUNREACH
        || errno == Errno.EHOSTUNREACH;
  }

  /** Sends the segments of the next datagram one by one; those the kernel refuses are counted. */
  private void sendSegments(SendBatch batch) {
    int segments = batch.nextSegments();
    for (int i = 0; i < segments; i++) {
      SourceAddress source = batch.nextSource();
      boolean sent = sendSegment(batch, i);
      if (!sent && source != null && isSourceError(Libc.errno())) {
        batch.dropNextSource();
        sent = sendSegment(batch, i);
        if (sent) {
          source.withdraw();
        }
      }
      if (!sent) {
        batch.segmentRefused(Libc.errno());
      }
    }
    batch.sent(1);
  }

  private boolean sendSegment(SendBatch batch, int index) {
    return Libc.sendmmsg(fd.number(), batch.aimAtSegment(index), 1, Layouts.MSG_DONTWAIT) == 1;
  }

  private boolean isGone(int errno) {
    return errno == Errno.ENOTSOCK || errno == Errno.EBADF || fd.isClosed();
  }

  /** The unspecified address of a family, to bind to all local addresses. */
  public static Endpoint anyAddress(boolean v6, int port) {
    return Endpoint.of(v6 ? IpAddress.unspecifiedV6() : IpAddress.unspecifiedV4(), port);
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return "UDP " + local;
  }
}
