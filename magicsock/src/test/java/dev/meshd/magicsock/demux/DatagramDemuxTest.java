package dev.meshd.magicsock.demux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DatagramDemuxTest {

  private static final byte[] STUN =
      HexFormat.of().parseHex("0101000c2112a4420102030405060708090a0b0c00200008000183bbea12d545");

  @Test
  void knowsStunByItsCookie() {
    assertThat(DatagramDemux.classify(STUN)).isEqualTo(DatagramKind.STUN);
    assertThat(DatagramDemux.classify(Arrays.copyOf(STUN, 19))).isEqualTo(DatagramKind.WIREGUARD);
  }

  @Test
  void doesNotTakeAStunRequestForAnAnswer() {
    byte[] request = STUN.clone();
    request[1] = 0;
    assertThat(DatagramDemux.classify(request)).isEqualTo(DatagramKind.WIREGUARD);
  }

  @Test
  void knowsDiscoByItsMagic() {
    byte[] disco = disco(38);
    assertThat(DatagramDemux.classify(disco)).isEqualTo(DatagramKind.DISCO);
    assertThat(DatagramDemux.classify(disco(37))).isEqualTo(DatagramKind.WIREGUARD);
  }

  @Test
  void looksBehindARelayHeader() {
    assertThat(DatagramDemux.classify(behindGeneve(0x7a11, disco(38))))
        .isEqualTo(DatagramKind.RELAYED_DISCO);
    assertThat(DatagramDemux.classify(behindGeneve(0x7a11, new byte[38])))
        .isEqualTo(DatagramKind.WIREGUARD);
    assertThat(DatagramDemux.classify(behindGeneve(0x7a12, new byte[32])))
        .isEqualTo(DatagramKind.RELAYED_WIREGUARD);
  }

  @Test
  void leavesTheRestToWireGuard() {
    for (int type = 1; type <= 4; type++) {
      byte[] message = new byte[148];
      message[0] = (byte) type;
      assertThat(DatagramDemux.classify(message)).isEqualTo(DatagramKind.WIREGUARD);
    }
    assertThat(DatagramDemux.classify(new byte[0])).isEqualTo(DatagramKind.WIREGUARD);
    assertThat(DatagramDemux.classify(new byte[] {7})).isEqualTo(DatagramKind.WIREGUARD);
  }

  @Property
  void classifiesAnyBytesAlikeInBothKindsOfMemory(@ForAll @Size(max = 80) byte[] datagram) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(datagram.length + 8L);
      MemorySegment.copy(MemorySegment.ofArray(datagram), 0, memory, 4, datagram.length);
      assertThat(DatagramDemux.classify(memory, 4, datagram.length))
          .isEqualTo(DatagramDemux.classify(datagram));
    }
  }

  private static byte[] disco(int length) {
    byte[] magic = HexFormat.of().parseHex("5453f09f92ac");
    return Arrays.copyOf(magic, length);
  }

  private static byte[] behindGeneve(int protocol, byte[] inner) {
    byte[] datagram = new byte[8 + inner.length];
    datagram[2] = (byte) (protocol >>> 8);
    datagram[3] = (byte) protocol;
    datagram[6] = 5;
    System.arraycopy(inner, 0, datagram, 8, inner.length);
    return datagram;
  }
}
