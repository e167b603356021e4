package dev.meshd.wireguard.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportLayoutTest {
  @ParameterizedTest
  @CsvSource({
    "0,1420,0",
    "1,1420,16",
    "16,1420,16",
    "17,1420,32",
    "1404,1420,1408",
    "1408,1420,1408",
    "1409,1420,1420",
    "1419,1420,1420",
    "1420,1420,1420",
    "1421,1420,1436",
    "2840,1420,2840",
    "2835,1420,2840",
    "1279,1280,1280",
    "1280,1280,1280",
    "9,0,16",
    "1421,0,1424",
    "65535,0,65536"
  })
  void padsToSixteenWithinTheMtu(int length, int mtuBytes, int padded) {
    assertThat(TransportLayout.paddedLength(length, mtuBytes)).isEqualTo(padded);
  }

  @Test
  void headerIsLittleEndian() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(40);
      TransportLayout.writeHeader(memory, 3, 0x55667788, 0x0102030405060708L);
      byte[] header = memory.asSlice(3, 16).toArray(ValueLayout.JAVA_BYTE);
      assertThat(HexFormat.of().formatHex(header)).isEqualTo("04000000887766550807060504030201");
      assertThat(TransportLayout.receiverIndex(memory, 3)).isEqualTo(0x55667788);
      assertThat(TransportLayout.counter(memory, 3)).isEqualTo(0x0102030405060708L);
      assertThat(TransportLayout.isTransportData(memory, 3, 32)).isTrue();
      assertThat(TransportLayout.isTransportData(memory, 3, 31)).isFalse();
      memory.set(ValueLayout.JAVA_BYTE, 6, (byte) 1); // a reserved byte
      assertThat(TransportLayout.isTransportData(memory, 3, 32)).isFalse();
    }
  }
}
