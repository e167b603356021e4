package dev.meshd.cli.wg;

import dev.meshd.cli.CommandFailure;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The interface of a tunnel, named after its file: {@code /etc/wireguard/wg0.conf} is wg0. */
final class TunnelName {
  private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_=+.-]{1,15}");
  private static final String SUFFIX = ".conf";

  private TunnelName() {}

  /** From a file or, as {@code down} allows, the interface's name itself. */
  static String of(String fileOrName) {
    Path last = Path.of(fileOrName).getFileName();
    String name = last == null ? "" : last.toString();
    if (name.endsWith(SUFFIX)) {
      name = name.substring(0, name.length() - SUFFIX.length());
    }
    return ofInterface(name);
  }

  /** An interface's name as given. */
  static String ofInterface(String name) {
    if (!ALLOWED.matcher(name).matches()) {
      throw new CommandFailure(
          "meshd wg: \""
              + name
              + "\" cannot name an interface: use 1 to 15 letters, digits and _ = + . -");
    }
    return name;
  }
}
