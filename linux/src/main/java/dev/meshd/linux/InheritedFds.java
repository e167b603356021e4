package dev.meshd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Descriptors that whoever started this process has left open in it. Thread-safe. */
public final class InheritedFds {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private InheritedFds() {}

  /** Writes a text to a descriptor and gives it back; does nothing if nobody listens. */
  public static void writeAndClose(int number, String text) {
    try (Arena arena = Arena.ofConfined();
        Fd fd = new Fd(number)) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      MemorySegment memory = arena.allocate(bytes.length, 1);
      memory.copyFrom(MemorySegment.ofArray(bytes));
      Libc.write(fd.number(), memory.address(), bytes.length);
    }
  }

  /** Lets go of the terminal or pipes behind stdin, stdout and stderr; they become /dev/null. */
  public static void releaseStandardStreams() {
    int devNull = Libc.open("/dev/null", Layouts.O_RDWR | Layouts.O_CLOEXEC);
    if (devNull < 0) {
      throw new LinuxException("open /dev/null", Libc.errno());
    }
    for (int number : new int[] {STDIN, STDOUT, STDERR}) {
      Libc.dup2(devNull, number);
    }
    Libc.close(devNull);
  }
}
