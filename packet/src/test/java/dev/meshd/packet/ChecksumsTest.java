package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
  @Test
  void agreesWithTheExampleOfRfc1071() {
    byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
    assertThat(Checksums.sum(MemorySegment.ofArray(bytes), 0, 8)).isEqualTo(0xddf2);
  }

  @Property
  void agreesWithTheDefinition(
      @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 9) int skip) {
    int offset = Math.min(skip, bytes.length);
    MemorySegment segment = MemorySegment.ofArray(bytes);
    assertThat(Checksums.sum(segment, offset, bytes.length - offset))
        .isEqualTo(naiveSum(bytes, offset));
  }

  @Property
  void partsOfEvenLengthAdd(
      @ForAll @Size(max = 60) byte[] bytes, @ForAll @IntRange(max = 30) int words) {
    int cut = Math.min(2 * words, bytes.length / 2 * 2);
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int joined =
        Checksums.add(
            Checksums.sum(segment, 0, cut), Checksums.sum(segment, cut, bytes.length - cut));
    assertThat(joined).isEqualTo(Checksums.sum(segment, 0, bytes.length));
  }

  @Test
  void ipv4HeaderFromAPacketInTheWildIsRight() {
    byte[] header = HexFormat.of().parseHex("450000730000400040110000c0a80001c0a800c7");
    MemorySegment segment = MemorySegment.ofArray(header);
    Ipv4View.updateChecksum(segment, 0);
    assertThat(BigEndian.u16(segment, Ipv4View.CHECKSUM_OFFSET)).isEqualTo(0xb861);
    assertThat(Ipv4View.checksumIsRight(segment, 0)).isTrue();
    header[8]--;
    assertThat(Ipv4View.checksumIsRight(segment, 0)).isFalse();
  }

  @Test
  void pseudoHeadersAddAddressesProtocolAndLength() {
    byte[] v4 = HexFormat.of().parseHex("450000730000400040110000c0a80001c0a800c7");
    int expected = (0xc0a8 + 0x0001 + 0xc0a8 + 0x00c7 + 17 + 95) % 0xffff;
    assertThat(Checksums.pseudoHeaderV4(MemorySegment.ofArray(v4), 0, 17, 95)).isEqualTo(expected);
    byte[] v6 = new byte[Ipv6View.HEADER_BYTES];
    v6[8] = (byte) 0xfd;
    v6[39] = 1;
    assertThat(Checksums.pseudoHeaderV6(MemorySegment.ofArray(v6), 0, 6, 20))
        .isEqualTo(0xfd00 + 1 + 6 + 20);
  }

  private static int naiveSum(byte[] bytes, int offset) {
    long sum = 0;
    for (int i = offset; i < bytes.length; i += 2) {
      int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
      sum += (bytes[i] & 0xff) << 8 | low;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
