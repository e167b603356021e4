package dev.meshd.crypto;

import java.util.Locale;

/** Who does the packet cipher. Immutable. */
public enum AeadEngine {
  /** The JDK: always there, the reference, slower on small packets. */
  JCA {
    @Override
    Rfc8439Cipher createCipher(byte[] key32) {
      return new JcaAead(key32);
    }

    @Override
    public boolean isPresent() {
      return true;
    }
  },

  /** The system's OpenSSL 3 through foreign calls, in place on native memory. */
  OPENSSL {
    @Override
    Rfc8439Cipher createCipher(byte[] key32) {
      if (!LibCrypto.isPresent()) {
        throw new IllegalStateException("this machine has no usable libcrypto.so.3");
      }
      return new OpenSslAead(key32);
    }

    @Override
    public boolean isPresent() {
      return LibCrypto.isPresent();
    }
  };

  /** The system property that forces an engine: {@code jca} or {@code openssl}. */
  public static final String PROPERTY = "meshd.aead";

  /**
   * Makes a cipher for one key and one direction. The caller wipes the array and closes the cipher.
   */
  public Aead create(byte[] key32) {
    return createCipher(key32);
  }

  abstract Rfc8439Cipher createCipher(byte[] key32);

  /** Says whether this machine has what the engine needs. */
  public abstract boolean isPresent();

  /** Returns the engine to use on this machine; chosen once, see {@link AeadSelection}. */
  public static AeadEngine select() {
    return AeadSelection.current().engine();
  }

  /** Returns the name as it is written in the property: lower case. */
  public String propertyValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
