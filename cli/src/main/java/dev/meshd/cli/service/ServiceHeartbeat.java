package dev.meshd.cli.service;

import dev.meshd.linux.ServiceManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a service to the manager that started it: that it is ready, a status line whenever that
 * changes, and signs of life as often as the watchdog wants them. A service that does not answer
 * {@code isAlive} gets no sign of life and is in the end restarted by its manager.
 *
 * <p>Does nothing when no manager wants to hear. Runs on a thread of its own, so that it can wait
 * for the service's threads.
 */
public final class ServiceHeartbeat implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceHeartbeat.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Optional<ServiceManager> manager;
  private final Supplier<String> status;
  private final BooleanSupplier isAlive;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("service-heartbeat").daemon().factory());
  private String lastStatus = "";

  private ServiceHeartbeat(
      Optional<ServiceManager> manager, Supplier<String> status, BooleanSupplier isAlive) {
    this.manager = manager;
    this.status = status;
    this.isAlive = isAlive;
  }

  /**
   * Says that the service is ready and keeps reporting until closed.
   *
   * @param status what the service is doing, one line for people
   * @param isAlive whether every thread that must not stand still has just answered; may block for
   *     a moment
   */
  public static ServiceHeartbeat start(Supplier<String> status, BooleanSupplier isAlive) {
    return start(
        ServiceManager.fromEnvironment(System.getenv(), ProcessHandle.current().pid()),
        status,
        isAlive);
  }

  static ServiceHeartbeat start(
      Optional<ServiceManager> manager, Supplier<String> status, BooleanSupplier isAlive) {
    ServiceHeartbeat heartbeat = new ServiceHeartbeat(manager, status, isAlive);
    manager.ifPresent(heartbeat::start);
    return heartbeat;
  }

  private void start(ServiceManager manager) {
    report(manager);
    manager.ready();
    Duration pause =
        manager
            .watchdog()
            .map(limit -> limit.dividedBy(3))
            .filter(p -> p.compareTo(PAUSE) < 0)
            .orElse(PAUSE);
    var _ =
        thread.scheduleWithFixedDelay(
            () -> beat(manager), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void beat(ServiceManager manager) {
    try {
      report(manager);
      if (manager.watchdog().isPresent()) {
        if (isAlive.getAsBoolean()) {
          manager.alive();
        } else {
          log.error("a thread of this service does not answer; the service manager is not told");
        }
      }
    } catch (RuntimeException e) {
      log.error("the heartbeat met a bug and goes on", e);
    }
  }

  private void report(ServiceManager manager) {
    String now = status.get();
    if (!now.equals(lastStatus)) {
      lastStatus = now;
      manager.status(now);
    }
  }

  /** Says that the service is stopping. */
  @Override
  public void close() {
    thread.shutdownNow();
    manager.ifPresent(ServiceManager::stopping);
    manager.ifPresent(ServiceManager::close);
  }
}
