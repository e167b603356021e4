package dev.meshd.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.SourceAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EndpointCacheTest {
  private static final MemorySegment ADDRESS = Arena.global().allocate(Layouts.SOCKADDR_STRIDE, 8);
  private static final EndpointCache SHARED = new EndpointCache();

  @Property(tries = 5000)
  void givesTheEndpointThatWasWrittenWhateverItHolds(
      @ForAll long high,
      @ForAll long low,
      @ForAll boolean v4,
      @ForAll @IntRange(max = 0xffff) int port) {
    IpAddress address = v4 ? IpAddress.ofV4((int) low) : IpAddress.ofV6(high, low);
    Endpoint endpoint = Endpoint.of(address, port);
    SocketAddresses.write(ADDRESS, 0, endpoint);
    assertThat(SHARED.get(ADDRESS, 0, null)).isEqualTo(endpoint);
    assertThat(SHARED.get(ADDRESS, 0, null)).isSameAs(SHARED.get(ADDRESS, 0, null));
  }

  @Test
  void linkLocalAddressIsWrittenWithTheInterfaceItWasHeardOn() {
    SourceAddress source = new SourceAddress(IpAddress.parse("2001:db8::1"), 42);
    SocketAddresses.write(ADDRESS, 0, Endpoint.parse("[fe80::1]:9").from(source));
    assertThat(ADDRESS.get(ValueLayout.JAVA_INT, Layouts.SOCKADDR_IN6_SCOPE)).isEqualTo(42);
    SocketAddresses.write(ADDRESS, 0, Endpoint.parse("[2001:db8::2]:9").from(source));
    assertThat(ADDRESS.get(ValueLayout.JAVA_INT, Layouts.SOCKADDR_IN6_SCOPE)).isZero();
  }

  @Test
  void familiesOfEqualValueAreKeptApart() {
    EndpointCache cache = new EndpointCache();
    Endpoint v4 = Endpoint.parse("192.0.2.1:9");
    Endpoint mapped = Endpoint.parse("[::ffff:192.0.2.1]:9");
    for (Endpoint endpoint : new Endpoint[] {v4, mapped, v4, mapped}) {
      SocketAddresses.write(ADDRESS, 0, endpoint);
      assertThat(cache.get(ADDRESS, 0, null)).isEqualTo(endpoint);
    }
  }
}
