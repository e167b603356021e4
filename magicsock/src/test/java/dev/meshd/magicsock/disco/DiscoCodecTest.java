package dev.meshd.magicsock.disco;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.packet.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DiscoCodecTest {

  private static final TxId TX = new TxId(0x0102030405060708L, 0x090a0b0c);

  @Property
  void neverThrowsOnAnyPlaintext(@ForAll @Size(max = 200) byte[] plain) {
    DiscoCodec.decode(plain);
  }

  @Property
  void neverThrowsOnAnyBodyOfAKnownType(
      @ForAll @Size(max = 200) byte[] body, @ForAll byte type, @ForAll byte version) {
    byte[] plain = new byte[body.length + 2];
    plain[0] = (byte) (type & 0x0f);
    plain[1] = (byte) (version & 1);
    System.arraycopy(body, 0, plain, 2, body.length);
    DiscoCodec.decode(plain);
  }

  @Property
  void neverThrowsOnAnyDatagram(@ForAll @Size(max = 200) byte[] tail) {
    byte[] datagram = new byte[tail.length + 6];
    System.arraycopy(DiscoVectorsTest.counting(0, 6), 0, datagram, 0, 6);
    System.arraycopy(tail, 0, datagram, 6, tail.length);
    DiscoEnvelope.sender(datagram);
    DiscoEnvelope.sender(tail);
  }

  @Test
  void readsAKeylessPing() {
    assertThat(DiscoCodec.decode(DiscoCodec.encode(new DiscoMessage.Ping(TX, Optional.empty(), 0))))
        .contains(new DiscoMessage.Ping(TX, Optional.empty(), 0));
  }

  @Test
  void readsAnAllZeroKeyAsPadding() {
    for (int padding : new int[] {31, 32, 33, 40, 1300}) {
      DiscoMessage ping = new DiscoMessage.Ping(TX, Optional.empty(), padding);
      assertThat(DiscoCodec.decode(DiscoCodec.encode(ping))).contains(ping);
    }
  }

  @Test
  void refusesATruncatedPong() {
    byte[] pong = DiscoCodec.encode(new DiscoMessage.Pong(TX, Endpoint.parse("192.0.2.1:1")));
    assertThat(DiscoCodec.decode(Arrays.copyOf(pong, pong.length - 1))).isEmpty();
    assertThat(DiscoCodec.decode(Arrays.copyOf(pong, pong.length + 1))).isPresent();
  }

  @Test
  void readsAMalformedCallAsAnEmptyList() {
    byte[] call =
        DiscoCodec.encode(new DiscoMessage.CallMeMaybe(List.of(Endpoint.parse("192.0.2.1:1"))));
    byte[] newer = call.clone();
    newer[1] = 1;
    DiscoMessage empty = new DiscoMessage.CallMeMaybe(List.of());
    assertThat(DiscoCodec.decode(Arrays.copyOf(call, call.length - 1))).contains(empty);
    assertThat(DiscoCodec.decode(newer)).contains(empty);
  }

  @Test
  void ignoresAddressesBeyondTheCap() {
    byte[] call = new byte[2 + 18 * 3000];
    call[0] = DiscoCodec.CALL_ME_MAYBE;
    assertThat(DiscoCodec.decode(call).orElseThrow())
        .isInstanceOfSatisfying(
            DiscoMessage.CallMeMaybe.class,
            message -> assertThat(message.endpoints()).hasSize(DiscoCodec.MAX_CALL_ME_MAYBE));
  }

  @Test
  void toleratesRelayMessages() {
    assertThat(DiscoCodec.decode(new byte[] {4, 0, 1, 2, 3}))
        .contains(new DiscoMessage.Unsupported(4, 0));
  }

  @Test
  void doesNotOpenWhatWasSealedForSomeoneElse() {
    DiscoPrivateKey a = DiscoPrivateKey.generate();
    DiscoPrivateKey b = DiscoPrivateKey.generate();
    DiscoPrivateKey c = DiscoPrivateKey.generate();
    byte[] forB =
        new DiscoBox(a, SecureRandomSource.system())
            .seal(b.publicKey(), new DiscoMessage.CallMeMaybe(List.of()))
            .orElseThrow();
    assertThat(new DiscoBox(c, SecureRandomSource.system()).open(a.publicKey(), forB)).isEmpty();
    forB[forB.length - 1] ^= 1;
    assertThat(new DiscoBox(b, SecureRandomSource.system()).open(a.publicKey(), forB)).isEmpty();
  }
}
