package dev.meshd.cli.daemon;

import dev.meshd.cli.CommandFailure;
import dev.meshd.tun.StaleInterface;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Removes what a killed daemon may have left: its interface, and with it addresses and routes. */
final class Cleanup {
  private Cleanup() {}

  /** What there was to do, in words. */
  static String run(String interfaceName) {
    try {
      endIfUnused(interfaceName);
      return switch (StaleInterface.remove(interfaceName)) {
        case REMOVED -> "Removed the interface " + interfaceName + ".";
        case ABSENT -> "Nothing to clean up.";
        case NOT_OURS -> "The interface " + interfaceName + " is not a TUN interface; left alone.";
      };
    } catch (TunException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Takes the interface and lets it go: it then disappears by itself unless it was made to stay.
   *
   * @throws TunException if a running process has it
   */
  private static void endIfUnused(String interfaceName) {
    if (Files.exists(Path.of("/sys/class/net", interfaceName, "tun_flags"))) {
      TunDevice.open(interfaceName, TunDevice.MIN_MTU).close();
    }
  }
}
