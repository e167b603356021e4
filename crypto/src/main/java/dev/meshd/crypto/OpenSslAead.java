package dev.meshd.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteOrder;

/**
 * OpenSSL's cipher, in place on native memory, without allocation.
 *
 * <p>A cipher context is made with the key at creation; each packet then sets a nonce, runs over
 * the text, and reads or checks the tag: four calls. One context serves one direction, so each is
 * made when it is first needed.
 *
 * <p>OpenSSL overwrites the key when a context is freed, which happens on {@link #close()} or, for
 * a forgotten one, when the collector finds it.
 */
final class OpenSslAead implements Rfc8439Cipher {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ValueLayout.OfLong COUNTER =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Scratch layout: nonce 0(12), written length 12(4), key 16(32) while a context is being made.
   */
  private static final int NONCE_OFFSET = 0;

  private static final int COUNTER_OFFSET = 4;
  private static final int WRITTEN_OFFSET = 12;
  private static final int KEY_OFFSET = 16;
  private static final int SCRATCH_LENGTH = KEY_OFFSET + KeyText.KEY_LENGTH;

  private final CallGate gate = new CallGate();
  private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_LENGTH, 16);
  private final long nonce = scratch.address() + NONCE_OFFSET;
  private final long written = scratch.address() + WRITTEN_OFFSET;
  private final Contexts contexts;
  private final Cleaner.Cleanable cleanable;

  OpenSslAead(byte[] key32) {
    KeyText.checkLength(key32.length);
    contexts = new Contexts(key32, scratch);
    cleanable = CLEANER.register(this, contexts);
  }

  @Override
  public void seal(long counter, MemorySegment buffer, long offset, int plainLength) {
    Rfc8439Cipher.checkBuffer(buffer, offset, plainLength, TAG_LENGTH);
    if (!gate.enter()) {
      throw new AeadClosedException();
    }
    try {
      scratch.set(ValueLayout.JAVA_INT, NONCE_OFFSET, 0);
      scratch.set(COUNTER, COUNTER_OFFSET, counter);
      long text = buffer.address() + offset;
      int done = (int) LibCrypto.ENCRYPT_INIT.invokeExact(contexts.encrypt, 0L, 0L, 0L, nonce);
      done &=
          (int)
              LibCrypto.ENCRYPT_UPDATE.invokeExact(
                  contexts.encrypt, text, written, text, plainLength);
      done &= finishSeal(text, plainLength);
      check(done);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(buffer);
      leave();
    }
  }

  @Override
  public boolean open(long counter, MemorySegment buffer, long offset, int cipherLength) {
    Rfc8439Cipher.checkBuffer(buffer, offset, cipherLength, 0);
    if (cipherLength < TAG_LENGTH || !gate.enter()) {
      return false;
    }
    try {
      scratch.set(ValueLayout.JAVA_INT, NONCE_OFFSET, 0);
      scratch.set(COUNTER, COUNTER_OFFSET, counter);
      long text = buffer.address() + offset;
      check((int) LibCrypto.DECRYPT_INIT.invokeExact(contexts.decrypt, 0L, 0L, 0L, nonce));
      return finishOpen(text, cipherLength - TAG_LENGTH);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(buffer);
      leave();
    }
  }

  @Override
  public void seal(
      byte[] nonce12, byte[] associatedData, MemorySegment buffer, long offset, int plainLength) {
    Rfc8439Cipher.checkNonce(nonce12);
    Rfc8439Cipher.checkBuffer(buffer, offset, plainLength, TAG_LENGTH);
    if (!gate.enter()) {
      throw new AeadClosedException();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, associatedData);
      MemorySegment.copy(nonce12, 0, scratch, ValueLayout.JAVA_BYTE, NONCE_OFFSET, nonce12.length);
      long text = buffer.address() + offset;
      int done = (int) LibCrypto.ENCRYPT_INIT.invokeExact(contexts.encrypt, 0L, 0L, 0L, nonce);
      done &=
          (int)
              LibCrypto.ENCRYPT_UPDATE.invokeExact(
                  contexts.encrypt, 0L, written, data.address(), associatedData.length);
      done &=
          (int)
              LibCrypto.ENCRYPT_UPDATE.invokeExact(
                  contexts.encrypt, text, written, text, plainLength);
      done &= finishSeal(text, plainLength);
      check(done);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(buffer);
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
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, associatedData);
      MemorySegment.copy(nonce12, 0, scratch, ValueLayout.JAVA_BYTE, NONCE_OFFSET, nonce12.length);
      int done = (int) LibCrypto.DECRYPT_INIT.invokeExact(contexts.decrypt, 0L, 0L, 0L, nonce);
      done &=
          (int)
              LibCrypto.DECRYPT_UPDATE.invokeExact(
                  contexts.decrypt, 0L, written, data.address(), associatedData.length);
      check(done);
      return finishOpen(buffer.address() + offset, cipherLength - TAG_LENGTH);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(buffer);
      leave();
    }
  }

  /** Writes the tag behind the text. Finishing writes no text, so it may point at the end of it. */
  private int finishSeal(long text, int plainLength) throws Throwable {
    long tag = text + plainLength;
    int done = (int) LibCrypto.ENCRYPT_FINAL.invokeExact(contexts.encrypt, tag, written);
    return done
        & (int)
            LibCrypto.CTX_CTRL.invokeExact(
                contexts.encrypt, LibCrypto.EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH, tag);
  }

  private boolean finishOpen(long text, int plainLength) throws Throwable {
    long tag = text + plainLength;
    int done =
        (int)
            LibCrypto.CTX_CTRL.invokeExact(
                contexts.decrypt, LibCrypto.EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH, tag);
    done &=
        (int)
            LibCrypto.DECRYPT_UPDATE.invokeExact(
                contexts.decrypt, text, written, text, plainLength);
    check(done);
    return (int) LibCrypto.DECRYPT_FINAL.invokeExact(contexts.decrypt, tag, written) == 1;
  }

  @Override
  public void close() {
    if (gate.close()) {
      cleanable.clean();
    }
  }

  private void leave() {
    if (gate.exit()) {
      cleanable.clean();
    }
  }

  private static void check(int done) {
    if (done != 1) {
      throw new IllegalStateException("libcrypto refused a ChaCha20-Poly1305 call");
    }
  }

  private static RuntimeException failed(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause);
  }

  /**
   * The two native contexts; knows nothing of the object that uses them, so that the cleaner can
   * free them.
   */
  private static final class Contexts implements Runnable {
    final long encrypt;
    final long decrypt;

    Contexts(byte[] key32, MemorySegment scratch) {
      MemorySegment.copy(key32, 0, scratch, ValueLayout.JAVA_BYTE, KEY_OFFSET, key32.length);
      long key = scratch.address() + KEY_OFFSET;
      try {
        encrypt = (long) LibCrypto.CTX_NEW.invokeExact();
        decrypt = (long) LibCrypto.CTX_NEW.invokeExact();
        long cipher = (long) LibCrypto.CHACHA20_POLY1305.invokeExact();
        int done = (int) LibCrypto.ENCRYPT_INIT.invokeExact(encrypt, cipher, 0L, key, 0L);
        done &= (int) LibCrypto.DECRYPT_INIT.invokeExact(decrypt, cipher, 0L, key, 0L);
        check(done);
      } catch (Throwable e) {
        throw failed(e);
      } finally {
        scratch.asSlice(KEY_OFFSET, KeyText.KEY_LENGTH).fill((byte) 0);
      }
    }

    @Override
    public void run() {
      try {
        LibCrypto.CTX_FREE.invokeExact(encrypt);
        LibCrypto.CTX_FREE.invokeExact(decrypt);
      } catch (Throwable e) {
        throw failed(e);
      }
    }
  }
}
