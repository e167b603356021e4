package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
  @Test
  void readsPrefixesAndSingleAddresses() {
    assertThat(IpPrefix.parse("10.0.0.0/8")).hasToString("10.0.0.0/8");
    assertThat(IpPrefix.parse("::/0")).isEqualTo(IpPrefix.ALL_V6);
    assertThat(IpPrefix.parse("192.0.2.1")).hasToString("192.0.2.1/32");
    assertThat(IpPrefix.parse("2001:db8::1").isSingleAddress()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/08",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.1/8",
        "x/8",
        "10.0.0.0/8/8",
        "10.0.0.0/99999999999",
      })
  void refusesEverythingElse(String text) {
    assertThat(IpPrefix.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(AddressFormatException.class);
  }

  @Test
  void lenientReadingClearsHostBits() {
    assertThat(IpPrefix.parseLenient("10.1.2.3/8")).isEqualTo(IpPrefix.parse("10.0.0.0/8"));
    assertThat(IpPrefix.parseLenient("2001:db8::1/64")).hasToString("2001:db8::/64");
  }

  @Test
  void constructorRefusesHostBits() {
    assertThatThrownBy(() -> new IpPrefix(IpAddress.parse("10.0.0.1"), 8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void familiesNeverContainEachOther() {
    assertThat(IpPrefix.ALL_V4.contains(IpAddress.parse("::1"))).isFalse();
    assertThat(IpPrefix.ALL_V6.contains(IpAddress.parse("10.0.0.1"))).isFalse();
    assertThat(IpPrefix.ALL_V6.contains(IpPrefix.ALL_V4)).isFalse();
  }

  @Property
  void containsIsAShiftOfTheWholeNumber(
      @ForAll("prefixes") IpPrefix prefix, @ForAll("addresses") IpAddress address) {
    boolean expected =
        prefix.isV4() == address.isV4()
            && new BigInteger(1, prefix.address().bytes())
                .shiftRight(prefix.address().bitLength() - prefix.bits())
                .equals(
                    new BigInteger(1, address.bytes())
                        .shiftRight(address.bitLength() - prefix.bits()));
    assertThat(prefix.contains(address)).isEqualTo(expected);
  }

  @Property
  void textRoundTrips(@ForAll("prefixes") IpPrefix prefix) {
    assertThat(IpPrefix.parse(prefix.toString())).isEqualTo(prefix);
  }

  @Property
  void overlapIsSymmetric(@ForAll("prefixes") IpPrefix a, @ForAll("prefixes") IpPrefix b) {
    assertThat(a.overlaps(b)).isEqualTo(b.overlaps(a));
    assertThat(a.overlaps(b)).isEqualTo(a.contains(b.address()) || b.contains(a.address()));
  }

  @Provide
  static Arbitrary<IpAddress> addresses() {
    return IpAddressTest.addresses();
  }

  @Provide
  static Arbitrary<IpPrefix> prefixes() {
    return Combinators.combine(IpAddressTest.addresses(), Arbitraries.integers().between(0, 128))
        .as((address, bits) -> IpPrefix.of(address, Math.min(bits, address.bitLength())));
  }
}
