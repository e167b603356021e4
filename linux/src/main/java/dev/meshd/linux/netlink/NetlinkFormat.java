package dev.meshd.linux.netlink;

/**
 * Sizes, offsets and numbers of rtnetlink messages, as in linux/netlink.h, linux/rtnetlink.h,
 * linux/if_link.h and linux/if_addr.h. All fields are in native byte order, addresses in network
 * order; everything is padded to 4 bytes.
 *
 * <pre>
 * nlmsghdr  16: length 0 (u32, header included), type 4 (u16), flags 6 (u16), sequence 8, port 12
 * ifinfomsg 16: family 0 (u8), type 2 (u16), index 4 (i32), flags 8 (u32), change 12 (u32)
 * ifaddrmsg  8: family 0, prefix length 1, flags 2, scope 3 (u8 each), index 4 (u32)
 * rtmsg     12: family 0, destination length 1, source length 2, tos 3, table 4, protocol 5,
 *               scope 6, type 7 (u8 each), flags 8 (u32)
 * rtattr     4: length 0 (u16, header included), type 2 (u16), then data
 * nlmsgerr   4: error 0 (i32, negated errno, 0 is an acknowledgment), then the request's header
 * </pre>
 */
final class NetlinkFormat {
  static final int HEADER_BYTES = 16;
  static final int LINK_BYTES = 16;
  static final int ADDRESS_BYTES = 8;
  static final int ROUTE_BYTES = 12;
  static final int ATTRIBUTE_HEADER_BYTES = 4;

  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;

  static final int NLM_F_REQUEST = 0x1;
  static final int NLM_F_ACK = 0x4;
  static final int NLM_F_DUMP_INTERRUPTED = 0x10;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_REPLACE = 0x100;
  static final int NLM_F_CREATE = 0x400;

  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_INFO_KIND = 1;

  static final int IFF_UP = 0x1;
  static final int IFF_LOOPBACK = 0x8;
  static final int IFF_RUNNING = 0x40;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;

  static final int IFA_F_NODAD = 0x02;
  static final int IFA_F_TEMPORARY = 0x01;
  static final int IFA_F_DEPRECATED = 0x20;
  static final int IFA_F_TENTATIVE = 0x40;

  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;
  static final int RTA_PRIORITY = 6;
  static final int RTA_PREFSRC = 7;
  static final int RTA_TABLE = 15;

  static final int RT_SCOPE_UNIVERSE = 0;
  static final int RT_SCOPE_LINK = 253;
  static final int RT_SCOPE_NOWHERE = 255;

  static final int RTM_F_CLONED = 0x200;

  static final int RTMGRP_LINK = 0x1;
  static final int RTMGRP_IPV4_IFADDR = 0x10;
  static final int RTMGRP_IPV4_ROUTE = 0x40;
  static final int RTMGRP_IPV6_IFADDR = 0x100;
  static final int RTMGRP_IPV6_ROUTE = 0x400;

  static final int AF_UNSPEC = 0;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private NetlinkFormat() {}

  static int align(int bytes) {
    return (bytes + 3) & ~3;
  }
}
