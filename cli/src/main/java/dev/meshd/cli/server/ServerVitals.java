package dev.meshd.cli.server;

import dev.meshd.coordinator.CoordinatorServer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a running server how it does, for the service manager. Used by one thread. */
final class ServerVitals {
  private static final long PATIENCE_SECONDS = 5;

  private final CoordinatorServer server;
  private boolean alive = true;

  ServerVitals(CoordinatorServer server) {
    this.server = server;
  }

  /** What the server is doing; also finds out whether it answers. */
  String statusLine() {
    try {
      String line = server.statusLine().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      alive = true;
      return line;
    } catch (ExecutionException | TimeoutException e) {
      alive = false;
      return "Not answering";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "Stopping";
    }
  }

  /** Whether it answered when last asked. */
  boolean isAlive() {
    return alive;
  }
}
