package dev.meshd.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {
  private static final long PID = 4711;

  @TempDir Path directory;
  @AutoClose Arena arena = Arena.ofConfined();

  @Test
  void tellsReadinessStatusAndLifeOnAPath() {
    String name = directory.resolve("notify").toString();
    try (Receiver receiver = new Receiver(name);
        ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", name))) {
      manager.ready();
      manager.status("two\nlines");
      manager.alive();
      manager.stopping();
      assertThat(receiver.receive()).isEqualTo("READY=1");
      assertThat(receiver.receive()).isEqualTo("STATUS=two lines");
      assertThat(receiver.receive()).isEqualTo("WATCHDOG=1");
      assertThat(receiver.receive()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void findsAnAbstractSocket() {
    String name = "@meshd-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    try (Receiver receiver = new Receiver(name);
        ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", name))) {
      manager.ready();
      assertThat(receiver.receive()).isEqualTo("READY=1");
    }
  }

  @Test
  void goesOnWhenNobodyListensOrReads() {
    String name = directory.resolve("gone").toString();
    try (ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", name))) {
      manager.ready();
      try (Receiver _ = new Receiver(name)) {
        for (int i = 0; i < 10_000; i++) {
          manager.alive(); // must not block on a full queue
        }
      }
    }
  }

  @Test
  void heedsOnlyAWatchdogOfItsOwn() {
    String name = directory.resolve("notify").toString();
    Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", name));
    assertThat(manager(environment).watchdog()).isEmpty();
    environment.put("WATCHDOG_USEC", "30000000");
    assertThat(manager(environment).watchdog()).contains(Duration.ofSeconds(30));
    environment.put("WATCHDOG_PID", "4711");
    assertThat(manager(environment).watchdog()).contains(Duration.ofSeconds(30));
    environment.put("WATCHDOG_PID", "1");
    assertThat(manager(environment).watchdog()).isEmpty();
    environment.put("WATCHDOG_PID", "4711");
    environment.put("WATCHDOG_USEC", "soon");
    assertThat(manager(environment).watchdog()).isEmpty();
  }

  @Test
  void hasNoManagerWithoutAUsableSocketName() {
    assertThat(ServiceManager.fromEnvironment(Map.of(), PID)).isEmpty();
    for (String name : new String[] {"", "/", "relative", "/" + "x".repeat(108)}) {
      assertThat(ServiceManager.fromEnvironment(Map.of("NOTIFY_SOCKET", name), PID)).isEmpty();
    }
  }

  private static ServiceManager manager(Map<String, String> environment) {
    return ServiceManager.fromEnvironment(environment, PID).orElseThrow();
  }

  /** The other end of a notification socket. */
  private final class Receiver implements AutoCloseable {
    private final int fd =
        Libc.socket(
            Layouts.AF_UNIX, Layouts.SOCK_DGRAM | Layouts.SOCK_CLOEXEC | Layouts.SOCK_NONBLOCK, 0);
    private final MemorySegment buffer = arena.allocate(512);

    Receiver(String name) {
      byte[] path = name.getBytes(UTF_8);
      MemorySegment address = arena.allocate(2 + path.length + 1, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) Layouts.AF_UNIX);
      boolean isAbstract = path[0] == '@';
      for (int i = isAbstract ? 1 : 0; i < path.length; i++) {
        address.set(ValueLayout.JAVA_BYTE, 2 + i, path[i]);
      }
      int length = 2 + path.length + (isAbstract ? 0 : 1);
      assertThat(Libc.bind(fd, address.address(), length)).isZero();
    }

    String receive() {
      long length = Libc.recv(fd, buffer.address(), buffer.byteSize(), 0);
      assertThat(length).isPositive();
      return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    @Override
    public void close() {
      Libc.close(fd);
    }
  }
}
