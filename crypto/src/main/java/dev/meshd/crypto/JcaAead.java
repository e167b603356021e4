package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's cipher, on every platform: the reference the others are tested against. It works on
 * heap arrays, so each packet is copied in and out, and it makes a few small objects per call. It
 * refuses to seal twice with one nonce.
 *
 * <p>Wiping is limited: the JDK keeps the key inside its cipher objects until the collector takes
 * them.
 */
final class JcaAead implements Rfc8439Cipher {
  private static final byte[] NO_DATA = {};
  private static final int USUAL_PACKET_LENGTH = 2048;

  private final CallGate gate = new CallGate();
  private final byte[] key;
  private final Cipher cipher;

  // Owned by whoever is inside the gate.
  private final byte[] nonce = new byte[ChaCha20Poly1305.NONCE_LENGTH];
  private byte[] input = new byte[USUAL_PACKET_LENGTH];
  private byte[] output = new byte[USUAL_PACKET_LENGTH];

  JcaAead(byte[] key32) {
    KeyText.checkLength(key32.length);
    key = key32.clone();
    try {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no ChaCha20-Poly1305", e);
    }
  }

  @Override
  public void seal(long counter, MemorySegment buffer, long offset, int plainLength) {
    setCounter(counter);
    seal(nonce, NO_DATA, buffer, offset, plainLength);
  }

  @Override
  public boolean open(long counter, MemorySegment buffer, long offset, int cipherLength) {
    setCounter(counter);
    return open(nonce, NO_DATA, buffer, offset, cipherLength);
  }

  @Override
  public void seal(
      byte[] nonce12, byte[] associatedData, MemorySegment buffer, long offset, int plainLength) {
    Rfc8439Cipher.checkNonce(nonce12);
    Rfc8439Cipher.checkBuffer(buffer, offset, plainLength, TAG_LENGTH);
    if (!gate.enter()) {
      throw new AeadClosedException();
    }
    try {
      int sealed =
          process(Cipher.ENCRYPT_MODE, nonce12, associatedData, buffer, offset, plainLength);
      MemorySegment.copy(output, 0, buffer, ValueLayout.JAVA_BYTE, offset, sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to seal", e);
    } finally {
      leave();
    }
  }

  @Override
  public boolean open(
      byte[] nonce12, byte[] associatedData, MemorySegment buffer, long offset, int cipherLength) {
    Rfc8439Cipher.checkNonce(nonce12);
    Rfc8439Cipher.checkBuffer(buffer, offset, cipherLength, 0);
    if (cipherLength < TAG_LENGTH || !gate.enter()) {
      return false;
    }
    try {
      int opened =
          process(Cipher.DECRYPT_MODE, nonce12, associatedData, buffer, offset, cipherLength);
      MemorySegment.copy(output, 0, buffer, ValueLayout.JAVA_BYTE, offset, opened);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to open", e);
    } finally {
      leave();
    }
  }

  /** Copies the text in and leaves the result in {@code output}; returns its length. */
  private int process(
      int mode,
      byte[] nonce12,
      byte[] associatedData,
      MemorySegment buffer,
      long offset,
      int length)
      throws GeneralSecurityException {
    if (input.length < length + TAG_LENGTH) {
      input = new byte[length + TAG_LENGTH];
      output = new byte[length + TAG_LENGTH];
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, input, 0, length);
    cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce12));
    cipher.updateAAD(associatedData);
    try {
      return cipher.doFinal(input, 0, length, output, 0);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("the output array is as long as the input", e);
    }
  }

  private void setCounter(long counter) {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[4 + i] = (byte) (counter >>> (8 * i));
    }
  }

  @Override
  public void close() {
    if (gate.close()) {
      wipe();
    }
  }

  private void leave() {
    if (gate.exit()) {
      wipe();
    }
  }

  private void wipe() {
    Arrays.fill(key, (byte) 0);
    Arrays.fill(input, (byte) 0);
    Arrays.fill(output, (byte) 0);
  }
}
