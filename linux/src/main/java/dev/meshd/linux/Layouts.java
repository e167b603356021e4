package dev.meshd.linux;

/**
 * Sizes, field offsets and constants of the C structures that cross into the kernel. They are those
 * of the LP64 model, the same on x86-64 and arm64; fields are in native byte order except ports and
 * addresses, which are in network order.
 *
 * <pre>
 * struct iovec     16: base 0, length 8 (u64)
 * struct msghdr    56: name 0, namelen 8 (u32), iov 16, iovlen 24 (u64), control 32,
 *                      controllen 40 (u64), flags 48 (i32)
 * struct mmsghdr   64: hdr 0, length 56 (u32)
 * struct cmsghdr   16: length 0 (u64, header included), level 8, type 12; data from 16
 * sockaddr_in      16: family 0 (u16), port 2 (be16), address 4
 * sockaddr_in6     28: family 0, port 2 (be16), flow 4, address 8, scope 24
 * sockaddr_un     110: family 0, path 2 (108 bytes; first byte 0 for an abstract name)
 * struct pollfd     8: fd 0, events 4 (u16), revents 6 (u16)
 * struct timespec  16: seconds 0 (i64), nanoseconds 8 (i64)
 * struct ifreq     40: name 0 (16 bytes), union at 16
 * in_pktinfo       12: interface 0 (i32), source 4, destination 8
 * in6_pktinfo      20: address 0, interface 16 (u32)
 * </pre>
 */
final class Layouts {
  static final int IOVEC_BYTES = 16;
  static final int IOVEC_BASE = 0;
  static final int IOVEC_LENGTH = 8;

  static final int MMSGHDR_BYTES = 64;
  static final int MSG_NAME = 0;
  static final int MSG_NAMELEN = 8;
  static final int MSG_IOV = 16;
  static final int MSG_IOVLEN = 24;
  static final int MSG_CONTROL = 32;
  static final int MSG_CONTROLLEN = 40;
  static final int MSG_FLAGS = 48;
  static final int MMSG_LENGTH = 56;

  static final int CMSG_LENGTH = 0;
  static final int CMSG_LEVEL = 8;
  static final int CMSG_TYPE = 12;
  static final int CMSG_DATA = 16;

  /** Room for any address we use, and a round stride: sockaddr_in6 has 28 bytes. */
  static final int SOCKADDR_STRIDE = 32;

  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;
  static final int SOCKADDR_PORT = 2;
  static final int SOCKADDR_IN_ADDRESS = 4;
  static final int SOCKADDR_IN6_ADDRESS = 8;
  static final int SOCKADDR_IN6_SCOPE = 24;

  static final int SOCKADDR_UN_PATH = 2;
  static final int SOCKADDR_UN_PATH_BYTES = 108;

  static final int POLLFD_BYTES = 8;
  static final int POLLFD_FD = 0;
  static final int POLLFD_EVENTS = 4;
  static final int POLLFD_REVENTS = 6;

  static final int TIMESPEC_BYTES = 16;
  static final int TIMESPEC_NANOS = 8;

  static final int IFREQ_BYTES = 40;
  static final int IFREQ_FLAGS = 16;

  static final int IN_PKTINFO_BYTES = 12;
  static final int IN_PKTINFO_SOURCE = 4;
  static final int IN6_PKTINFO_BYTES = 20;
  static final int IN6_PKTINFO_INTERFACE = 16;

  static final int IPPROTO_IP = 0;
  static final int IPPROTO_IPV6 = 41;
  static final int IP_PKTINFO = 8;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;

  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_CTRUNC = 0x08;

  private Layouts() {}

  /** The space a control message takes with {@code dataBytes} of data, padding included. */
  static int controlSpace(int dataBytes) {
    return CMSG_DATA + alignControl(dataBytes);
  }

  static int alignControl(int bytes) {
    return (bytes + 7) & ~7;
  }
}
