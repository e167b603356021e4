package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSinkTest {
  private static final ControlEvent EVENT = new ControlEvent.KeyExpired();

  @Test
  void listenerNeverSeesAnInterruptAndTheRoutineSeesItAfterwards() {
    List<Boolean> seen = new ArrayList<>();
    EventSink sink = new EventSink(event -> seen.add(Thread.currentThread().isInterrupted()));
    Thread.currentThread().interrupt();
    sink.emit(EVENT);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen).containsExactly(false);
  }

  @Test
  void aListenerThatFailsIsCalledAgain() {
    List<ControlEvent> heard = new ArrayList<>();
    EventSink sink =
        new EventSink(
            event -> {
              heard.add(event);
              throw new IllegalStateException("a bug of the listener");
            });
    sink.emit(EVENT);
    sink.emit(EVENT);
    assertThat(heard).hasSize(2);
  }
}
