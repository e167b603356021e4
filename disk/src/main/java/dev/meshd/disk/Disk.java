package dev.meshd.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The single steps by which files change. Each may fail, and the process may end between any two;
 * what is not forced may be lost with the power, in part or whole, in any order.
 */
public interface Disk {
  /** The disk of this machine. */
  Disk SYSTEM = new SystemDisk();

  /** Makes a file of mode 0600 with this content; it must not be there yet. */
  void create(Path file, byte[] content) throws IOException;

  /** Returns when the file's content would survive a power cut. */
  void force(Path file) throws IOException;

  /** Gives a file another name in one step, replacing what had that name. */
  void rename(Path from, Path to) throws IOException;

  /** Returns when the names in a directory would survive a power cut. */
  void forceDirectory(Path directory) throws IOException;

  /** Removes a file, if it is there. */
  void delete(Path file) throws IOException;
}
