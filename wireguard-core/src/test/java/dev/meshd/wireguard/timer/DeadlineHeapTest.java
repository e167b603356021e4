package dev.meshd.wireguard.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DeadlineHeapTest {
  private record Step(int owner, OptionalLong deadlineNs) {}

  @Property
  void earliestIsTheLeastOfWhatIsSet(@ForAll("steps") List<Step> steps) {
    List<Object> owners = IntStream.range(0, 12).mapToObj(_ -> new Object()).toList();
    DeadlineHeap<Object> heap = new DeadlineHeap<>();
    Map<Integer, Long> model = new HashMap<>();
    for (Step step : steps) {
      heap.set(owners.get(step.owner()), step.deadlineNs());
      step.deadlineNs()
          .ifPresentOrElse(at -> model.put(step.owner(), at), () -> model.remove(step.owner()));

      assertThat(heap.size()).isEqualTo(model.size());
      OptionalLong least = model.values().stream().mapToLong(Long::longValue).min();
      assertThat(heap.earliestNs()).isEqualTo(least);
      least.ifPresent(
          at -> {
            assertThat(heap.due(at - 1)).isEmpty();
            assertThat(heap.due(at))
                .hasValueSatisfying(
                    due -> assertThat(model.get(owners.indexOf(due))).isEqualTo(at));
          });
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<OptionalLong> deadline = Arbitraries.longs().between(-50, 50).map(OptionalLong::of);
    Arbitrary<OptionalLong> none = Arbitraries.just(OptionalLong.empty());
    return Combinators.combine(
            Arbitraries.integers().between(0, 11), Arbitraries.oneOf(deadline, deadline, none))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }

  @Test
  void comparesAcrossTheWrapOfTheTimeline() {
    DeadlineTable table = new DeadlineTable();
    table.arm(PeerTimer.NEW_HANDSHAKE, Long.MAX_VALUE);
    table.arm(PeerTimer.SEND_KEEPALIVE, Long.MIN_VALUE + 5);

    assertThat(table.earliestNs()).hasValue(Long.MAX_VALUE);
    assertThat(table.expire(PeerTimer.SEND_KEEPALIVE, Long.MAX_VALUE)).isFalse();
    assertThat(table.expire(PeerTimer.NEW_HANDSHAKE, Long.MIN_VALUE)).isTrue();
    assertThat(table.isArmed(PeerTimer.NEW_HANDSHAKE)).isFalse();
  }
}
