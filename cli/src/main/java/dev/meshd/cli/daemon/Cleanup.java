package dev.meshd.cli.daemon;

import dev.meshd.cli.CommandFailure;
import dev.meshd.tun.StaleInterface;
import dev.meshd.tun.TunException;

/** Removes what a killed daemon may have left: its interface, and with it addresses and routes. */
final class Cleanup {
  private Cleanup() {}

  /** What there was to do, in words. */
  static String run(String interfaceName) {
    try {
      return switch (StaleInterface.remove(interfaceName)) {
        case REMOVED -> "Removed the interface " + interfaceName + ".";
        case ABSENT -> "Nothing to clean up.";
        case NOT_OURS -> "The interface " + interfaceName + " is not a TUN interface; left alone.";
      };
    } catch (TunException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }
}
