package dev.meshd.coordinator.gate;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections the process can hold. The JVM raises its limit of open files to the hard
 * limit at its start; what is left after the server's own files is shared out to the ports, so that
 * accepting never fails for want of one. Stateless.
 */
public final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /** Database, sockets, logs, and what the JVM opens for itself. */
  private static final int OWN = 256;

  private static final int ENOUGH = 4096;

  private OpenFiles() {}

  /** The number of connections that each of {@code ports} ports may have. */
  public static int perPort(int ports) {
    return perPort(limit(), ports);
  }

  static int perPort(long limit, int ports) {
    if (limit < ENOUGH) {
      LOG.warn(
          "this process may open only {} files, so few connections are possible: raise the limit"
              + " (LimitNOFILE= in the systemd unit, ulimit -n in a shell) to {} or more",
          limit,
          ENOUGH);
    }
    return Math.clamp((limit - OWN) / ports, 8, Integer.MAX_VALUE);
  }

  private static long limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : ENOUGH;
  }
}
