package dev.meshd.wireguard.uapi;

/**
 * Why a request, or the rest of it, was not carried out. The numbers are those wireguard-go answers
 * with (errno.h of Linux). Immutable; holds no value of the request, which might be secret.
 *
 * @param errno positive
 * @param reason for the log
 */
public record UapiFault(int errno, String reason) {
  private static final int EIO = 5;
  private static final int EINVAL = 22;
  private static final int EPROTO = 71;
  private static final int EADDRINUSE = 98;

  /** The request cannot be read. */
  static UapiFault unreadable(String reason) {
    return new UapiFault(EIO, reason);
  }

  /** A line is not {@code key=value}. */
  static UapiFault malformed(String reason) {
    return new UapiFault(EPROTO, reason);
  }

  /** A key that nobody knows, or a value it cannot have. */
  static UapiFault invalid(String reason) {
    return new UapiFault(EINVAL, reason);
  }

  /** A port or mark that cannot be had. */
  public static UapiFault unavailable(String reason) {
    return new UapiFault(EADDRINUSE, reason);
  }
}
