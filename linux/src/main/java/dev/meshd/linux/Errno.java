package dev.meshd.linux;

/**
 * The error numbers that the agent tells apart, as Linux numbers them on x86-64 and arm64
 * (errno(3)), with a short text for people.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int EBADFD = 77;
  public static final int ENOTSOCK = 88;
  public static final int EMSGSIZE = 90;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ENOBUFS = 105;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTUNREACH = 113;

  private Errno() {}

  /** "permission denied (EACCES)"; "error 71" for a number that is not listed here. */
  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted (EPERM)";
      case ENOENT -> "no such file or object (ENOENT)";
      case ESRCH -> "no such object (ESRCH)";
      case EINTR -> "interrupted (EINTR)";
      case EIO -> "input/output error (EIO)";
      case EBADF -> "bad file descriptor (EBADF)";
      case EAGAIN -> "would block (EAGAIN)";
      case ENOMEM -> "out of memory (ENOMEM)";
      case EACCES -> "permission denied (EACCES)";
      case EBUSY -> "device or resource busy (EBUSY)";
      case EEXIST -> "already exists (EEXIST)";
      case ENODEV -> "no such device (ENODEV)";
      case EINVAL -> "invalid argument (EINVAL)";
      case EMFILE -> "too many open files (EMFILE)";
      case ENOTTY -> "wrong kind of device (ENOTTY)";
      case EBADFD -> "device is gone (EBADFD)";
      case ENOTSOCK -> "not a socket (ENOTSOCK)";
      case EMSGSIZE -> "message too long (EMSGSIZE)";
      case ENOPROTOOPT -> "option not available (ENOPROTOOPT)";
      case EOPNOTSUPP -> "operation not supported (EOPNOTSUPP)";
      case EAFNOSUPPORT -> "address family not supported (EAFNOSUPPORT)";
      case EADDRINUSE -> "address already in use (EADDRINUSE)";
      case EADDRNOTAVAIL -> "address not available (EADDRNOTAVAIL)";
      case ENETDOWN -> "network is down (ENETDOWN)";
      case ENETUNREACH -> "network is unreachable (ENETUNREACH)";
      case ENOBUFS -> "no buffer space (ENOBUFS)";
      case ETIMEDOUT -> "timed out (ETIMEDOUT)";
      case ECONNREFUSED -> "connection refused (ECONNREFUSED)";
      case EHOSTUNREACH -> "host is unreachable (EHOSTUNREACH)";
      default -> "error " + errno;
    };
  }
}
