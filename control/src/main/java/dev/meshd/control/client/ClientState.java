package dev.meshd.control.client;

import dev.meshd.control.client.Registrar.Keys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * What the routines of a client share: what is wanted, what has been reached, and a place to wait
 * for either to change. One lock guards everything and is never held during IO or a callback.
 * Thread-safe.
 */
final class ClientState {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private Optional<Goal> goal = Optional.empty();
  private Optional<Goal> taken = Optional.empty();
  private long goals;
  private Optional<Keys> keys;
  private boolean registered;
  private String lastAuthKey = "";
  private HostFacts facts;
  private long factsGeneration = 1;
  private long sentGeneration;
  private long wakeGeneration;

  /** Written under the lock, read without. */
  private volatile boolean closed;

  private volatile ControlStatus status = ControlStatus.INITIAL;

  /**
   * What the login routine is to reach.
   *
   * @param number tells one login from the next
   * @param authKey empty for none
   * @param newKey whether a new node key is wanted
   */
  record Goal(long number, String authKey, boolean newKey) {}

  /**
   * What the server is to be told.
   *
   * @param generation of the facts
   */
  record Report(Keys keys, HostFacts facts, long generation) {}

  ClientState(Optional<Keys> keys, HostFacts facts) {
    this.keys = keys;
    this.facts = facts;
  }

  // ---- login

  /** Wants a login in place of whatever login is under way, and ends every {@link #pause}. */
  Goal wantLogin(String authKey, boolean newKey) {
    lock.lock();
    try {
      Goal wanted = new Goal(++goals, authKey, newKey);
      goal = Optional.of(wanted);
      lastAuthKey = authKey;
      wakeGeneration++;
      changed.signalAll();
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody works on {@code wanted} already. */
  boolean isTaken(Goal wanted) {
    lock.lock();
    try {
      return taken.filter(wanted::equals).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /**
   * For a node that was registered before: wants to be so again under the same key, unless a login
   * is wanted already.
   */
  void wantRestart() {
    lock.lock();
    try {
      if (keys.isPresent() && goal.isEmpty()) {
        goal = Optional.of(new Goal(++goals, "", false));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** For a node the server has forgotten; false when a login is wanted anyway. */
  boolean wantRegistrationAgain() {
    lock.lock();
    try {
      if (keys.isEmpty() || goal.isPresent()) {
        return false;
      }
      setRegistered(false);
      goal = Optional.of(new Goal(++goals, lastAuthKey, false));
      return true;
    } finally {
      lock.unlock();
    }
  }

  Goal awaitGoal() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (goal.isEmpty()) {
        changed.await();
      }
      taken = goal;
      return goal.get();
    } finally {
      lock.unlock();
    }
  }

  boolean isStillGoal(Goal wanted) {
    lock.lock();
    try {
      return !closed && goal.filter(wanted::equals).isPresent();
    } finally {
      lock.unlock();
    }
  }

  void giveUp(Goal wanted) {
    lock.lock();
    try {
      goal = goal.filter(current -> !current.equals(wanted));
    } finally {
      lock.unlock();
    }
  }

  /** Notes that {@code wanted} is reached; false when it is not wanted any more. */
  boolean reach(Goal wanted, Keys under) {
    lock.lock();
    try {
      if (!isStillGoal(wanted)) {
        return false;
      }
      goal = Optional.empty();
      keys = Optional.of(under);
      sentGeneration = 0;
      setRegistered(true);
      return true;
    } finally {
      lock.unlock();
    }
  }

  Optional<Keys> keys() {
    lock.lock();
    try {
      return keys;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the login and returns the keys it was under. */
  Optional<Keys> forget() {
    lock.lock();
    try {
      Optional<Keys> leaving = keys;
      keys = Optional.empty();
      goal = Optional.empty();
      lastAuthKey = "";
      setRegistered(false);
      return leaving;
    } finally {
      lock.unlock();
    }
  }

  // ---- host facts

  HostFacts facts() {
    lock.lock();
    try {
      return facts;
    } finally {
      lock.unlock();
    }
  }

  /** Takes new facts; nothing happens when they are the same. */
  void update(HostFacts newFacts) {
    lock.lock();
    try {
      if (!newFacts.equals(facts)) {
        facts = newFacts;
        factsGeneration++;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  Report awaitRegistered() throws InterruptedException {
    return awaitReport(false);
  }

  /** Waits for facts that the server has not heard of. */
  Report awaitUnsent() throws InterruptedException {
    return awaitReport(true);
  }

  private Report awaitReport(boolean unsent) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!registered || keys.isEmpty() || (unsent && sentGeneration == factsGeneration)) {
        changed.await();
      }
      return new Report(keys.get(), facts, factsGeneration);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that the server has heard of {@code report}; a report under other keys than the present
   * does not count.
   */
  void markSent(Report report) {
    lock.lock();
    try {
      if (keys.filter(report.keys()::equals).isPresent()) {
        sentGeneration = Math.max(sentGeneration, report.generation());
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- waiting and status

  /** Waits, less when {@link #wake} is called or another login is wanted. */
  void pause(Duration time) throws InterruptedException {
    long deadlineNs = System.nanoTime() + time.toNanos();
    lock.lockInterruptibly();
    try {
      long generation = wakeGeneration;
      long leftNs = time.toNanos();
      while (!closed && generation == wakeGeneration && leftNs > 0) {
        changed.awaitNanos(leftNs);
        leftNs = deadlineNs - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      wakeGeneration++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False when it was closed before. */
  boolean close() {
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      changed.signalAll();
      return first;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  ControlStatus status() {
    return status;
  }

  void setStatus(UnaryOperator<ControlStatus> change) {
    lock.lock();
    try {
      status = change.apply(status);
    } finally {
      lock.unlock();
    }
  }

  /** Notes what stands in the way; false when it was known. */
  boolean noteProblem(String sentence) {
    lock.lock();
    try {
      boolean known = status.problem().equals(sentence);
      status = status.withProblem(sentence);
      return !known;
    } finally {
      lock.unlock();
    }
  }

  /** The caller holds the lock. */
  private void setRegistered(boolean value) {
    registered = value;
    status = status.withRegistered(value);
    changed.signalAll();
  }
}
