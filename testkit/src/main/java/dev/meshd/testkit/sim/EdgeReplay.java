package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import dev.meshd.testkit.sim.Reachability.Pair;
import dev.meshd.wireguard.transport.ReplayWindow;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * An attacker who knows how a replay window works: he records the first packets of a session, waits
 * until the window has nearly moved past them, and repeats, after every further packet, those that
 * lie at its edge. The thousands in between he lets nobody see, which is quicker for everyone.
 */
final class EdgeReplay implements SimInternet.Tap {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(Endpoint from, Endpoint to, byte[] datagram) {}

  private static final int RECORDED = 3 * Long.SIZE;
  private static final long MILLISECOND = 1_000_000L;
  private static final int COUNTER_OFFSET = 8;

  private final SimWorld world;
  private final Pair pair;
  private final Map<Long, Seen> recorded = new HashMap<>();
  private long highest;

  EdgeReplay(SimWorld world, Pair pair) {
    this.world = world;
    this.pair = pair;
  }

  void run() {
    world.trace("%s: a long session with an attacker at the window's edge", pair);
    world.internet().tap(this);
    for (int i = 0; i < RECORDED; i++) {
      world.ask(pair.from(), pair.to());
    }
    world.pass(100 * MILLISECOND);
    world.internet().swallow(datagram -> true);
    for (int i = 0; i < ReplayWindow.SIZE - RECORDED / 2; i++) {
      world.ask(pair.from(), pair.to());
    }
    world.internet().swallowNothing();
    for (int i = 0; i < 2 * RECORDED; i++) {
      world.ask(pair.from(), pair.to());
      world.pass(10 * MILLISECOND);
      repeat(highest - ReplayWindow.BITS, 2);
      repeat(highest - ReplayWindow.SIZE, 2);
    }
    world.pass(100 * MILLISECOND);
  }

  @Override
  public void onDatagram(Endpoint from, Endpoint to, byte[] datagram) {
    if (TransportLayout.isTransportData(MemorySegment.ofArray(datagram), 0, datagram.length)) {
      long counter =
          ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN).getLong(COUNTER_OFFSET);
      Seen before = recorded.putIfAbsent(counter, new Seen(from, to, datagram.clone()));
      if (before == null) {
        highest = Math.max(highest, counter);
      }
    }
  }

  private void repeat(long around, int reach) {
    for (long counter = around - reach; counter <= around + reach; counter++) {
      Seen seen = recorded.get(counter);
      if (seen != null) {
        world.internet().inject(seen.from(), seen.to(), seen.datagram());
      }
    }
  }
}
