package dev.meshd.wireguard.noise;

import java.util.Arrays;

/**
 * What a handshake yields: one key for each direction, seen from our side, and the peer's index for
 * the session.
 *
 * <p>Owned by whoever received it, who hands the keys to the ciphers and then calls {@link
 * #wipe()}.
 */
public final class TransportKeys {
  private final byte[] sendKey;
  private final byte[] receiveKey;
  private final int remoteIndex;

  TransportKeys(byte[] sendKey, byte[] receiveKey, int remoteIndex) {
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
    this.remoteIndex = remoteIndex;
  }

  /** The array itself, borrowed until {@link #wipe()}. */
  public byte[] sendKey() {
    return sendKey;
  }

  /** The array itself, borrowed until {@link #wipe()}. */
  public byte[] receiveKey() {
    return receiveKey;
  }

  /** The receiver index of every packet we send under {@link #sendKey()}. */
  public int remoteIndex() {
    return remoteIndex;
  }

  public void wipe() {
    Arrays.fill(sendKey, (byte) 0);
    Arrays.fill(receiveKey, (byte) 0);
  }
}
