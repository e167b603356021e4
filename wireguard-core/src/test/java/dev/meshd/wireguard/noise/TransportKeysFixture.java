package dev.meshd.wireguard.noise;

/** Transport keys without a handshake. */
public final class TransportKeysFixture {
  private TransportKeysFixture() {}

  public static TransportKeys of(byte[] sendKey, byte[] receiveKey, int remoteIndex) {
    return new TransportKeys(sendKey, receiveKey, remoteIndex);
  }
}
