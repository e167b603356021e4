package dev.meshd.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the service manager how this process is doing, as {@code sd_notify(3)} does: one datagram
 * of {@code NAME=value} lines to the Unix socket named in {@code NOTIFY_SOCKET}, which is a path
 * or, with a leading {@code @}, an abstract name.
 *
 * <p>A message that cannot be delivered is lost: the service must not fail because its manager does
 * not listen. Thread-safe.
 *
 * @see "sd_notify(3), systemd.service(5) WatchdogSec="
 */
public final class ServiceManager implements AutoCloseable {
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG_MICROS = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";

  private final Fd fd;
  private final byte[] address;
  private final Optional<Duration> watchdog;

  private ServiceManager(Fd fd, byte[] address, Optional<Duration> watchdog) {
    this.fd = fd;
    this.address = address;
    this.watchdog = watchdog;
  }

  /**
   * The manager that started this process, if it wants to hear from it.
   *
   * @param environment of this process
   * @param pid of this process: a watchdog meant for another one is none
   */
  public static Optional<ServiceManager> fromEnvironment(
      Map<String, String> environment, long pid) {
    return Optional.ofNullable(environment.get(SOCKET))
        .flatMap(ServiceManager::address)
        .map(
            address ->
                new ServiceManager(
                    Fd.check(
                        "create a Unix socket",
                        Libc.socket(Layouts.AF_UNIX, Layouts.SOCK_DGRAM | Layouts.SOCK_CLOEXEC, 0)),
                    address,
                    watchdog(environment, pid)));
  }

  /** A {@code sockaddr_un}; empty for a name that is neither a path nor abstract, or too long. */
  private static Optional<byte[]> address(String name) {
    byte[] path = name.getBytes(UTF_8);
    if (path.length < 2
        || path.length >= Layouts.SOCKADDR_UN_PATH_BYTES
        || (path[0] != '/' && path[0] != '@')) {
      return Optional.empty();
    }
    boolean isAbstract = path[0] == '@';
    byte[] address = new byte[Layouts.SOCKADDR_UN_PATH + path.length + (isAbstract ? 0 : 1)];
    MemorySegment.ofArray(address)
        .set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) Layouts.AF_UNIX);
    System.arraycopy(path, 0, address, Layouts.SOCKADDR_UN_PATH, path.length);
    if (isAbstract) {
      address[Layouts.SOCKADDR_UN_PATH] = 0;
    }
    return Optional.of(address);
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
    String meantFor = environment.getOrDefault(WATCHDOG_PID, "");
    if (!meantFor.isEmpty() && !meantFor.equals(Long.toString(pid))) {
      return Optional.empty();
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault(WATCHDOG_MICROS, "0"));
      return micros > 0 ? Optional.of(Duration.ofNanos(micros * 1000)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** How often at the latest {@link #alive} has to be said; empty if nobody waits for it. */
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /** Start-up is complete. */
  public void ready() {
    send("READY=1");
  }

  /** What the service is doing, in one line for people. */
  public void status(String line) {
    send("STATUS=" + line.replaceAll("\\R", " "));
  }

  /** The service works; to be said again within {@link #watchdog}. */
  public void alive() {
    send("WATCHDOG=1");
  }

  /** Shut-down has begun. */
  public void stopping() {
    send("STOPPING=1");
  }

  private void send(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(address.length, 8);
      MemorySegment.copy(address, 0, to, ValueLayout.JAVA_BYTE, 0, address.length);
      MemorySegment content = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, content, ValueLayout.JAVA_BYTE, 0, bytes.length);
      // The manager may be gone or restarting; there is nobody to tell.
      Libc.sendto(
          fd.number(),
          content.address(),
          bytes.length,
          Layouts.MSG_DONTWAIT,
          to.address(),
          address.length);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
