package dev.meshd.wireguard.noise;

import static dev.meshd.wireguard.noise.HandshakeLayout.*;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.util.Arrays;
import java.util.Optional;

/**
 * An initiation being answered, in the three steps the responder takes: {@link #open} learns who
 * claims to be calling, {@link #openTimestamp} proves it, {@link #respond} makes the answer and the
 * keys. Between the steps the caller looks the peer up and judges the timestamp.
 *
 * <p>Holds no reference to any peer, so nothing is written to a peer before both seals have been
 * verified. After {@link #respond} or {@link #wipe} it is spent. Owned by the engine loop.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, sections 5.4.2 and
 *     5.4.3</a>
 */
public final class ReceivedInitiation {
  private final LocalIdentity local;
  private final SymmetricState state;
  private final byte[] message;
  private final byte[] remoteEphemeral;
  private final NodeKey remoteStatic;

  private ReceivedInitiation(
      LocalIdentity local,
      SymmetricState state,
      byte[] message,
      byte[] remoteEphemeral,
      NodeKey remoteStatic) {
    this.local = local;
    this.state = state;
    this.message = message;
    this.remoteEphemeral = remoteEphemeral;
    this.remoteStatic = remoteStatic;
  }

  /**
   * Opens the sealed static key.
   *
   * @param initiation of exact length, type and MAC already checked; borrowed until this object is
   *     spent
   * @return empty when the seal does not verify or the ephemeral key is a low-order point
   */
  public static Optional<ReceivedInitiation> open(LocalIdentity local, byte[] initiation) {
    byte[] ephemeral =
        Arrays.copyOfRange(
            initiation, INITIATION_EPHEMERAL_OFFSET, INITIATION_EPHEMERAL_OFFSET + KEY_LENGTH);
    byte[] sealedStatic =
        Arrays.copyOfRange(
            initiation,
            INITIATION_STATIC_OFFSET,
            INITIATION_STATIC_OFFSET + INITIATION_STATIC_LENGTH);
    SymmetricState state = SymmetricState.forResponder(local.publicBytes());
    state.mixHash(ephemeral);
    state.mixKey(ephemeral);
    try {
      return state
          .mixSecretAndOpen(local.privateKey().agree(ephemeral), sealedStatic)
          .map(key -> new ReceivedInitiation(local, state, initiation, ephemeral, NodeKey.of(key)));
    } catch (WeakKeyException forged) {
      return Optional.empty();
    }
  }

  /** The key the caller claims; proven only once {@link #openTimestamp} has succeeded. */
  public NodeKey remoteStatic() {
    return remoteStatic;
  }

  /** The index the peer has chosen for itself. */
  public int remoteIndex() {
    return senderIndex(message);
  }

  /**
   * Opens the sealed timestamp, which proves that the caller holds the private key of {@link
   * #remoteStatic()}.
   */
  public Optional<Tai64n> openTimestamp(RemoteIdentity remote) {
    if (remote.isWeak()) {
      return Optional.empty();
    }
    byte[] sealed =
        Arrays.copyOfRange(
            message,
            INITIATION_TIMESTAMP_OFFSET,
            INITIATION_TIMESTAMP_OFFSET + INITIATION_TIMESTAMP_LENGTH);
    return state.mixSecretAndOpen(remote.staticSecret(), sealed).map(Tai64n::decode);
  }

  /**
   * Makes the response and the keys.
   *
   * @param localIndex unique among our live indices; the peer's packets will carry it
   * @param psk the pre-shared key of this moment, zero when there is none
   * @return empty when the caller's ephemeral key turns out to be a low-order point
   */
  public Optional<Response> respond(int localIndex, PresharedKey psk, SecureRandomSource random) {
    return respond(localIndex, psk, local.privateKey().freshlyGenerated(random));
  }

  Optional<Response> respond(int localIndex, PresharedKey psk, NodePrivateKey ephemeral) {
    byte[] pskBytes = psk.bytes();
    try {
      byte[] ephemeralPublic = ephemeral.publicKey().bytes();
      state.mixHash(ephemeralPublic);
      state.mixKey(ephemeralPublic);
      state.mixSecret(ephemeral.agree(remoteEphemeral));
      state.mixSecret(ephemeral.agree(remoteStatic.bytes()));
      byte[] sealedEmpty = state.mixPskAndSeal(pskBytes, SymmetricState.EMPTY);
      byte[][] keys = state.splitAndWipe();

      byte[] response = new byte[MessageType.HANDSHAKE_RESPONSE.minimumLength()];
      writeInt(response, TYPE_OFFSET, MessageType.HANDSHAKE_RESPONSE.wireValue());
      writeInt(response, SENDER_OFFSET, localIndex);
      writeInt(response, RESPONSE_RECEIVER_OFFSET, remoteIndex());
      System.arraycopy(ephemeralPublic, 0, response, RESPONSE_EPHEMERAL_OFFSET, KEY_LENGTH);
      System.arraycopy(sealedEmpty, 0, response, RESPONSE_EMPTY_OFFSET, TAG_LENGTH);
      return Optional.of(
          new Response(response, new TransportKeys(keys[1], keys[0], remoteIndex())));
    } catch (WeakKeyException forged) {
      return Optional.empty();
    } finally {
      Arrays.fill(pskBytes, (byte) 0);
      ephemeral.close();
      state.wipe();
    }
  }

  /** Clears the running values of an initiation that will not be answered. */
  public void wipe() {
    state.wipe();
  }

  /** The answer and what it leads to. Owned by the caller of {@link ReceivedInitiation#respond}. */
  public static final class Response {
    private final byte[] message;
    private final TransportKeys keys;

    Response(byte[] message, TransportKeys keys) {
      this.message = message;
      this.keys = keys;
    }

    /** The 92 bytes, both MACs still zero; the caller stamps and sends this array. */
    public byte[] message() {
      return message;
    }

    public TransportKeys keys() {
      return keys;
    }
  }
}
