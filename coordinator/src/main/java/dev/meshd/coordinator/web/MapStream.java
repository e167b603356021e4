package dev.meshd.coordinator.web;

import dev.meshd.control.transport.ControlExchange;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.netmap.MapMessage;
import dev.meshd.coordinator.netmap.MapSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open map stream. Messages go one after the other; a stream whose last message has not left
 * yet is not ready for another. Owned by the coordinator loop.
 */
final class MapStream implements MapSink {
  private static final Logger LOG = LoggerFactory.getLogger(MapStream.class);

  private final ControlExchange.StreamingBody body;
  private final boolean zstd;
  private final Executor encoders;
  private final MapMetrics metrics;
  private final Runnable onReady;

  /** Completes, always normally, when everything sent so far has left or cannot any more. */
  private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);

  /**
   * @param onReady called, on any thread, each time a message has left
   */
  MapStream(
      ControlExchange.StreamingBody body,
      boolean zstd,
      Executor encoders,
      MapMetrics metrics,
      Runnable onReady) {
    this.body = body;
    this.zstd = zstd;
    this.encoders = encoders;
    this.metrics = metrics;
    this.onReady = onReady;
  }

  @Override
  public boolean isReady() {
    return sent.isDone() && body.open();
  }

  @Override
  public void send(MapMessage message) {
    sent =
        sent.thenCompose(done -> message.frame(zstd, encoders))
            .thenCompose(
                frame ->
                    body.write(frame).thenRun(() -> metrics.sent(message.type(), frame.length)))
            .handle(
                (done, failure) -> {
                  if (failure != null) {
                    giveUp(message, failure);
                  }
                  return null;
                });
    var _ = sent.thenRun(onReady);
  }

  private void giveUp(MapMessage message, Throwable failure) {
    metrics.sendFailed(message.type());
    if (body.open()) {
      // The client would miss a change for good: it has to begin anew.
      LOG.error("a map stream is given up", failure);
      body.abort();
    }
  }

  @Override
  public void close() {
    var _ = sent.thenRun(body::end);
  }

  @Override
  public void abort() {
    body.abort();
  }
}
