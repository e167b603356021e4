package dev.meshd.agent.node;

import dev.meshd.engine.PingResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Brings answers from the engine loop to those who wait for them. Thread-safe. */
final class Pings {
  private final AtomicLong lastRequest = new AtomicLong();
  private final Map<Long, CompletableFuture<Optional<PingResult>>> waiting =
      new ConcurrentHashMap<>();

  /**
   * Sends one ping and says whether there was anybody to ping; calls {@link Pings#refused} if not.
   */
  interface Sender {
    void send(long request);
  }

  /**
   * Sends a ping and waits for its answer.
   *
   * @return empty if there is no such peer
   * @throws TimeoutException if nobody answered
   */
  Optional<PingResult> ping(Sender sender, Duration timeout)
      throws InterruptedException, TimeoutException {
    long request = lastRequest.incrementAndGet();
    CompletableFuture<Optional<PingResult>> answer = new CompletableFuture<>();
    waiting.put(request, answer);
    try {
      sender.send(request);
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      waiting.remove(request);
    }
  }

  void answered(PingResult result) {
    complete(result.request(), Optional.of(result));
  }

  void refused(long request) {
    complete(request, Optional.empty());
  }

  private void complete(long request, Optional<PingResult> result) {
    CompletableFuture<Optional<PingResult>> answer = waiting.get(request);
    if (answer != null) {
      answer.complete(result);
    }
  }
}
