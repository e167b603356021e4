package dev.meshd.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.Endpoint;
import org.junit.jupiter.api.Test;

class FdTest {
  private static final Endpoint LOOPBACK = Endpoint.parse("127.0.0.1:0");

  @Test
  void theNumberOfAClosedDescriptorIsNotGivenToAnotherFile() {
    UdpFd closed = UdpFd.open(LOOPBACK, UdpOptions.DEFAULTS);
    closed.close();
    try (UdpFd other = UdpFd.open(LOOPBACK, UdpOptions.DEFAULTS)) {
      assertThat(other.fd().number()).isNotEqualTo(closed.fd().number());
      SendBatch batch = new SendBatch(1, 10);
      batch.addCopy(new byte[1], other.local());
      assertThat(closed.send(batch)).isEqualTo(UdpFd.CLOSED);
      assertThat(other.receive(new ReceiveBatch(1, 10))).isZero();
    }
    assertThat(closed.fd().isClosed()).isTrue();
  }

  @Test
  void closingReleasesThePort() {
    UdpFd first = UdpFd.open(LOOPBACK, UdpOptions.DEFAULTS);
    Endpoint local = first.local();
    first.close();
    try (UdpFd second = UdpFd.open(local, UdpOptions.DEFAULTS)) {
      assertThat(second.local()).isEqualTo(local);
    }
  }
}
