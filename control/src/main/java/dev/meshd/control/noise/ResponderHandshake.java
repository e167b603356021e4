package dev.meshd.control.noise;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.util.Arrays;

/**
 * The server's half of the handshake: one initiation in, one response out. Anyone with any machine
 * key can complete it; who may do what is decided per request. Stateless, thread-safe.
 */
public final class ResponderHandshake {
  /** The text for an initiation of another length than 101 bytes. */
  public static final String WRONG_SIZE = "wrong handshake initiation size";

  private static final String WRONG_TYPE = "unexpected handshake message type";
  private static final String WRONG_LENGTH = "wrong handshake initiation length";

  private ResponderHandshake() {}

  /** An accepted client. */
  public static final class Accepted {
    private final byte[] response;
    private final NoiseSession session;

    private Accepted(byte[] response, NoiseSession session) {
      this.response = response;
      this.session = session;
    }

    /** A copy of the 51 bytes to send before any record. */
    public byte[] response() {
      return response.clone();
    }

    /** The channel; its peer is the client's machine key, its version what the client claims. */
    public NoiseSession session() {
      return session;
    }
  }

  /**
   * Why an initiation with a recognisable fault is refused; the text belongs into an {@link
   * #errorFrame} before the connection is closed. Cryptographic failure is a plain {@link
   * NoiseException} and answered by closing only.
   *
   * @return the text, or the empty string when the form is right
   */
  public static String fault(byte[] initiation) {
    if (initiation.length != NoiseFrame.INITIATION_LENGTH) {
      return WRONG_SIZE;
    }
    if (initiation[2] != NoiseFrame.TYPE_INITIATION) {
      return WRONG_TYPE;
    }
    if (NoiseFrame.unsignedShort(initiation, 3) != NoiseFrame.INITIATION_PAYLOAD_LENGTH) {
      return WRONG_LENGTH;
    }
    return "";
  }

  /** An error frame with {@code text}. */
  public static byte[] errorFrame(String text) {
    byte[] payload = text.getBytes(UTF_8);
    byte[] frame = new byte[NoiseFrame.HEADER_LENGTH + payload.length];
    NoiseFrame.putHeader(frame, 0, NoiseFrame.TYPE_ERROR, payload.length);
    System.arraycopy(payload, 0, frame, NoiseFrame.HEADER_LENGTH, payload.length);
    return frame;
  }

  /**
   * Answers an initiation.
   *
   * @throws NoiseException if the form is wrong, or the client meant another server key, or
   *     anything was changed
   */
  public static Accepted accept(
      MachinePrivateKey self, byte[] initiation, SecureRandomSource random) throws NoiseException {
    String fault = fault(initiation);
    if (!fault.isEmpty()) {
      throw new NoiseException(fault);
    }
    int version = NoiseFrame.unsignedShort(initiation, 0);
    SymmetricState state = new SymmetricState(version, self.publicKey());
    int keyOffset = NoiseFrame.INITIATION_HEADER_LENGTH;
    int sealedOffset = keyOffset + NoiseFrame.KEY_LENGTH;
    int tagOffset = sealedOffset + NoiseFrame.SEALED_KEY_LENGTH;
    byte[] clientEphemeral = Arrays.copyOfRange(initiation, keyOffset, sealedOffset);
    try (MachinePrivateKey ephemeral = MachinePrivateKey.generate(random)) {
      state.mixHash(clientEphemeral);
      byte[] client =
          state.openAndHash(
              state.mixKey(self.agree(clientEphemeral)),
              Arrays.copyOfRange(initiation, sealedOffset, tagOffset));
      state.openAndHash(
          state.mixKey(self.agree(client)),
          Arrays.copyOfRange(initiation, tagOffset, initiation.length));

      byte[] response = new byte[NoiseFrame.RESPONSE_LENGTH];
      NoiseFrame.putHeader(
          response, 0, NoiseFrame.TYPE_RESPONSE, NoiseFrame.RESPONSE_PAYLOAD_LENGTH);
      ephemeral.publicKey().copyTo(response, NoiseFrame.HEADER_LENGTH);
      state.mixHash(ephemeral.publicKey().bytes());
      Arrays.fill(state.mixKey(ephemeral.agree(clientEphemeral)), (byte) 0);
      byte[] tag = state.sealAndHash(state.mixKey(ephemeral.agree(client)), new byte[0]);
      System.arraycopy(
          tag, 0, response, NoiseFrame.HEADER_LENGTH + NoiseFrame.KEY_LENGTH, tag.length);

      byte[][] keys = state.split();
      return new Accepted(
          response,
          new NoiseSession(
              MachineKey.of(client),
              version,
              state.hash(),
              new RecordWriter(keys[1]),
              new RecordReader(keys[0])));
    } catch (WeakKeyException e) {
      throw new NoiseException("the client's key is not usable");
    }
  }
}
