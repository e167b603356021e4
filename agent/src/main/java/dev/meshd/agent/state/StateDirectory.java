package dev.meshd.agent.state;

import dev.meshd.disk.DiskFault;
import dev.meshd.disk.HeldDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The daemon's own directory, readable by nobody else, held by one daemon at a time: the lock ends
 * with the process, however that ends.
 */
public final class StateDirectory implements Closeable {
  private final HeldDirectory held;

  private StateDirectory(HeldDirectory held) {
    this.held = held;
  }

  /**
   * Creates the directory if need be, closes it to other users and takes its lock.
   *
   * @throws StateException if it cannot be used, or another daemon uses it
   */
  public static StateDirectory open(Path path) throws StateException {
    try {
      return new StateDirectory(HeldDirectory.take(path));
    } catch (HeldDirectory.HeldByOtherException e) {
      throw new StateException(
          "another meshd daemon ("
              + e.holder()
              + ") is already using the state directory "
              + path
              + "; stop it first, or give this one its own --statedir",
          e);
    } catch (IOException e) {
      throw new StateException(
          "cannot use the state directory " + path + ": " + DiskFault.reason(e) + advice(path), e);
    }
  }

  private static String advice(Path path) {
    try {
      String owner = Files.getOwner(path).getName();
      return owner.equals(System.getProperty("user.name"))
          ? ""
          : "; it belongs to the user " + owner + ", run the daemon as that user or as root";
    } catch (IOException e) {
      return "; run the daemon as root, or give it a --statedir it may write";
    }
  }

  public Path file(String name) {
    return held.file(name);
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
