package dev.meshd.crypto;

import java.util.Arrays;

/**
 * Text forms of 32-byte keys: prefix and 64 hexadecimal digits (mesh protocol), or 44 characters of
 * standard base64 (WireGuard).
 *
 * <p>Private keys pass through here, so digits are computed by arithmetic: no tables and no
 * branches that depend on key bytes. A text with a wrong character is read to its end before it is
 * refused. Immutable, stateless.
 */
final class KeyText {
  static final int KEY_LENGTH = 32;
  private static final int BASE64_LENGTH = 44;
  private static final int BASE64_FULL_GROUPS = 10;

  private KeyText() {}

  /** Returns {@code prefix} followed by 64 lower-case hexadecimal digits. */
  static String hex(String prefix, byte[] key) {
    checkLength(key.length);
    var text = new StringBuilder(prefix.length() + 2 * KEY_LENGTH).append(prefix);
    for (byte b : key) {
      text.append(hexDigit((b >>> 4) & 15)).append(hexDigit(b & 15));
    }
    return text.toString();
  }

  /** Reads {@code prefix} and exactly 64 digits of either case. */
  static byte[] parseHex(String prefix, String text) {
    if (!text.startsWith(prefix) || text.length() != prefix.length() + 2 * KEY_LENGTH) {
      throw new KeyFormatException(
          "a key of this role is written \"" + prefix + "\" and 64 hexadecimal digits");
    }
    byte[] key = new byte[KEY_LENGTH];
    int bad = 0;
    for (int i = 0; i < KEY_LENGTH; i++) {
      int at = prefix.length() + 2 * i;
      int high = hexValue(text.charAt(at));
      int low = hexValue(text.charAt(at + 1));
      bad |= high | low;
      key[i] = (byte) ((high << 4) | (low & 15));
    }
    if (bad < 0) {
      Arrays.fill(key, (byte) 0);
      throw new KeyFormatException(
          "not a hexadecimal digit in a key that starts \"" + prefix + "\"");
    }
    return key;
  }

  static String base64(byte[] key) {
    checkLength(key.length);
    var text = new StringBuilder(BASE64_LENGTH);
    for (int group = 0; group < BASE64_FULL_GROUPS; group++) {
      int at = 3 * group;
      appendBase64(text, key[at] & 0xff, key[at + 1] & 0xff, key[at + 2] & 0xff);
    }
    appendBase64(text, key[30] & 0xff, key[31] & 0xff, 0);
    text.setCharAt(BASE64_LENGTH - 1, '=');
    return text.toString();
  }

  /**
   * Reads 44 characters with the padding sign; the two unused bits of the last digit must be zero.
   */
  static byte[] parseBase64(String text) {
    if (text.length() != BASE64_LENGTH || text.charAt(BASE64_LENGTH - 1) != '=') {
      throw new KeyFormatException(
          "a WireGuard key is written as 44 characters of base64 ending in \"=\"");
    }
    byte[] key = new byte[KEY_LENGTH];
    int bad = 0;
    for (int group = 0; group <= BASE64_FULL_GROUPS; group++) {
      boolean last = group == BASE64_FULL_GROUPS;
      int at = 4 * group;
      int a = base64Value(text.charAt(at));
      int b = base64Value(text.charAt(at + 1));
      int c = base64Value(text.charAt(at + 2));
      int d = last ? 0 : base64Value(text.charAt(at + 3));
      bad |= a | b | c | d;
      int bits = (a << 18) | (b << 12) | (c << 6) | d;
      key[3 * group] = (byte) (bits >>> 16);
      key[3 * group + 1] = (byte) (bits >>> 8);
      if (last) {
        bad |= -(bits & 0xff);
      } else {
        key[3 * group + 2] = (byte) bits;
      }
    }
    if (bad < 0) {
      Arrays.fill(key, (byte) 0);
      throw new KeyFormatException("not a base64 digit in a WireGuard key");
    }
    return key;
  }

  static void checkLength(int length) {
    if (length != KEY_LENGTH) {
      throw new IllegalArgumentException("a key is 32 bytes, not " + length);
    }
  }

  private static void appendBase64(StringBuilder text, int a, int b, int c) {
    text.append(base64Digit(a >>> 2))
        .append(base64Digit(((a << 4) | (b >>> 4)) & 63))
        .append(base64Digit(((b << 2) | (c >>> 6)) & 63))
        .append(base64Digit(c & 63));
  }

  private static char hexDigit(int value) {
    return (char) ('0' + value + (((9 - value) >> 31) & ('a' - '0' - 10)));
  }

  /** Returns 0-15, or a negative number for any other character. */
  private static int hexValue(int c) {
    return -1 + select(c, '0', '9', 1) + select(c, 'a', 'f', 11) + select(c, 'A', 'F', 11);
  }

  private static char base64Digit(int value) {
    int digit = 'A' + value;
    digit += ((25 - value) >> 31) & ('a' - 'A' - 26);
    digit += ((51 - value) >> 31) & ('0' - 'a' - 26);
    digit += ((61 - value) >> 31) & ('+' - '0' - 10);
    digit += ((62 - value) >> 31) & ('/' - '+' - 1);
    return (char) digit;
  }

  /** Returns 0-63, or a negative number for any other character. */
  private static int base64Value(int c) {
    return -1
        + select(c, 'A', 'Z', 1)
        + select(c, 'a', 'z', 27)
        + select(c, '0', '9', 53)
        + select(c, '+', '+', 63)
        + select(c, '/', '/', 64);
  }

  /**
   * Returns {@code c - first + base} when {@code c} lies in the range, otherwise 0, without a
   * branch.
   */
  private static int select(int c, int first, int last, int base) {
    return ((first - 1 - c) & (c - last - 1)) >> 31 & (c - first + base);
  }
}
