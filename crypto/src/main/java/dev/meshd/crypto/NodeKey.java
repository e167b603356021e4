package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The public half of a node key: the WireGuard public key, which is also the node's address at a
 * relay. Text form {@code "nodekey:"} and 64 hexadecimal digits; WireGuard tools write the same
 * bytes as base64. Immutable.
 */
public final class NodeKey extends RoleKey<NodeKey> {
  static final String PREFIX = "nodekey:";
  private static final NodeKey ZERO = of(new byte[LENGTH]);

  private NodeKey(MemorySegment source, long offset) {
    super(source, offset);
  }

  /** Copies exactly 32 bytes. */
  public static NodeKey of(byte[] key) {
    return new NodeKey(exactly32(key), 0);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static NodeKey of(byte[] source, int offset) {
    return new NodeKey(MemorySegment.ofArray(source), offset);
  }

  /** Copies the 32 bytes that start at {@code offset}. */
  public static NodeKey ofSegment(MemorySegment source, long offset) {
    return new NodeKey(source, offset);
  }

  /**
   * Reads the text form.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static NodeKey parse(String text) {
    return of(KeyText.parseHex(PREFIX, text));
  }

  /** Reads the text form; empty when it is not one. */
  public static Optional<NodeKey> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (KeyFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the all-zero key. */
  public static NodeKey zero() {
    return ZERO;
  }

  /** Returns the 44 characters that WireGuard tools use. */
  public String base64() {
    return KeyText.base64(bytes());
  }

  /**
   * Reads the 44 characters that WireGuard tools use.
   *
   * @throws KeyFormatException if the length or a digit is wrong
   */
  public static NodeKey parseBase64(String text) {
    return of(KeyText.parseBase64(text));
  }

  @Override
  String prefix() {
    return PREFIX;
  }

  @Override
  public String shortText() {
    return "[" + base64().substring(0, 5) + "]";
  }
}
