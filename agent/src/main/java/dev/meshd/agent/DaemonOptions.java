package dev.meshd.agent;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * How a daemon is started.
 *
 * @param socket where the local API listens
 * @param stateDirectory everything the daemon keeps
 * @param interfaceName of the TUN interface
 * @param port UDP port to insist on; absent means the usual one, or any other when that is taken
 * @param version of this build
 */
public record DaemonOptions(
    Path socket, Path stateDirectory, String interfaceName, OptionalInt port, String version) {
  public static final Path DEFAULT_STATE_DIRECTORY = Path.of("/var/lib/meshd");
  public static final String DEFAULT_INTERFACE = "meshd0";
  public static final int DEFAULT_PORT = 41641;
}
