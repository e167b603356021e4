package dev.meshd.magicsock.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StunCodecTest {
  private static final StunTxId ID = new StunTxId(0x0102030405060708L, 0x090a0b0c);
  private static final String REQUEST =
      "000100142112a4420102030405060708090a0b0c802200087461696c6e6f646580280004b32c370f";
  private static final String RESPONSE =
      "0101000c2112a4420102030405060708090a0b0c00200008000183bbea12d545";
  private static final Endpoint CLIENT = Endpoint.parse("203.0.113.7:41641");

  @Test
  void requestIsTheKnownVector() {
    assertThat(StunCodec.request(ID)).isEqualTo(hex(REQUEST));
  }

  @Test
  void responseIsTheKnownVector() {
    assertThat(StunCodec.response(ID, CLIENT)).isEqualTo(hex(RESPONSE));
  }

  @Test
  void serverUnmapsIpv4ClientsOfADualStackSocket() {
    Endpoint mapped = Endpoint.parse("[::ffff:203.0.113.7]:41641");
    assertThat(StunCodec.response(ID, mapped)).isEqualTo(hex(RESPONSE));
  }

  @Test
  void acceptsTheKnownRequest() {
    assertThat(StunCodec.parseRequest(hex(REQUEST))).contains(ID);
  }

  @Test
  void ignoresRequestsOfOtherSoftware() {
    byte[] request = StunCodec.request(ID);
    request[24] = 'T';
    assertThat(StunCodec.parseRequest(request)).isEmpty();
  }

  @Test
  void ignoresRequestsWithoutFingerprint() {
    assertThat(StunCodec.parseRequest(Arrays.copyOf(hex(REQUEST), 32))).isEmpty();
  }

  @Test
  void ignoresRequestsWhoseFingerprintIsNotLast() {
    byte[] longer = Arrays.copyOf(hex(REQUEST), 44);
    longer[40] = (byte) 0x80;
    longer[41] = 0x22;
    assertThat(StunCodec.parseRequest(longer)).isEmpty();
  }

  @Test
  void ignoresEveryDamagedOrTruncatedRequest() {
    byte[] good = hex(REQUEST);
    for (int i = 0; i < good.length; i++) {
      byte[] damaged = good.clone();
      damaged[i] ^= 1;
      assertThat(StunCodec.parseRequest(damaged)).as("byte %d changed", i).isEmpty();
      assertThat(StunCodec.parseRequest(Arrays.copyOf(good, i))).as("%d bytes", i).isEmpty();
    }
  }

  @Test
  void readsTheOldAttributeNumber() {
    byte[] response = hex(RESPONSE);
    response[20] = (byte) 0x80;
    assertThat(StunCodec.parseResponse(response)).contains(new StunResponse(ID, CLIENT));
  }

  @Test
  void readsAPlainAddressWhenThereIsNoOther() {
    byte[] response = hex("0101000c2112a4420102030405060708090a0b0c000100080001a2a9cb007107");
    assertThat(StunCodec.parseResponse(response)).contains(new StunResponse(ID, CLIENT));
  }

  @Test
  void unmapsAnIpv4AddressInFamilyTwo() {
    byte[] value = StunCodec.response(ID, Endpoint.parse("[2001:db8::1]:1"));
    byte[] mask = new byte[16];
    System.arraycopy(hex("2112a4420102030405060708090a0b0c"), 0, mask, 0, 16);
    byte[] mapped = IpAddress.parse("203.0.113.7").mappedBytes();
    for (int i = 0; i < 16; i++) {
      value[28 + i] = (byte) (mapped[i] ^ mask[i]);
    }
    assertThat(StunCodec.parseResponse(value).map(StunResponse::mapped))
        .contains(Endpoint.parse("203.0.113.7:1"));
  }

  @Test
  void ignoresSurplusBytesOfAResponse() {
    assertThat(StunCodec.parseResponse(Arrays.copyOf(hex(RESPONSE), 50)))
        .contains(new StunResponse(ID, CLIENT));
  }

  @Test
  void ignoresResponsesShorterThanTheySay() {
    assertThat(StunCodec.parseResponse(Arrays.copyOf(hex(RESPONSE), 31))).isEmpty();
  }

  @Test
  void ignoresUnknownFamilies() {
    byte[] response = hex(RESPONSE);
    response[25] = 3;
    assertThat(StunCodec.parseResponse(response)).isEmpty();
  }

  @Property
  void responsesComeBack(@ForAll("endpoints") Endpoint client, @ForAll long high, @ForAll int low) {
    var id = new StunTxId(high, low);
    assertThat(StunCodec.parseResponse(StunCodec.response(id, client)))
        .isEqualTo(Optional.of(new StunResponse(id, client)));
    assertThat(StunCodec.parseRequest(StunCodec.request(id))).contains(id);
  }

  @Property
  void neverThrowsOnAnyBytes(
      @ForAll @Size(max = 100) byte[] bytes, @ForAll @IntRange(max = 24) int header) {
    // Random bytes hardly ever pass the header, so some start with a right one.
    byte[] likely = bytes.clone();
    byte[] start = hex(header % 2 == 0 ? REQUEST : RESPONSE);
    System.arraycopy(start, 0, likely, 0, Math.min(header, likely.length));
    assertThatCode(
            () -> {
              StunCodec.parseRequest(likely);
              StunCodec.parseResponse(likely);
            })
        .doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<Endpoint> endpoints() {
    Arbitrary<IpAddress> v4 = Arbitraries.integers().map(IpAddress::ofV4);
    Arbitrary<IpAddress> v6 =
        Arbitraries.longs()
            .greaterOrEqual(1)
            .flatMap(high -> Arbitraries.longs().map(low -> IpAddress.ofV6(high, low)));
    return Arbitraries.oneOf(v4, v6)
        .flatMap(ip -> Arbitraries.integers().between(0, 65535).map(port -> Endpoint.of(ip, port)));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
