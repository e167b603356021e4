package dev.meshd.linux;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor that several threads may use while another closes it.
 *
 * <p>Closing a descriptor number that a second thread is about to use hands that thread whatever
 * file gets the number next. {@link #close} therefore does not free the number: it puts {@code
 * /dev/null} in its place, which releases the file at once and makes later calls fail or report end
 * of file, and the number itself is freed when no object holds it any more. A thread that is
 * blocked in {@link Poller#poll} is not woken by that; give it a {@link WakeFd}.
 *
 * <p>Thread-safe.
 */
public final class Fd implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int DEV_NULL = openDevNull();

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  Fd(int number) {
    this.number = number;
    CLEANER.register(this, () -> Libc.close(number));
  }

  /** Wraps the result of a call that returns a descriptor, or throws what the call failed with. */
  static Fd check(String attempt, int result) {
    if (result < 0) {
      throw new LinuxException(attempt, Libc.errno());
    }
    return new Fd(result);
  }

  private static int openDevNull() {
    int fd = Libc.open("/dev/null", Layouts.O_RDWR | Layouts.O_CLOEXEC);
    if (fd < 0) {
      throw new LinuxException("open /dev/null", Libc.errno());
    }
    return fd;
  }

  /** The number to pass to system calls; stays valid, as {@code /dev/null}, after closing. */
  int number() {
    return number;
  }

  public boolean isClosed() {
    return closed.get();
  }

  /** Releases the file. Further calls have no effect. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Libc.dup3(DEV_NULL, number, Layouts.O_CLOEXEC);
    }
  }

  @Override
  public String toString() {
    return "fd " + number + (isClosed() ? " (closed)" : "");
  }
}
