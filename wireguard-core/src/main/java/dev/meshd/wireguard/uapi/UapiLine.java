package dev.meshd.wireguard.uapi;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.SourceAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A line {@code key=value} of a request, over the bytes of the decoder's buffer; valid until the
 * decoder goes on.
 */
final class UapiLine {
  private static final int KEY_BYTES = 32;
  private static final int MAX_DIGITS = 10;

  private final byte[] bytes;
  private final String key;
  private final int start;
  private final int end;

  private UapiLine(byte[] bytes, String key, int start, int end) {
    this.bytes = bytes;
    this.key = key;
    this.start = start;
    this.end = end;
  }

  /** The first {@code length} bytes; empty if there is no equals sign. */
  static Optional<UapiLine> parse(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '=') {
        String key = new String(bytes, 0, i, StandardCharsets.ISO_8859_1);
        return Optional.of(new UapiLine(bytes, key, i + 1, length));
      }
    }
    return Optional.empty();
  }

  String key() {
    return key;
  }

  boolean is(String value) {
    return text(start).equals(value);
  }

  /** 64 hexadecimal digits; the caller wipes the array. */
  Optional<byte[]> hexKey() {
    if (end - start != 2 * KEY_BYTES) {
      return Optional.empty();
    }
    byte[] result = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      int high = Character.digit(bytes[start + 2 * i], 16);
      int low = Character.digit(bytes[start + 2 * i + 1], 16);
      if (high < 0 || low < 0) {
        Arrays.fill(result, (byte) 0);
        return Optional.empty();
      }
      result[i] = (byte) (high << 4 | low);
    }
    return Optional.of(result);
  }

  /** A number of decimal digits, at most {@code max}. */
  Optional<Long> number(long max) {
    if (start == end || end - start > MAX_DIGITS) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return Optional.empty();
      }
      value = value * 10 + (bytes[i] - '0');
    }
    return value <= max ? Optional.of(value) : Optional.empty();
  }

  /** {@code address:port} or {@code [address%interface]:port}, never a name. */
  Optional<Endpoint> endpoint(Zones zones) {
    String text = text(start);
    int percent = text.indexOf('%');
    int bracket = text.indexOf(']');
    if (percent < 0 || percent > bracket) {
      return Endpoint.tryParse(text).filter(endpoint -> !endpoint.isDerp());
    }
    OptionalInt index = zones.indexOf(text.substring(percent + 1, bracket));
    return index.isEmpty()
        ? Optional.empty()
        : Endpoint.tryParse(text.substring(0, percent) + text.substring(bracket))
            .map(at -> at.from(new SourceAddress(IpAddress.unspecifiedV6(), index.getAsInt())));
  }

  boolean isNegated() {
    return start < end && bytes[start] == '-';
  }

  /** {@code address/bits}, after the minus sign if there is one; bits of the host are ignored. */
  Optional<IpPrefix> prefix() {
    String text = text(isNegated() ? start + 1 : start);
    try {
      return text.contains("/") ? Optional.of(IpPrefix.parseLenient(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String text(int from) {
    return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
  }
}
