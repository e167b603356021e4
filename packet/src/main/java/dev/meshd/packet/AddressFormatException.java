package dev.meshd.packet;

/** Text that is not an IP address, prefix or endpoint; the message quotes the offending text. */
public final class AddressFormatException extends IllegalArgumentException {
  private static final int MAX_QUOTED_CHARS = 100;

  /** Says what {@code text} was expected to be and, in a few words, why it is not. */
  AddressFormatException(String expected, String text, String reason) {
    super("not " + expected + ": \"" + shorten(text) + "\" (" + reason + ")");
  }

  private static String shorten(String text) {
    return text.length() <= MAX_QUOTED_CHARS ? text : text.substring(0, MAX_QUOTED_CHARS) + "...";
  }
}
