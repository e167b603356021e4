package dev.meshd.coordinator.web;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.transport.ControlExchange;
import dev.meshd.coordinator.netmap.MapSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open map stream. Messages are encoded one after the other on {@code encoders}; a stream whose
 * last message has not left yet is not ready for another. Owned by the coordinator loop.
 */
final class MapStream implements MapSink {
  private static final Logger LOG = LoggerFactory.getLogger(MapStream.class);

  private final ControlExchange.StreamingBody body;
  private final boolean zstd;
  private final Executor encoders;
  private final Runnable onReady;

  /** Completes, always normally, when everything sent so far has left or cannot any more. */
  private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);

  /**
   * @param onReady called, on any thread, each time a message has left
   */
  MapStream(ControlExchange.StreamingBody body, boolean zstd, Executor encoders, Runnable onReady) {
    this.body = body;
    this.zstd = zstd;
    this.encoders = encoders;
    this.onReady = onReady;
  }

  @Override
  public boolean isReady() {
    return sent.isDone() && body.open();
  }

  @Override
  public void send(MapResponse message) {
    sent =
        sent.thenComposeAsync(done -> body.write(MapMessages.frame(message, zstd)), encoders)
            .handle(
                (done, failure) -> {
                  if (failure != null && body.open()) {
                    // The client would miss a change for good: it has to begin anew.
                    LOG.error("a map stream is given up", failure);
                    body.abort();
                  }
                  return null;
                });
    var _ = sent.thenRun(onReady);
  }

  @Override
  public void close() {
    var _ = sent.thenRun(body::end);
  }
}
