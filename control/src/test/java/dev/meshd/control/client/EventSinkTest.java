package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
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

  /** An interrupt breaks a file that is being written, and with it the login. */
  @Test
  void aKeyIsKeptWithoutAnInterruptAndTheRoutineSeesItAfterwards() throws Exception {
    List<Boolean> seen = new ArrayList<>();
    Thread.currentThread().interrupt();
    new EventSink(event -> {})
        .keep(key -> seen.add(Thread.currentThread().isInterrupted()), NodePrivateKey.generate());
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
