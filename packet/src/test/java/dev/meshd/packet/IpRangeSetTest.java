package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpRangeSetTest {
  @Test
  void rangeIncludesBothEnds() {
    IpRange range = IpRange.parse("10.0.0.5-10.0.0.7");
    assertThat(range.contains(IpAddress.parse("10.0.0.4"))).isFalse();
    assertThat(range.contains(IpAddress.parse("10.0.0.5"))).isTrue();
    assertThat(range.contains(IpAddress.parse("10.0.0.7"))).isTrue();
    assertThat(range.contains(IpAddress.parse("10.0.0.8"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "10.0.0.1",
        "10.0.0.2-10.0.0.1",
        "10.0.0.1-::1",
        "1.1.1.1-2.2.2.2-3.3.3.3"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> IpRange.parse(text)).isInstanceOf(AddressFormatException.class);
  }

  @Test
  void prefixRangeEndsAtItsLastAddress() {
    assertThat(IpRange.of(IpPrefix.ALL_V4)).hasToString("0.0.0.0-255.255.255.255");
    assertThat(IpRange.of(IpPrefix.parse("10.0.0.0/30"))).hasToString("10.0.0.0-10.0.0.3");
    assertThat(IpRange.of(IpPrefix.parse("10.0.0.1/32"))).hasToString("10.0.0.1-10.0.0.1");
    assertThat(IpPrefix.ALL_V6.lastAddress())
        .hasToString("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    assertThat(IpPrefix.parse("2001:db8::/64").lastAddress())
        .hasToString("2001:db8::ffff:ffff:ffff:ffff");
    assertThat(IpPrefix.parse("2001:db8::/126").lastAddress()).hasToString("2001:db8::3");
    assertThat(IpPrefix.parse("2001:db8::1/128").lastAddress()).hasToString("2001:db8::1");
  }

  @Property(tries = 2000)
  void agreesWithAskingEveryRange(
      @ForAll("ranges") List<IpRange> ranges, @ForAll("probes") List<IpAddress> probes) {
    IpRangeSet set = IpRangeSet.ofRanges(ranges);
    List<IpAddress> all = new ArrayList<>(probes);
    ranges.forEach(range -> all.addAll(List.of(range.first(), range.last())));
    for (IpAddress probe : all) {
      boolean expected = ranges.stream().anyMatch(range -> range.contains(probe));
      assertThat(set.contains(probe)).as("%s in %s", probe, ranges).isEqualTo(expected);
    }
    assertThat(set.hasV4()).isEqualTo(ranges.stream().anyMatch(range -> range.first().isV4()));
    assertThat(set.hasV6()).isEqualTo(ranges.stream().anyMatch(range -> range.first().isV6()));
  }

  private static Arbitrary<IpAddress> clustered() {
    Arbitrary<IpAddress> v4 = Arbitraries.integers().between(-20, 20).map(IpAddress::ofV4);
    Arbitrary<IpAddress> v6 =
        Arbitraries.longs()
            .between(-3, 3)
            .tuple2()
            .map(halves -> IpAddress.ofV6(halves.get1(), halves.get2()));
    return Arbitraries.oneOf(v4, v6);
  }

  @Provide
  static Arbitrary<List<IpAddress>> probes() {
    return clustered().list().ofMaxSize(20);
  }

  @Provide
  static Arbitrary<List<IpRange>> ranges() {
    return clustered()
        .tuple2()
        .filter(ends -> ends.get1().isV4() == ends.get2().isV4())
        .map(
            ends ->
                ends.get1().compareTo(ends.get2()) <= 0
                    ? new IpRange(ends.get1(), ends.get2())
                    : new IpRange(ends.get2(), ends.get1()))
        .list()
        .ofMaxSize(12);
  }
}
