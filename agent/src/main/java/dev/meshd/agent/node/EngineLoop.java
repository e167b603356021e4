package dev.meshd.agent.node;

import dev.meshd.agent.datapath.EngineMailbox;
import dev.meshd.engine.NodeEngine;
import dev.meshd.linux.BootClock;
import dev.meshd.magicsock.Deadline;
import dev.meshd.wireguard.SignalQueue;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns a {@link NodeEngine}: it runs commands, hands over what arrived, and calls
 * the engine when its deadline comes; in between it sleeps. At most {@value #MAX_COMMANDS} commands
 * wait; a caller that must not lose one waits for room, a network thread drops and counts.
 *
 * <p>{@link #run}, {@link #offer}, {@link #wake} and {@link #close} may be called from any thread.
 */
final class EngineLoop implements AutoCloseable {
  static final int MAX_COMMANDS = 4096;

  private static final Logger log = LoggerFactory.getLogger(EngineLoop.class);
  private static final int MAX_PER_TURN = 256;

  /**
   * Deadlines are on the boot clock, sleeping is not: a machine that slept must not be waited for.
   */
  private static final long MAX_SLEEP_NS = TimeUnit.SECONDS.toNanos(1);

  private static final long JOIN_MS = 5_000;

  private final BlockingQueue<Command> commands = new ArrayBlockingQueue<>(MAX_COMMANDS);
  private final Thread thread = new Thread(this::loop, "engine-loop");
  private final CompletableFuture<Owned> owned = new CompletableFuture<>();
  private volatile boolean closed;

  /** Something to do on the loop. */
  interface Command {
    void run(NodeEngine engine, long nowNs);
  }

  EngineLoop() {
    thread.setDaemon(true);
  }

  /** What belongs to the thread once it runs. */
  private record Owned(NodeEngine engine, EngineMailbox mailbox, SignalQueue signals) {}

  void start(NodeEngine engine, EngineMailbox mailbox, SignalQueue signals) {
    owned.complete(new Owned(engine, mailbox, signals));
    thread.start();
  }

  /** Has {@code command} run on the loop, waiting for room if need be; not from the loop itself. */
  void run(Command command) {
    try {
      while (!closed && !commands.offer(command, 1, TimeUnit.SECONDS)) {
        wake();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wake();
  }

  /**
   * Has {@code command} run on the loop; false, without effect, when too many wait. Does not block.
   */
  boolean offer(Command command) {
    boolean room = commands.offer(command);
    wake();
    return room;
  }

  /** Whether the loop carries out a command within {@code patience}. */
  boolean answersWithin(Duration patience) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    long waitUntilNs = System.nanoTime() + patience.toNanos();
    boolean accepted =
        commands.offer(
            (engine, nowNs) -> answered.countDown(), patience.toNanos(), TimeUnit.NANOSECONDS);
    wake();
    return accepted && answered.await(waitUntilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Something waits in the mailbox or the signal queue. Does not block. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void loop() {
    Owned own = owned.join();
    while (!closed) {
      try {
        turn(own.engine(), own.mailbox(), own.signals());
      } catch (RuntimeException e) {
        log.error("the engine loop met a bug and goes on", e);
      }
    }
  }

  private void turn(NodeEngine engine, EngineMailbox mailbox, SignalQueue signals) {
    boolean more = runCommands(engine);
    engine.onHandshakesWaiting(mailbox.handshakesWaiting(), BootClock.nowNs());
    more |=
        mailbox.drainTo(
            (from, bytes) -> engine.onDatagram(from, bytes, BootClock.nowNs()), MAX_PER_TURN);
    long nowNs = BootClock.nowNs();
    if (!signals.isEmpty()) {
      engine.onSignals(nowNs);
    }
    long deadlineNs = engine.nextDeadlineNs();
    if (deadlineNs != Deadline.NONE && deadlineNs - nowNs <= 0) {
      engine.onDeadline(nowNs);
    } else if (!more) {
      long sleepNs =
          deadlineNs == Deadline.NONE ? MAX_SLEEP_NS : Math.min(deadlineNs - nowNs, MAX_SLEEP_NS);
      LockSupport.parkNanos(this, sleepNs);
    }
  }

  private boolean runCommands(NodeEngine engine) {
    for (int i = 0; i < MAX_PER_TURN; i++) {
      Command command = commands.poll();
      if (command == null) {
        return false;
      }
      command.run(engine, BootClock.nowNs());
    }
    return true;
  }

  /** Ends the thread and waits for it. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      log.error("thread {} did not end", thread.getName());
    }
  }
}
