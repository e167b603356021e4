package dev.meshd.control.noise;

import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The client's half of the handshake. The server's static key is known in advance; the client's own
 * travels sealed.
 *
 * <pre>
 * initiation →   e, es, s, ss      response ←   e, ee, se
 * </pre>
 *
 * States: started → finished (a session was returned) or dead (an exception was thrown). Owned by
 * the thread of its connection.
 */
public final class InitiatorHandshake {
  private final MachinePrivateKey self;
  private final MachineKey server;
  private final MachinePrivateKey ephemeral;
  private final SymmetricState state;
  private final byte[] initiation;
  private final int version;
  private final FrameReader frames = new FrameReader();

  private InitiatorHandshake(
      MachinePrivateKey self, MachineKey server, int version, MachinePrivateKey ephemeral)
      throws NoiseException {
    this.self = self;
    this.server = server;
    this.version = version;
    this.ephemeral = ephemeral;
    this.state = new SymmetricState(version, server);
    this.initiation = writeInitiation();
  }

  /**
   * Starts a handshake with a fresh ephemeral key.
   *
   * @param version the client's capability version, 16 bits; bound by the handshake
   * @throws NoiseException if {@code server} is a point of small order
   */
  public static InitiatorHandshake start(
      MachinePrivateKey self, MachineKey server, int version, SecureRandomSource random)
      throws NoiseException {
    if (version < 0 || version > 0xffff) {
      throw new IllegalArgumentException("a protocol version has 16 bits: " + version);
    }
    return new InitiatorHandshake(self, server, version, MachinePrivateKey.generate(random));
  }

  /** The 101 bytes to send, as the upgrade header carries them: padded standard base64. */
  public String initiationHeader() {
    return Base64.getEncoder().encodeToString(initiation);
  }

  /** A copy of the 101 bytes to send. */
  public byte[] initiation() {
    return initiation.clone();
  }

  /**
   * Takes bytes of the server's answer. Bytes after the response stay in {@code input}: they are
   * records already.
   *
   * @return the session once the response is complete and authentic
   * @throws NoiseException if the server refuses, or is not the one whose key was given
   */
  public Optional<NoiseSession> onBytes(ByteBuffer input) throws NoiseException {
    NoiseFrame frame = frames.next(input);
    if (frame == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (frame.type()) {
          case NoiseFrame.TYPE_RESPONSE -> readResponse(frame.payload());
          case NoiseFrame.TYPE_ERROR ->
              throw new NoiseException("the server refuses the handshake: " + text(frame));
          default ->
              throw new NoiseException(
                  "a Noise frame of type " + frame.type() + " where a response belongs");
        });
  }

  private byte[] writeInitiation() throws NoiseException {
    byte[] message = new byte[NoiseFrame.INITIATION_LENGTH];
    message[0] = (byte) (version >>> 8);
    message[1] = (byte) version;
    NoiseFrame.putHeader(
        message, 2, NoiseFrame.TYPE_INITIATION, NoiseFrame.INITIATION_PAYLOAD_LENGTH);
    byte[] ephemeralPublic = ephemeral.publicKey().bytes();
    System.arraycopy(
        ephemeralPublic, 0, message, NoiseFrame.INITIATION_HEADER_LENGTH, NoiseFrame.KEY_LENGTH);
    state.mixHash(ephemeralPublic);
    try {
      byte[] sealedSelf =
          state.sealAndHash(state.mixKey(ephemeral.agree(server)), self.publicKey().bytes());
      byte[] tag = state.sealAndHash(state.mixKey(self.agree(server)), new byte[0]);
      int offset = NoiseFrame.INITIATION_HEADER_LENGTH + NoiseFrame.KEY_LENGTH;
      System.arraycopy(sealedSelf, 0, message, offset, sealedSelf.length);
      System.arraycopy(tag, 0, message, offset + sealedSelf.length, tag.length);
      return message;
    } catch (WeakKeyException e) {
      throw new NoiseException("the server's key is not usable");
    }
  }

  private NoiseSession readResponse(byte[] payload) throws NoiseException {
    if (payload.length != NoiseFrame.RESPONSE_PAYLOAD_LENGTH) {
      throw new NoiseException("a Noise response of " + payload.length + " bytes");
    }
    byte[] serverEphemeral = Arrays.copyOf(payload, NoiseFrame.KEY_LENGTH);
    state.mixHash(serverEphemeral);
    try {
      Arrays.fill(state.mixKey(ephemeral.agree(serverEphemeral)), (byte) 0);
      byte[] key = state.mixKey(self.agree(serverEphemeral));
      state.openAndHash(key, Arrays.copyOfRange(payload, NoiseFrame.KEY_LENGTH, payload.length));
    } catch (WeakKeyException e) {
      throw new NoiseException("the server's ephemeral key is not usable");
    } finally {
      ephemeral.close();
    }
    byte[][] keys = state.split();
    return new NoiseSession(
        server, version, state.hash(), new RecordWriter(keys[0]), new RecordReader(keys[1]));
  }

  /** The peer's text, cut and without control characters, since it is not authenticated. */
  private static String text(NoiseFrame frame) {
    String text = new String(frame.payload(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
    return text.length() > 200 ? text.substring(0, 200) : text;
  }
}
