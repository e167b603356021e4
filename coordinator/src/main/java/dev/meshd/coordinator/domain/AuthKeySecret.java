package dev.meshd.coordinator.domain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.crypto.SecureRandomSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The full text of a pre-auth key, {@code hskey-auth-<12 hex>-<64 hex>}: a public prefix and 256
 * secret bits. The secret is uniformly random, so one SHA-256 is as good against guessing as a slow
 * password hash and cannot be used to tie the server up. Shown once, never stored, never printed by
 * {@link #toString}.
 */
public final class AuthKeySecret {
  public static final String HEAD = "hskey-auth-";

  private static final int PREFIX_BYTES = 6;
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM = Pattern.compile(HEAD + "([0-9a-f]{12})-([0-9a-f]{64})");

  private final String prefix;
  private final String secret;

  private AuthKeySecret(String prefix, String secret) {
    this.prefix = prefix;
    this.secret = secret;
  }

  public static AuthKeySecret generate(SecureRandomSource random) {
    return new AuthKeySecret(hex(random, PREFIX_BYTES), hex(random, SECRET_BYTES));
  }

  /** Empty when {@code text} is not of the form; surrounding space is ignored. */
  public static Optional<AuthKeySecret> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(new AuthKeySecret(form.group(1), form.group(2)))
        : Optional.empty();
  }

  public String prefix() {
    return prefix;
  }

  /** The whole key, to be shown to the person who asked for it. */
  public String reveal() {
    return HEAD + prefix + "-" + secret;
  }

  /** Hex SHA-256 of the secret part. */
  public String secretHash() {
    return HexFormat.of().formatHex(sha256(secret.getBytes(US_ASCII)));
  }

  /** Compares in time that does not depend on where the hashes differ. */
  public boolean matches(PreAuthKey key) {
    return MessageDigest.isEqual(
        secretHash().getBytes(US_ASCII), key.secretHash().getBytes(US_ASCII));
  }

  @Override
  public String toString() {
    return HEAD + prefix + "-***";
  }

  private static String hex(SecureRandomSource random, int length) {
    byte[] bytes = new byte[length];
    random.fill(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
