package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::1, 2001:db8::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0db8:0000:0000:0000:0000:0002:0001, 2001:db8::2:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::ffff:c000:0201, ::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "fd7a:115c:a1e0::1, fd7a:115c:a1e0::1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
  })
  void readsAnyFormAndWritesTheCanonicalOne(String text, String canonical) {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.4 ",
        "1.2..4",
        "a.b.c.d",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::",
        "::1%eth0",
        "[::1]",
        "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:8:",
        "1.2.3.4:5",
        "١.2.3.4",
      })
  void refusesEverythingElse(String text) {
    assertThat(IpAddress.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(AddressFormatException.class);
  }

  @Property
  void neverThrowsOnAnyText(@ForAll String text) {
    IpAddress.tryParse(text);
  }

  @Property
  void textRoundTrips(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
  }

  @Property
  void bytesRoundTrip(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
  }

  @Property
  void agreesWithTheJdkOnKinds(@ForAll("addresses") IpAddress address) {
    if (address.isMappedV4()) {
      return; // the JDK turns these into IPv4
    }
    InetAddress jdk = address.toInetAddress();
    assertThat(address.isLoopback()).isEqualTo(jdk.isLoopbackAddress());
    assertThat(address.isLinkLocal()).isEqualTo(jdk.isLinkLocalAddress());
    assertThat(address.isMulticast()).isEqualTo(jdk.isMulticastAddress());
    assertThat(address.isUnspecified()).isEqualTo(jdk.isAnyLocalAddress());
    assertThat(IpAddress.of(jdk)).isEqualTo(address);
  }

  @Test
  void privateMeansRfc1918AndUniqueLocal() {
    assertThat(IpAddress.parse("10.255.0.1").isPrivate()).isTrue();
    assertThat(IpAddress.parse("172.16.0.1").isPrivate()).isTrue();
    assertThat(IpAddress.parse("172.32.0.1").isPrivate()).isFalse();
    assertThat(IpAddress.parse("192.168.9.9").isPrivate()).isTrue();
    assertThat(IpAddress.parse("100.64.0.1").isPrivate()).isFalse();
    assertThat(IpAddress.parse("fd00::1").isPrivate()).isTrue();
    assertThat(IpAddress.parse("fe00::1").isPrivate()).isFalse();
  }

  @Test
  void mappedAddressIsAnotherValueUntilUnmapped() throws UnknownHostException {
    IpAddress mapped = IpAddress.parse("::ffff:192.0.2.1");
    assertThat(mapped).isNotEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(mapped.unmapped()).isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(IpAddress.parse("192.0.2.1").mappedBytes()).isEqualTo(mapped.bytes());
    assertThat(IpAddress.parse("2001:db8::").unmapped()).isEqualTo(IpAddress.parse("2001:db8::"));
  }

  @Test
  void ordersIpv4FirstAndUnsigned() {
    assertThat(IpAddress.parse("200.0.0.1")).isLessThan(IpAddress.parse("::"));
    assertThat(IpAddress.parse("1.0.0.1")).isLessThan(IpAddress.parse("200.0.0.1"));
    assertThat(IpAddress.parse("1::")).isLessThan(IpAddress.parse("fe80::"));
  }

  @Provide
  static Arbitrary<IpAddress> addresses() {
    Arbitrary<IpAddress> v4 = Arbitraries.integers().map(IpAddress::ofV4);
    Arbitrary<Long> halves =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.of(0L, 1L, 0xffff_0102_0304L, 0xfe80L << 48, 0x1_0000_0000L));
    Arbitrary<IpAddress> v6 = halves.tuple2().map(h -> IpAddress.ofV6(h.get1(), h.get2()));
    return Arbitraries.oneOf(v4, v6);
  }
}
