package dev.meshd.agent.diagnostics;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a text what opens doors: private keys, pre-authentication keys, links on which a
 * login waits, and credentials in URLs. Public keys, names and addresses stay: a report without
 * them explains nothing.
 *
 * <p>This is the second line of defence. The first is that nothing writes secrets in the first
 * place.
 */
final class Redaction {
  private static final String MARK = "[removed]";

  /** What is looked for; the first group, if any, stays. */
  private static final List<Pattern> SECRETS =
      List.of(
          Pattern.compile("(privkey:)[0-9a-fA-F]{16,}"),
          Pattern.compile("((?:hs|ts|meshd)key-)[A-Za-z0-9_-]{8,}"),
          Pattern.compile(
              "((?i:auth-?key|private-?key|preshared-?key)\"?\\s*[=:]\\s*\"?)[^\\s\",&]+"),
          Pattern.compile("(https?://[^\\s/\"]+/(?:register|a|login|auth)/)[^\\s\"?]+"),
          Pattern.compile("(https?://)[^\\s/@\"]+(?=@)"));

  private Redaction() {}

  static String apply(String text) {
    String clean = text;
    for (Pattern secret : SECRETS) {
      clean = secret.matcher(clean).replaceAll("$1" + MARK);
    }
    return clean;
  }
}
