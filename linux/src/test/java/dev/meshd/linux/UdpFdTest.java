package dev.meshd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the loopback interface of the machine that runs the tests; no rights needed. */
class UdpFdTest {
  private static final long ONE_SECOND_NS = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
  void datagramsArriveInOrderWithTheirSource(String local) {
    try (UdpFd a = open(local);
        UdpFd b = open(local)) {
      SendBatch out = new SendBatch(8, 100);
      assertThat(out.addCopy(bytes("one"), b.local())).isTrue();
      assertThat(out.addCopy(bytes("three"), b.local())).isTrue();
      assertThat(out.addCopy(new byte[0], b.local())).isTrue();
      assertThat(a.send(out)).isZero();
      assertThat(out.pending()).isZero();

      ReceiveBatch in = new ReceiveBatch(4, 1500);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(3);
      assertThat(text(in, 0)).isEqualTo("one");
      assertThat(text(in, 1)).isEqualTo("three");
      assertThat(in.length(2)).isZero();
      assertThat(in.source(0)).isEqualTo(a.local());
      assertThat(in.source(1)).isSameAs(in.source(0));
      assertThat(in.segmentBytes(0)).isZero();
      assertThat(b.receive(in)).isZero();
      assertThat(in.count()).isZero();
    }
  }

  @Test
  void bothFamiliesShareOnePort() {
    try (UdpFd v4 = open("0.0.0.0:0");
        UdpFd v6 = UdpFd.open(UdpFd.anyAddress(true, v4.port()), UdpOptions.DEFAULTS)) {
      assertThat(v6.port()).isEqualTo(v4.port()).isPositive();
      assertThat(v6.isV6()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void answersLeaveFromTheAddressThatWasAsked(String asked) {
    boolean v6 = asked.contains(":");
    UdpOptions telling = UdpOptions.DEFAULTS.withSourceAddresses(true).withReceiveOffload(true);
    try (UdpFd a = UdpFd.open(UdpFd.anyAddress(v6, 0), telling);
        UdpFd b = UdpFd.open(UdpFd.anyAddress(v6, 0), telling)) {
      SendBatch out = new SendBatch(8, 100);
      out.addCopy(bytes("question"), Endpoint.of(IpAddress.parse(asked), b.port()));
      assertThat(a.send(out)).isZero();
      ReceiveBatch in = new ReceiveBatch(4, 1500);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(1);
      Endpoint from = in.source(0);
      assertThat(from.source().address()).hasToString(asked);
      assertThat(from.source().interfaceIndex()).isPositive();

      out.addCopy(bytes("answer"), from);
      assertThat(b.send(out)).isZero();
      awaitReadable(a);
      assertThat(a.receive(in)).isEqualTo(1);
      assertThat(in.source(0)).isEqualTo(Endpoint.of(IpAddress.parse(asked), b.port()));
      assertThat(from.source().isWithdrawn()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void addressThatIsOursNoMoreIsWithdrawnAndTheDatagramStillGoesOut(boolean glued) {
    for (String gone : new String[] {"192.0.2.77", "2001:db8::77"}) {
      SourceAddress source = new SourceAddress(IpAddress.parse(gone), 1);
      String local = source.address().isV6() ? "[::1]:0" : "127.0.0.1:0";
      try (UdpFd a = UdpFd.open(UdpFd.anyAddress(source.address().isV6(), 0), UdpOptions.DEFAULTS);
          UdpFd b = open(local);
          Arena arena = Arena.ofConfined()) {
        SendBatch out = new SendBatch(8);
        MemorySegment memory = arena.allocate(64);
        int length = glued ? 64 : 32;
        out.addSegmented(memory, 0, length, b.local().from(source), 32);
        out.addSegmented(memory, 0, length, b.local().from(source), 32);
        assertThat(a.send(out)).isZero();
        assertThat(out.refusedCount()).isZero();
        assertThat(source.isWithdrawn()).isTrue();
        ReceiveBatch in = new ReceiveBatch(8, 1500);
        awaitReadable(b);
        assertThat(b.receive(in)).isEqualTo(glued ? 4 : 2);
      }
    }
  }

  @Test
  void addressIsNotBlamedForAPortNobodyCanReach() {
    try (UdpFd a = UdpFd.open(UdpFd.anyAddress(false, 0), UdpOptions.DEFAULTS)) {
      SourceAddress source = new SourceAddress(IpAddress.parse("127.0.0.1"), 1);
      SendBatch out = new SendBatch(1, 10);
      out.addCopy(bytes("x"), Endpoint.parse("255.255.255.255:9").from(source));
      assertThat(a.send(out)).isZero();
      assertThat(out.refusedCount()).isEqualTo(1); // broadcasting was not asked for
      assertThat(source.isWithdrawn()).isFalse();
    }
  }

  @Test
  void portInUseIsSaid() {
    try (UdpFd first = open("127.0.0.1:0")) {
      assertThatThrownBy(() -> UdpFd.open(first.local(), UdpOptions.DEFAULTS))
          .isInstanceOf(LinuxException.class)
          .hasMessage("cannot use UDP " + first.local() + ": address already in use (EADDRINUSE)");
    }
  }

  @Test
  void datagramLargerThanItsSlotIsMarked() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b = open("127.0.0.1:0")) {
      SendBatch out = new SendBatch(2, 100);
      out.addCopy(new byte[65], b.local());
      out.addCopy(new byte[64], b.local());
      a.send(out);
      ReceiveBatch in = new ReceiveBatch(4, 64);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(2);
      assertThat(in.isCutOff(0)).isTrue();
      assertThat(in.isCutOff(1)).isFalse();
    }
  }

  @Test
  void refusedDatagramIsCountedAndTheRestGoesOn() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b = open("127.0.0.1:0")) {
      SendBatch out = new SendBatch(3, 100_000);
      out.addCopy(bytes("before"), b.local());
      out.addCopy(new byte[70_000], b.local());
      out.addCopy(bytes("after"), b.local());
      assertThat(a.send(out)).isZero();
      assertThat(out.refusedCount()).isEqualTo(1);
      assertThat(out.lastErrno()).isEqualTo(Errno.EMSGSIZE);
      ReceiveBatch in = new ReceiveBatch(4, 1500);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(2);
      assertThat(text(in, 1)).isEqualTo("after");
    }
  }

  @Test
  void segmentedSendIsCutByTheKernel() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b = open("127.0.0.1:0");
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(250);
      memory.fill((byte) 'x');
      SendBatch out = new SendBatch(2);
      assertThat(out.addSegmented(memory, 0, 250, b.local(), 100)).isTrue();
      assertThat(a.send(out)).isZero();
      ReceiveBatch in = new ReceiveBatch(8, 1500);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(3);
      assertThat(in.length(0)).isEqualTo(100);
      assertThat(in.length(2)).isEqualTo(50);
    }
  }

