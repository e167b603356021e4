package dev.meshd.coordinator.domain;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A node's name: what the machine calls itself, and the DNS label it got on the network.
 *
 * @param hostname as the client sent it; any text
 * @param given a valid DNS label of 1 to 63 characters, unique in the network
 * @param byAdmin an administrator chose {@code given}; it no longer follows the host name
 */
public record NodeLabel(String hostname, String given, boolean byAdmin) {
  public static final int MAX_LABEL = 63;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final String FALLBACK = "node";

  public static boolean isValidLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  /** A label derived from the host name, made unique by {@code -1}, {@code -2}…. */
  public static NodeLabel derive(String hostname, Predicate<String> taken) {
    String base = sanitise(hostname);
    String label = base;
    for (int n = 1; taken.test(label); n++) {
      String suffix = "-" + n;
      String head = base.substring(0, Math.min(base.length(), MAX_LABEL - suffix.length()));
      label = head + suffix;
    }
    return new NodeLabel(hostname, label, false);
  }

  /**
   * A DNS label out of any text: the first label of a domain name, lower case, everything that is
   * neither letter nor digit becomes a dash, no dash at either end; {@code node} when nothing is
   * left.
   */
  static String sanitise(String hostname) {
    String text = hostname.toLowerCase(Locale.ROOT).strip();
    for (String suffix : new String[] {".local", ".localdomain", ".lan"}) {
      if (text.endsWith(suffix)) {
        text = text.substring(0, text.length() - suffix.length());
      }
    }
    StringBuilder label = new StringBuilder();
    for (int i = 0; i < text.length() && label.length() < MAX_LABEL; i++) {
      char c = text.charAt(i);
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      boolean separator = c == '-' || c == '.' || c == ' ' || c == '_' || c == '@';
      if (alphanumeric) {
        label.append(c);
      } else if (separator && !label.isEmpty()) {
        label.append('-');
      }
    }
    while (!label.isEmpty() && label.charAt(label.length() - 1) == '-') {
      label.setLength(label.length() - 1);
    }
    return label.isEmpty() ? FALLBACK : label.toString();
  }
}
