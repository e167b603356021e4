package dev.meshd.agent.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.NotifyMask;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IpnBusTest {
  private final IpnBus bus = new IpnBus();
  private final Notify first = Notify.ofState(BackendState.STOPPED);

  @Test
  void aMaskWithoutInitialBitsGetsNoFirstMessage() throws Exception {
    BusWatcher watcher = bus.watch(0, () -> first);
    bus.publish(Notify.error("later"));
    assertThat(watcher.next()).contains(Notify.error("later"));
  }

  @Test
  void theFirstMessageComesBeforeAnyLaterOne() throws Exception {
    BusWatcher watcher = bus.watch(NotifyMask.INITIAL_STATE, () -> first);
    bus.publish(Notify.ofState(BackendState.RUNNING));
    assertThat(watcher.next()).contains(first);
    assertThat(watcher.next()).contains(Notify.ofState(BackendState.RUNNING));
  }

  @Test
  void peerChangesReachOnlyThoseWhoAsked() throws Exception {
    BusWatcher plain = bus.watch(0, () -> first);
    BusWatcher peers = bus.watch(NotifyMask.PEER_CHANGES, () -> first);
    Notify change = Notify.ofNetworkChange(null, List.of(Json.object()), null, null);
    bus.publish(change);
    bus.publish(first);
    assertThat(peers.next()).contains(change);
    assertThat(plain.next()).contains(first);
  }

  @Test
  void aSlowWatcherIsToldAndCutOff() throws Exception {
    BusWatcher slow = bus.watch(0, () -> first);
    for (int i = 0; i < BusWatcher.MAX_QUEUED + 10; i++) {
      bus.publish(first);
    }
    for (int i = 0; i < BusWatcher.MAX_QUEUED; i++) {
      assertThat(slow.next()).contains(first);
    }
    assertThat(slow.next())
        .hasValueSatisfying(
            last ->
                assertThat(last.error())
                    .hasValueSatisfying(text -> assertThat(text).contains("fell behind")));
    assertThat(slow.next()).isEmpty();
    assertThat(bus.isWanted(~0L)).isFalse();
  }

  @Test
  void closingEndsAWatch() throws Exception {
    BusWatcher watcher = bus.watch(NotifyMask.ENGINE_UPDATES, () -> first);
    assertThat(bus.isWanted(NotifyMask.ENGINE_UPDATES)).isTrue();
    bus.close();
    assertThat(watcher.next()).isEmpty();
    watcher.close();
  }
}
