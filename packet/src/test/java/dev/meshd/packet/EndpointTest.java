package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:000080", "::1:80",
        "[1.2.3.4]:80", "[::1]", "[::1]80", "[]:80", "[:80", "]:80", "host:80", "1.2.3.4:80 ",
      })
  void refusesEverythingElse(String text) {
    assertThat(Endpoint.tryParse(text)).isEmpty();
  }

  @Property
  void neverThrowsOnAnyText(@ForAll String text) {
    Endpoint.tryParse(text);
  }

  @Property
  void textRoundTrips(
      @ForAll("addresses") IpAddress address, @ForAll @IntRange(max = 65535) int port) {
    Endpoint endpoint = Endpoint.of(address, port);
    assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
  }

  @Test
  void relayIsAnEndpointWithTheRegionAsPort() {
    Endpoint relay = Endpoint.derp(900);
    assertThat(relay).hasToString("127.3.3.40:900");
    assertThat(relay.isDerp()).isTrue();
    assertThat(relay.derpRegion()).isEqualTo(900);
    assertThat(Endpoint.parse("127.3.3.41:900").isDerp()).isFalse();
    assertThatThrownBy(() -> Endpoint.derp(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  static Arbitrary<IpAddress> addresses() {
    return IpAddressTest.addresses();
  }
}