  @Test
  void segmentsThatTheKernelWillNotCutAreSentOneByOne() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b = open("127.0.0.1:0");
        Arena arena = Arena.ofConfined()) {
      int tooMany = 200; // the kernel takes 64, newer ones 128
      SendBatch out = new SendBatch(4, 10);
      out.addCopy(bytes("first"), b.local());
      out.addSegmented(arena.allocate(10L * tooMany - 3), 0, 10 * tooMany - 3, b.local(), 10);
      out.addCopy(bytes("last"), b.local());
      assertThat(a.send(out)).isZero();
      assertThat(out.refusedCount()).isZero();
      ReceiveBatch in = new ReceiveBatch(tooMany + 10, 100);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(tooMany + 2);
      assertThat(text(in, 0)).isEqualTo("first");
      assertThat(in.length(1)).isEqualTo(10);
      assertThat(in.length(tooMany)).isEqualTo(7);
      assertThat(text(in, tooMany + 1)).isEqualTo("last");
    }
  }

  @Test
  void gluedDatagramsSayWhereToCut() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b =
            UdpFd.open(
                Endpoint.parse("127.0.0.1:0"), UdpOptions.DEFAULTS.withReceiveOffload(true));
        Arena arena = Arena.ofConfined()) {
      assertThat(b.receiveOffload()).isTrue();
      SendBatch out = new SendBatch(2);
      out.addSegmented(arena.allocate(250), 0, 250, b.local(), 100);
      a.send(out);
      ReceiveBatch in = new ReceiveBatch(8, 65536);
      awaitReadable(b);
      assertThat(b.receive(in)).isEqualTo(1);
      assertThat(in.length(0)).isEqualTo(250);
      assertThat(in.segmentBytes(0)).isEqualTo(100);
    }
  }

  @Test
  void closedSocketSaysSo() {
    UdpFd socket = open("127.0.0.1:0");
    SendBatch out = new SendBatch(1, 10);
    out.addCopy(bytes("x"), socket.local());
    socket.close();
    socket.close();
    assertThat(socket.receive(new ReceiveBatch(1, 10))).isEqualTo(UdpFd.CLOSED);
    assertThat(socket.send(out)).isEqualTo(UdpFd.CLOSED);
  }

  @Test
  void fullBatchTakesNoMore() {
    SendBatch out = new SendBatch(1, 10);
    Endpoint to = Endpoint.of(IpAddress.parse("127.0.0.1"), 9);
    assertThat(out.addCopy(new byte[11], to)).as("too large").isFalse();
    assertThat(out.addCopy(new byte[10], to)).isTrue();
    assertThat(out.isFull()).isTrue();
    assertThat(out.addCopy(new byte[1], to)).isFalse();
    out.clear();
    assertThat(out.pending()).isZero();
  }

  @Test
  void movingDatagramsAllocatesNothing() {
    try (UdpFd a = open("127.0.0.1:0");
        UdpFd b = open("127.0.0.1:0");
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1000);
      SendBatch out = new SendBatch(16);
      ReceiveBatch in = new ReceiveBatch(16, 1500);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      exchange(a, b, memory, out, in, 2000);
      long before = threads.getCurrentThreadAllocatedBytes();
      int received = exchange(a, b, memory, out, in, 1000);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(received).isEqualTo(16_000);
      assertThat(allocated).as("bytes allocated for 16,000 datagrams").isLessThan(2000);
    }
  }

  private static int exchange(
      UdpFd a, UdpFd b, MemorySegment memory, SendBatch out, ReceiveBatch in, int rounds) {
    int received = 0;
    for (int round = 0; round < rounds; round++) {
      while (out.add(memory, 0, 200, b.local())) {
        continue;
      }
      a.send(out);
      int got = b.receive(in);
      for (int i = 0; i < got; i++) {
        received += in.source(i).port() == a.port() && !in.isCutOff(i) ? 1 : 0;
      }
    }
    return received;
  }

  private static UdpFd open(String local) {
    return UdpFd.open(Endpoint.parse(local), UdpOptions.DEFAULTS);
  }

  private static void awaitReadable(UdpFd socket) {
    Poller poller = new Poller(1);
    int index = poller.add(socket.fd());
    assertThat(poller.poll(ONE_SECOND_NS)).isEqualTo(1);
    assertThat(poller.isReadable(index)).isTrue();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ReceiveBatch batch, int index) {
    byte[] out =
        batch
            .memory()
            .asSlice(batch.offset(index), batch.length(index))
            .toArray(ValueLayout.JAVA_BYTE);
    return new String(out, StandardCharsets.UTF_8);
  }
}
