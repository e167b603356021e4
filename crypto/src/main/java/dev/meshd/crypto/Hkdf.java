package dev.meshd.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * HKDF (RFC 5869) over HMAC-BLAKE2s with empty info, the key derivation of Noise and of WireGuard:
 * {@code KDFn} of the WireGuard paper, section 5.4. Stateless, thread-safe.
 */
public final class Hkdf {
  /** Length of the chaining key and of each output in bytes. */
  public static final int OUTPUT_LENGTH = Blake2s.HASH_LENGTH;

  private static final int MAX_OUTPUTS = 3;

  private Hkdf() {}

  /**
   * Derives one to three keys of 32 bytes:
   *
   * <pre>
   *   prk = HMAC(chainingKey, input)
   *   T1  = HMAC(prk, 0x01)    Tn = HMAC(prk, T(n-1) | n)
   * </pre>
   *
   * @param chainingKey the salt, of any length
   * @param input the input key material, possibly empty
   * @return the outputs in order; the caller wipes them
   */
  public static byte[][] blake2s(byte[] chainingKey, byte[] input, int outputs) {
    if (outputs < 1 || outputs > MAX_OUTPUTS) {
      throw new IllegalArgumentException("one to three outputs, not " + outputs);
    }
    byte[] prk = hmac(chainingKey, input, input.length, (byte) 0);
    try {
      byte[][] derived = new byte[outputs][];
      byte[] previous = {};
      for (int i = 0; i < outputs; i++) {
        previous = hmac(prk, previous, previous.length, (byte) (i + 1));
        derived[i] = previous;
      }
      return derived;
    } finally {
      Arrays.fill(prk, (byte) 0);
    }
  }

  /** HMAC over the data and, unless it is zero, one counter byte after it. */
  private static byte[] hmac(byte[] key, byte[] data, int length, byte counter) {
    var hmac = new HMac(new Blake2sDigest(Blake2s.HASH_LENGTH * 8));
    hmac.init(new KeyParameter(key));
    hmac.update(data, 0, length);
    if (counter != 0) {
      hmac.update(counter);
    }
    byte[] output = new byte[OUTPUT_LENGTH];
    hmac.doFinal(output, 0);
    return output;
  }
}
