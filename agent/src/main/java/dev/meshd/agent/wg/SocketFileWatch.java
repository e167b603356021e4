package dev.meshd.agent.wg;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/**
 * Notices that somebody has removed the socket file of a {@link UapiServer}: the customary way to
 * end a userspace interface. Runs a virtual thread of its own.
 */
public final class SocketFileWatch implements AutoCloseable {
  private final WatchService service;

  private SocketFileWatch(WatchService service) {
    this.service = service;
  }

  /**
   * Starts to watch.
   *
   * @param onRemoved called once, on the watching thread
   */
  public static SocketFileWatch start(UapiServer server, Runnable onRemoved) {
    try {
      Path directory = server.file().map(Path::getParent).orElseThrow();
      WatchService service = directory.getFileSystem().newWatchService();
      directory.register(service, StandardWatchEventKinds.ENTRY_DELETE);
      Thread.ofVirtual().name("socket-watch").start(() -> watch(service, server, onRemoved));
      return new SocketFileWatch(service);
    } catch (IOException e) {
      throw new WgException("cannot watch the directory of the socket: " + e.getMessage(), e);
    }
  }

  private static void watch(WatchService service, UapiServer server, Runnable onRemoved) {
    try {
      while (server.isInPlace()) {
        WatchKey key = service.take();
        key.pollEvents();
        key.reset();
      }
      onRemoved.run();
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // The server itself is ending.
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      throw new WgException("cannot stop watching: " + e.getMessage(), e);
    }
  }
}
