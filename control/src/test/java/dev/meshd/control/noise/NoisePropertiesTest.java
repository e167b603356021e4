package dev.meshd.control.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NoisePropertiesTest {
  private static final SecureRandomSource RANDOM = SecureRandomSource.system();
  private static final MachinePrivateKey CLIENT = MachinePrivateKey.generate();
  private static final MachinePrivateKey SERVER = MachinePrivateKey.generate();

  /** Both ends of a finished handshake. */
  private record Pair(NoiseSession client, NoiseSession server) {
    static Pair shake() throws NoiseException {
      InitiatorHandshake client = InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, RANDOM);
      var accepted = ResponderHandshake.accept(SERVER, client.initiation(), RANDOM);
      return new Pair(
          client.onBytes(ByteBuffer.wrap(accepted.response())).orElseThrow(), accepted.session());
    }
  }

  @Property(tries = 50)
  void anyStreamArrivesWholeHoweverItIsCut(
      @ForAll @IntRange(max = 20_000) int length,
      @ForAll @IntRange(min = 1, max = 5000) int cut,
      @ForAll long seed)
      throws NoiseException {
    byte[] sent = new byte[length];
    new Random(seed).nextBytes(sent);
    Pair pair = Pair.shake();
    ByteBuffer wire = ByteBuffer.wrap(pair.client().writer().write(ByteBuffer.wrap(sent)));
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (wire.hasRemaining()) {
      ByteBuffer piece = wire.slice(wire.position(), Math.min(cut, wire.remaining()));
      wire.position(wire.position() + piece.remaining());
      pair.server().reader().read(piece, received::writeBytes);
    }
    assertThat(received.toByteArray()).isEqualTo(sent);
  }

  @Property(tries = 300)
  void anyBytesAsRecordsEndInTheDocumentedException(@ForAll @Size(max = 300) byte[] bytes)
      throws NoiseException {
    RecordReader reader = Pair.shake().server().reader();
    try {
      reader.read(ByteBuffer.wrap(bytes), plain -> assertThat(plain).as("forged").isNull());
    } catch (NoiseException expected) {
      assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(bytes), plain -> {}))
          .isInstanceOf(NoiseException.class);
    }
  }

  @Property(tries = 300)
  void anyBytesAsResponseEndInTheDocumentedException(@ForAll @Size(max = 120) byte[] bytes)
      throws NoiseException {
    InitiatorHandshake client = InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, RANDOM);
    try {
      assertThat(client.onBytes(ByteBuffer.wrap(bytes))).isEmpty();
    } catch (NoiseException expected) {
      assertThat(expected).hasMessageNotContainingAny("\n");
    }
  }

  @Property(tries = 300)
  void anyBytesAsInitiationAreRefused(@ForAll @Size(min = 90, max = 110) byte[] bytes) {
    assertThatThrownBy(() -> ResponderHandshake.accept(SERVER, bytes, RANDOM))
        .isInstanceOf(NoiseException.class);
  }

  @Property(tries = 101)
  void anyChangedByteOfAnInitiationIsRefused(@ForAll @IntRange(max = 100) int position)
      throws NoiseException {
    byte[] initiation =
        InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, RANDOM).initiation();
    initiation[position] ^= 0x40;
    // The top bit of a public key is ignored by X25519, but 0x40 is not the top bit.
    assertThatThrownBy(() -> ResponderHandshake.accept(SERVER, initiation, RANDOM))
        .isInstanceOf(NoiseException.class);
  }

  @Test
  void skipsEmptyRecords() throws NoiseException {
    byte[] key = new byte[32];
    RecordCipher cipher = new RecordCipher(key.clone());
    byte[] empty = frame(cipher.seal(new byte[0]));
    byte[] full = frame(cipher.seal(new byte[] {7}));
    RecordReader reader = new RecordReader(key.clone());
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    reader.read(ByteBuffer.wrap(empty), received::writeBytes);
    reader.read(ByteBuffer.wrap(full), received::writeBytes);
    assertThat(received.toByteArray()).containsExactly(7);
  }

  @Test
  void handsOverBytesThatFollowTheResponse() throws NoiseException {
    InitiatorHandshake client = InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, RANDOM);
    var accepted = ResponderHandshake.accept(SERVER, client.initiation(), RANDOM);
    byte[] early = accepted.session().writer().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    ByteBuffer both = ByteBuffer.allocate(accepted.response().length + early.length);
    both.put(accepted.response()).put(early).flip();

    NoiseSession session = client.onBytes(both).orElseThrow();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    session.reader().read(both, received::writeBytes);
    assertThat(received.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void tellsWhatTheServerSays() throws NoiseException {
    InitiatorHandshake client = InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, RANDOM);
    ByteBuffer error =
        ByteBuffer.wrap(ResponderHandshake.errorFrame(ResponderHandshake.WRONG_SIZE));
    assertThatThrownBy(() -> client.onBytes(error))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("wrong handshake initiation size");
  }

  private static byte[] frame(byte[] sealed) {
    byte[] frame = new byte[NoiseFrame.HEADER_LENGTH + sealed.length];
    NoiseFrame.putHeader(frame, 0, NoiseFrame.TYPE_RECORD, sealed.length);
    System.arraycopy(sealed, 0, frame, NoiseFrame.HEADER_LENGTH, sealed.length);
    return frame;
  }
}
