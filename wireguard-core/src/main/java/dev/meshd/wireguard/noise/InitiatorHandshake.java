package dev.meshd.wireguard.noise;

import static dev.meshd.wireguard.noise.HandshakeLayout.*;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.crypto.WeakKeyException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Our side of a handshake we began: the initiation as sent, and what is needed to understand one
 * response to it.
 *
 * <p>A response that does not verify changes nothing, so a forger who guesses the index cannot end
 * the handshake. The first that verifies ends it: keys come out and the rest is wiped. Owned by the
 * engine loop.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, sections 5.4.2 and
 *     5.4.3</a>
 */
public final class InitiatorHandshake {
  private final LocalIdentity local;
  private final NodePrivateKey ephemeral;
  private final SymmetricState state;
  private final int localIndex;
  private final byte[] message;

  private InitiatorHandshake(
      LocalIdentity local,
      NodePrivateKey ephemeral,
      SymmetricState state,
      int localIndex,
      byte[] message) {
    this.local = local;
    this.ephemeral = ephemeral;
    this.state = state;
    this.localIndex = localIndex;
    this.message = message;
  }

  /**
   * Begins a handshake.
   *
   * @param remote not {@linkplain RemoteIdentity#isWeak() weak}
   * @param localIndex unique among our live indices; the peer's packets will carry it
   */
  public static InitiatorHandshake begin(
      LocalIdentity local,
      RemoteIdentity remote,
      int localIndex,
      Tai64n timestamp,
      SecureRandomSource random) {
    NodePrivateKey ephemeral = local.privateKey().freshlyGenerated(random);
    return begin(local, remote, localIndex, timestamp, ephemeral);
  }

  static InitiatorHandshake begin(
      LocalIdentity local,
      RemoteIdentity remote,
      int localIndex,
      Tai64n timestamp,
      NodePrivateKey ephemeral) {
    byte[] remoteStatic = remote.publicBytes();
    byte[] ephemeralPublic = ephemeral.publicKey().bytes();
    SymmetricState state = SymmetricState.forResponder(remoteStatic);
    state.mixKey(ephemeralPublic);
    state.mixHash(ephemeralPublic);
    byte[] sealedStatic =
        state.mixSecretAndSeal(ephemeral.agree(remoteStatic), local.publicBytes());
    byte[] sealedTimestamp = state.mixSecretAndSeal(remote.staticSecret(), timestamp.encode());

    byte[] message = new byte[MessageType.HANDSHAKE_INITIATION.minimumLength()];
    writeInt(message, TYPE_OFFSET, MessageType.HANDSHAKE_INITIATION.wireValue());
    writeInt(message, SENDER_OFFSET, localIndex);
    System.arraycopy(ephemeralPublic, 0, message, INITIATION_EPHEMERAL_OFFSET, KEY_LENGTH);
    System.arraycopy(sealedStatic, 0, message, INITIATION_STATIC_OFFSET, INITIATION_STATIC_LENGTH);
    System.arraycopy(
        sealedTimestamp, 0, message, INITIATION_TIMESTAMP_OFFSET, INITIATION_TIMESTAMP_LENGTH);
    return new InitiatorHandshake(local, ephemeral, state, localIndex, message);
  }

  /** The 148 bytes, both MACs still zero; the caller stamps and sends this array. */
  public byte[] message() {
    return message;
  }

  public int localIndex() {
    return localIndex;
  }

  /**
   * Reads a response addressed to {@link #localIndex()}.
   *
   * @param response of exact length, type and MAC already checked
   * @param psk the pre-shared key of this moment, zero when there is none
   * @return the keys, after which this handshake is wiped; empty when the response does not verify,
   *     after which this handshake is as before
   */
  public Optional<TransportKeys> consumeResponse(byte[] response, PresharedKey psk) {
    byte[] remoteEphemeral =
        Arrays.copyOfRange(
            response, RESPONSE_EPHEMERAL_OFFSET, RESPONSE_EPHEMERAL_OFFSET + KEY_LENGTH);
    byte[] sealedEmpty =
        Arrays.copyOfRange(response, RESPONSE_EMPTY_OFFSET, RESPONSE_EMPTY_OFFSET + TAG_LENGTH);
    SymmetricState attempt = state.copy();
    byte[] pskBytes = psk.bytes();
    try {
      attempt.mixHash(remoteEphemeral);
      attempt.mixKey(remoteEphemeral);
      attempt.mixSecret(ephemeral.agree(remoteEphemeral));
      attempt.mixSecret(local.privateKey().agree(remoteEphemeral));
      if (attempt.mixPskAndOpen(pskBytes, sealedEmpty).isEmpty()) {
        return Optional.empty();
      }
      byte[][] keys = attempt.splitAndWipe();
      wipe();
      return Optional.of(new TransportKeys(keys[0], keys[1], senderIndex(response)));
    } catch (WeakKeyException forged) {
      return Optional.empty();
    } finally {
      Arrays.fill(pskBytes, (byte) 0);
      attempt.wipe();
    }
  }

  /** Clears the ephemeral key and the running values; the object is not used afterwards. */
  public void wipe() {
    ephemeral.close();
    state.wipe();
  }
}
