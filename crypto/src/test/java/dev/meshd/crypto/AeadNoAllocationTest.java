package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The packet path makes no garbage on the engine that carries packets by default. */
class AeadNoAllocationTest {
  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 10_000;
  private static final int[] LENGTHS = {0, 64, 1420, 9000};

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void openSslAllocatesNothingPerPacket() {
    AeadEngineTest.assumePresent(AeadEngine.OPENSSL);
    try (Arena arena = Arena.ofConfined();
        Aead seal = AeadEngine.OPENSSL.create(new byte[32]);
        Aead open = AeadEngine.OPENSSL.create(new byte[32])) {
      MemorySegment buffer = arena.allocate(9100);
      run(seal, open, buffer, 0, WARM_UP);
      long before = threads.getCurrentThreadAllocatedBytes();
      run(seal, open, buffer, WARM_UP, MEASURED);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated)
          .as("bytes allocated over %d packets sealed, opened and refused", MEASURED)
          .isLessThan(MEASURED / 10);
    }
  }

  private static void run(Aead seal, Aead open, MemorySegment buffer, long first, int packets) {
    for (long counter = first; counter < first + packets; counter++) {
      int length = LENGTHS[(int) (counter & 3)];
      seal.seal(counter, buffer, 8, length);
      if (!open.open(counter, buffer, 8, length + Aead.TAG_LENGTH)
          || open.open(~counter, buffer, 8, length + Aead.TAG_LENGTH)) {
        throw new AssertionError("opened wrongly at counter " + counter);
      }
    }
  }
}
