package dev.meshd.coordinator.registry;

import dev.meshd.control.model.RegisterRequest;
import dev.meshd.crypto.MachineKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A device that waits for a person to let it in. Owned by the coordinator loop.
 *
 * <p>States: waiting, then approved or lapsed. An approved one stays to be found by a follow-up
 * that arrives late; a lapsed one is forgotten.
 */
public final class PendingRegistration {
  /** How a wait ends. */
  public sealed interface Outcome {
    /** The device is now this node. */
    record Approved(long nodeId) implements Outcome {}

    /** Nobody decided in time; the device must ask again. */
    record Lapsed() implements Outcome {}
  }

  /** A client repeats its follow-up now and then; more than a few at once are not a client's. */
  static final int MAX_WAITERS = 4;

  private final String id;
  private final MachineKey machineKey;
  private final Instant lapsesAt;
  private final Deque<CompletableFuture<Outcome>> waiters = new ArrayDeque<>();
  private RegisterRequest request;
  private Asker from;
  private OptionalLong approvedNodeId = OptionalLong.empty();

  PendingRegistration(
      String id, MachineKey machineKey, RegisterRequest request, Asker from, Instant lapsesAt) {
    this.id = id;
    this.machineKey = machineKey;
    this.request = request;
    this.from = from;
    this.lapsesAt = lapsesAt;
  }

  public String id() {
    return id;
  }

  public MachineKey machineKey() {
    return machineKey;
  }

  /** The newest request of the device. */
  public RegisterRequest request() {
    return request;
  }

  /** Where the newest request came from, as text. */
  Asker from() {
    return from;
  }

  public boolean isApproved() {
    return approvedNodeId.isPresent();
  }

  /** The node that the device has become. */
  OptionalLong approvedNodeId() {
    return approvedNodeId;
  }

  Instant lapsesAt() {
    return lapsesAt;
  }

  void renew(RegisterRequest newRequest, Asker newFrom) {
    request = newRequest;
    from = newFrom;
  }

  /** Completes when the wait ends; cancelling it withdraws the waiter. */
  CompletableFuture<Outcome> outcome() {
    if (approvedNodeId.isPresent()) {
      return CompletableFuture.completedFuture(new Outcome.Approved(approvedNodeId.getAsLong()));
    }
    CompletableFuture<Outcome> waiter = new CompletableFuture<>();
    waiters.removeIf(CompletableFuture::isDone);
    if (waiters.size() >= MAX_WAITERS) {
      // Its request is answered with the same link again.
      waiters.removeFirst().complete(new Outcome.Lapsed());
    }
    waiters.add(waiter);
    return waiter;
  }

  void approved(long nodeId) {
    approvedNodeId = OptionalLong.of(nodeId);
    finish(new Outcome.Approved(nodeId));
  }

  void lapsed() {
    finish(new Outcome.Lapsed());
  }

  private void finish(Outcome outcome) {
    waiters.forEach(waiter -> waiter.complete(outcome));
    waiters.clear();
  }
}
