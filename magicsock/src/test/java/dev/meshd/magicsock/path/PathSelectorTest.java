package dev.meshd.magicsock.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathSelectorTest {

  private static final String PUBLIC_V4 = "203.0.113.1:1";
  private static final String OTHER_V4 = "198.51.100.1:1";
  private static final String PRIVATE_V4 = "192.168.0.1:1";
  private static final String PUBLIC_V6 = "[2001:db8::1]:1";

  @ParameterizedTest(name = "{0} at {1} ms against {2} at {3} ms: {4}")
  @CsvSource({
    "192.168.0.1:1, 100, 203.0.113.1:1, 91, true",
    "203.0.113.1:1, 91, 192.168.0.1:1, 100, false",
    "203.0.113.1:1, 30, 192.168.0.1:1, 100, true",
    "203.0.113.1:1, 100, 198.51.100.1:1, 101, false",
    "203.0.113.1:1, 100, 198.51.100.1:1, 103, true",
    "192.168.0.1:1, 50, [2001:db8::1]:1, 50, true",
    "[2001:db8::1]:1, 50, 192.168.0.1:1, 50, false",
    "[2001:db8::1]:1, 50, 203.0.113.1:1, 50, true",
    "127.0.0.1:1, 100, 192.168.0.1:1, 75, true",
    "169.254.0.1:1, 100, 192.168.0.1:1, 95, true",
  })
  void choosesByLatencyAndKindOfAddress(String a, long aMs, String b, long bMs, boolean aIsBetter) {
    assertThat(PathSelector.better(path(a, aMs), path(b, bMs))).isEqualTo(aIsBetter);
  }

  @Test
  void prefersDirectToRelayedWhateverTheLatency() {
    PathQuality relay = new PathQuality(Endpoint.parse(OTHER_V4), 7, 1_000_000, 1360);
    PathQuality direct = path(PUBLIC_V4, 900);
    assertThat(PathSelector.better(direct, relay)).isTrue();
    assertThat(PathSelector.better(relay, direct)).isFalse();
  }

  @Test
  void prefersTheLargerMtuOfOneAddressOnly() {
    PathQuality small = new PathQuality(Endpoint.parse(PUBLIC_V4), 0, 10, 1280);
    PathQuality large = new PathQuality(Endpoint.parse(PUBLIC_V4), 0, 99, 1500);
    assertThat(PathSelector.better(large, small)).isTrue();
    assertThat(PathSelector.better(small, large)).isFalse();
    assertThat(PathSelector.better(small, small)).isFalse();
  }

  @Test
  void neverPrefersBothOfTwoPaths() {
    String[] addresses = {PUBLIC_V4, OTHER_V4, PRIVATE_V4, PUBLIC_V6};
    for (String a : addresses) {
      for (String b : addresses) {
        for (long ms = 0; ms < 200; ms += 7) {
          PathQuality first = path(a, 50);
          PathQuality second = path(b, ms);
          assertThat(PathSelector.better(first, second) && PathSelector.better(second, first))
              .isFalse();
        }
      }
    }
  }

  private static PathQuality path(String address, long latencyMs) {
    return PathQuality.direct(Endpoint.parse(address), latencyMs * 1_000_000);
  }
}
