package dev.meshd.coordinator.netmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullMapQueueTest {
  private final FullMapQueue queue = new FullMapQueue();
  private final List<Long> served = new ArrayList<>();

  /** A connection that takes messages or not. */
  private record Sink(boolean isReady) implements MapSink {
    @Override
    public void send(MapMessage message) {}

    @Override
    public void close() {}

    @Override
    public void abort() {}
  }

  private NodeSession ask(long id, boolean ready) {
    NodeSession session = new NodeSession(id, new Sink(ready), 0);
    queue.add(session);
    return session;
  }

  private void serve(long nowNs) {
    queue.serve(nowNs, (session, now) -> served.add(session.nodeId()));
  }

  @Test
  void aHerdIsServedAFewAtATimeInTheOrderOfAsking() {
    List<NodeSession> herd = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      herd.add(ask(id, true));
    }
    serve(0);
    assertThat(served).hasSize(FullMapQueue.AT_A_TIME).startsWith(0L, 1L, 2L).isSorted();
    assertThat(queue.waiting()).isEqualTo(100 - FullMapQueue.AT_A_TIME);
    queue.done(herd.get(3));
    serve(0);
    assertThat(served).hasSize(FullMapQueue.AT_A_TIME + 1).isSorted();
  }

  @Test
  void slowReceiversHoldUpNobodyForLong() {
    for (int id = 0; id < FullMapQueue.AT_A_TIME + 5; id++) {
      ask(id, true);
    }
    serve(0);
    queue.endLongTurns(FullMapQueue.TURN_NS);
    serve(FullMapQueue.TURN_NS);
    assertThat(served).hasSize(FullMapQueue.AT_A_TIME);
    queue.endLongTurns(FullMapQueue.TURN_NS + 1);
    serve(FullMapQueue.TURN_NS + 1);
    assertThat(served).hasSize(FullMapQueue.AT_A_TIME + 5);
  }

  @Test
  void whoCannotTakeAMapYetKeepsItsPlaceWithoutHoldingUpOthers() {
    ask(1, false);
    ask(2, true);
    serve(0);
    assertThat(served).containsExactly(2L);
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void whoLeavesGivesItsTurnBack() {
    List<NodeSession> herd = new ArrayList<>();
    for (int id = 0; id < 2 * FullMapQueue.AT_A_TIME; id++) {
      herd.add(ask(id, true));
    }
    serve(0);
    herd.subList(0, FullMapQueue.AT_A_TIME).forEach(queue::done);
    serve(0);
    assertThat(served).hasSize(2 * FullMapQueue.AT_A_TIME);
    assertThat(queue.waiting()).isZero();
  }
}
