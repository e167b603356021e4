package dev.meshd.packet;

import org.jspecify.annotations.Nullable;

/**
 * The text forms of {@link IpAddress}: reads every form of RFC 4291 section 2.2, writes the one of
 * RFC 5952. Malformed text is {@code null}, because most callers try several readings.
 */
final class IpAddressText {
  private static final int GROUPS = 8;
  private static final int MAX_TEXT_CHARS = 45;

  private IpAddressText() {}

  static @Nullable IpAddress parse(String text) {
    if (text.length() > MAX_TEXT_CHARS) {
      return null;
    }
    if (text.indexOf(':') >= 0) {
      return parseV6(text);
    }
    long value = parseV4(text, 0);
    return value < 0 ? null : IpAddress.ofV4((int) value);
  }

  /** Dotted decimal from {@code start} to the end of the text; -1 if it is not. */
  private static long parseV4(String text, int start) {
    long value = 0;
    int position = start;
    for (int octet = 0; octet < IpAddress.V4_BYTES; octet++) {
      if (octet > 0) {
        if (position >= text.length() || text.charAt(position) != '.') {
          return -1;
        }
        position++;
      }
      int first = position;
      int number = 0;
      while (position < text.length() && position - first < 3 && isDigit(text.charAt(position))) {
        number = number * 10 + (text.charAt(position) - '0');
        position++;
      }
      boolean leadingZero = position - first > 1 && text.charAt(first) == '0';
      if (position == first || leadingZero || number > 255) {
        return -1;
      }
      value = value << 8 | number;
    }
    return position == text.length() ? value : -1;
  }

  private static @Nullable IpAddress parseV6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int compressedAt = -1;
    int position = 0;
    int length = text.length();
    if (text.startsWith("::")) {
      compressedAt = 0;
      position = 2;
    }
    while (position < length) {
      if (count == GROUPS) {
        return null;
      }
      int end = endOfGroup(text, position);
      if (end < length && text.charAt(end) == '.') {
        long tail = count <= GROUPS - 2 ? parseV4(text, position) : -1;
        if (tail < 0) {
          return null;
        }
        groups[count++] = (int) (tail >>> 16);
        groups[count++] = (int) tail & 0xffff;
        break;
      }
      if (end == position || end - position > 4) {
        return null;
      }
      groups[count++] = Integer.parseInt(text, position, end, 16);
      if (end == length) {
        break;
      }
      if (text.charAt(end) != ':' || end + 1 == length) {
        return null;
      }
      position = end + 1;
      if (text.charAt(position) == ':') {
        if (compressedAt >= 0) {
          return null;
        }
        compressedAt = count;
        position++;
      }
    }
    return expand(groups, count, compressedAt);
  }

  private static int endOfGroup(String text, int start) {
    int end = start;
    while (end < text.length() && isHexDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static @Nullable IpAddress expand(int[] groups, int count, int compressedAt) {
    if (compressedAt < 0 ? count != GROUPS : count >= GROUPS) {
      return null;
    }
    int zeros = GROUPS - count;
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS; i++) {
      int group;
      if (compressedAt < 0 || i < compressedAt) {
        group = groups[i];
      } else {
        group = i < compressedAt + zeros ? 0 : groups[i - zeros];
      }
      if (i < GROUPS / 2) {
        high = high << 16 | group;
      } else {
        low = low << 16 | group;
      }
    }
    return IpAddress.ofV6(high, low);
  }

  static String format(IpAddress address) {
    StringBuilder out = new StringBuilder(MAX_TEXT_CHARS);
    if (address.isV4()) {
      appendV4(out, address.v4Value());
    } else if (address.isMappedV4()) {
      appendV4(out.append("::ffff:"), (int) address.low());
    } else {
      appendV6(out, address);
    }
    return out.toString();
  }

  private static void appendV4(StringBuilder out, int value) {
    out.append(value >>> 24).append('.').append(value >>> 16 & 0xff).append('.');
    out.append(value >>> 8 & 0xff).append('.').append(value & 0xff);
  }

  /**
   * RFC 5952 section 4.2: shorten the longest run of two or more zero groups, the first if tied.
   */
  private static void appendV6(StringBuilder out, IpAddress address) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int j = i;
      while (j < GROUPS && group(address, j) == 0) {
        j++;
      }
      if (j - i > runLength) {
        runStart = i;
        runLength = j - i;
      }
      i = Math.max(i, j - 1);
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        out.append("::");
        i += runLength - 1;
        continue;
      }
      boolean followsRun = i == runStart + runLength;
      if (i > 0 && !followsRun) {
        out.append(':');
      }
      out.append(Integer.toHexString(group(address, i)));
    }
  }

  private static int group(IpAddress address, int index) {
    long half = index < GROUPS / 2 ? address.high() : address.low();
    int groupsAfter = GROUPS / 2 - 1 - index % (GROUPS / 2);
    return (int) (half >>> (16 * groupsAfter)) & 0xffff;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
