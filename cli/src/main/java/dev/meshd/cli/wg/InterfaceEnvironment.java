package dev.meshd.cli.wg;

import ch.qos.logback.classic.Level;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the environment says about an interface: the variables of wireguard-go, and one of our
 * launcher. Immutable.
 *
 * @param foreground WG_PROCESS_FOREGROUND=1: this process is the interface
 * @param logLevel LOG_LEVEL
 * @param keepsStreams whether the log goes on to our caller's stderr once the interface is there
 * @param tunDescriptor WG_TUN_FD: an open TUN device to use instead of making one
 * @param uapiOnStdin WG_UAPI_FD: a listening socket to use instead of making one, which the
 *     launcher has put in the place of stdin
 * @param readyDescriptor where to say that the interface is there
 */
record InterfaceEnvironment(
    boolean foreground,
    Level logLevel,
    boolean keepsStreams,
    OptionalInt tunDescriptor,
    boolean uapiOnStdin,
    OptionalInt readyDescriptor) {
  static final String READY_FD = "MESHD_READY_FD";

  static InterfaceEnvironment of(Map<String, String> variables) {
    String logLevel = variables.getOrDefault("LOG_LEVEL", "");
    Level level =
        switch (logLevel) {
          case "verbose", "debug" -> Level.DEBUG;
          case "silent" -> Level.OFF;
          default -> Level.ERROR;
        };
    return new InterfaceEnvironment(
        variables.getOrDefault("WG_PROCESS_FOREGROUND", "").equals("1"),
        level,
        !logLevel.isEmpty() && level != Level.OFF,
        descriptor(variables, "WG_TUN_FD"),
        descriptor(variables, "WG_UAPI_FD").isPresent(),
        descriptor(variables, READY_FD));
  }

  private static OptionalInt descriptor(Map<String, String> variables, String name) {
    String text = variables.getOrDefault(name, "");
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new CommandFailure(
          Meshd.EXIT_USAGE,
          name + " must be the number of a file descriptor, not \"" + text + "\"");
    }
    return OptionalInt.of(Integer.parseInt(text));
  }
}
