package dev.meshd.linux;

import com.sun.jna.Native;

/**
 * The C library's functions, mapped directly: pointers and {@code size_t} are {@code long}, C
 * {@code int} is {@code int}. Memory is the caller's, addressed by {@link
 * java.lang.foreign.MemorySegment#address()}.
 *
 * <p>Each function returns what C returns. JNA keeps {@code errno} per thread as it was right after
 * the call; {@link #errno()} must therefore be read before this thread makes another call here.
 *
 * <p>The struct layouts used with these functions (see {@link Layouts}) are those of 64-bit x86 and
 * ARM, which agree; on anything else this class refuses to load.
 */
final class Libc {
  static {
    String arch = System.getProperty("os.arch", "");
    if (!arch.equals("amd64") && !arch.equals("aarch64")) {
      throw new UnsupportedOperationException(
          "meshd runs on 64-bit x86 and ARM Linux, not on " + arch);
    }
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  /** The error number of this thread's last call that failed. */
  static int errno() {
    return Native.getLastError();
  }

  static native int open(String path, int flags);

  static native int close(int fd);

  static native int dup2(int from, int to);

  static native int dup3(int from, int to, int flags);

  static native int setns(int fd, int type);

  static native int umask(int mask);

  static native long read(int fd, long buffer, long length);

  static native long write(int fd, long buffer, long length);

  static native int ioctl(int fd, long request, long argument);

  static native int fcntl(int fd, int command, long argument);

  static native int ppoll(long pollfds, long count, long timespec, long signalMask);

  static native int eventfd(int initial, int flags);

  static native int socket(int family, int type, int protocol);

  static native int bind(int fd, long address, int length);

  static native int getsockname(int fd, long address, long lengthPointer);

  static native int setsockopt(int fd, int level, int name, long value, int length);

  static native int getsockopt(int fd, int level, int name, long value, long lengthPointer);

  static native long send(int fd, long buffer, long length, int flags);

  static native long sendto(
      int fd, long buffer, long length, int flags, long address, int addressLength);

  static native long recv(int fd, long buffer, long length, int flags);

  static native int sendmmsg(int fd, long messages, int count, int flags);

  static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

  static native int clock_gettime(int clock, long timespec);

  static native int geteuid();
}
