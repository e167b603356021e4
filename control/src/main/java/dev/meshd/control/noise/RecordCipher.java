package dev.meshd.control.noise;

import dev.meshd.crypto.ChaCha20Poly1305;
import java.util.Arrays;

/**
 * The key and the counter of one direction. The nonce is four zero bytes and the counter in eight
 * bytes, <em>big-endian</em>: not what Noise itself specifies. There is no rekey; the counter
 * 2<sup>64</sup>-1 is never used.
 */
final class RecordCipher {
  private static final byte[] NO_ASSOCIATED_DATA = {};
  private static final int COUNTER_OFFSET = 4;

  private final byte[] key;
  private final byte[] nonce = new byte[ChaCha20Poly1305.NONCE_LENGTH];
  private long counter;

  RecordCipher(byte[] key) {
    this.key = key;
  }

  byte[] seal(byte[] plain) throws NoiseException {
    return ChaCha20Poly1305.seal(key, nextNonce(), NO_ASSOCIATED_DATA, plain);
  }

  byte[] open(byte[] sealed) throws NoiseException {
    return ChaCha20Poly1305.open(key, nextNonce(), NO_ASSOCIATED_DATA, sealed)
        .orElseThrow(() -> new NoiseException("a Noise record does not authenticate"));
  }

  /** Wipes the key; for a direction that died. */
  void wipe() {
    Arrays.fill(key, (byte) 0);
  }

  private byte[] nextNonce() throws NoiseException {
    if (counter == -1L) {
      throw new NoiseException("the Noise channel has used up its counter");
    }
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[COUNTER_OFFSET + i] = (byte) (counter >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    counter++;
    return nonce;
  }
}
