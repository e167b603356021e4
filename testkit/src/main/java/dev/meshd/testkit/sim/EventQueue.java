package dev.meshd.testkit.sim;

import java.util.PriorityQueue;

/**
 * Virtual time: what is to happen, in order. Events of one instant happen in the order in which
 * they were scheduled, so that one seed is one history. Single-threaded.
 */
public final class EventQueue {

  /** Where virtual time begins; not zero, so that nobody can take zero for "never". */
  public static final long START_NS = 1_000_000_000_000L;

  private record Event(long atNs, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNs = START_NS;
  private long scheduled;
  private long executed;

  public long nowNs() {
    return nowNs;
  }

  /** How many events have happened. */
  public long executed() {
    return executed;
  }

  /** Schedules an action after a delay, which is not negative. */
  public void after(long delayNs, Runnable action) {
    at(nowNs + Math.max(0, delayNs), action);
  }

  /** Schedules an action; a time in the past means now. */
  public void at(long atNs, Runnable action) {
    events.add(new Event(Math.max(atNs, nowNs), scheduled++, action));
  }

  /** Lets everything happen that is due by {@code untilNs}, and arrives there. */
  public void runUntil(long untilNs) {
    for (Event next = events.peek(); next != null && next.atNs <= untilNs; next = events.peek()) {
      events.poll();
      nowNs = next.atNs;
      executed++;
      next.action.run();
    }
    nowNs = Math.max(nowNs, untilNs);
  }
}
