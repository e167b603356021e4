package dev.meshd.control.model;

import java.util.Arrays;
import java.util.Base64;

/** A byte string as a value: padded standard base64 on the wire. Immutable. */
public final class Octets {
  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies {@code bytes}. */
  public static Octets of(byte[] bytes) {
    return new Octets(bytes.clone());
  }

  /** Decodes padded standard base64; throws {@link IllegalArgumentException} when it is none. */
  public static Octets parse(String base64) {
    return new Octets(Base64.getDecoder().decode(base64));
  }

  /** A copy of the content. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** Padded standard base64. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Says the length only: the content may be a signature or a request. */
  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
