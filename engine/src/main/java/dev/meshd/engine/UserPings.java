package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Pings that users asked for and that nobody has answered. One request pings many addresses; the
 * first answer counts. At most {@value #MAX_WAITING} wait; the oldest is forgotten.
 *
 * <p>Owned by the engine loop.
 */
final class UserPings {

  static final int MAX_WAITING = 256;

  private final EngineOutput out;
  private final Set<Long> waiting = new LinkedHashSet<>();

  UserPings(EngineOutput out) {
    this.out = out;
  }

  int size() {
    return waiting.size();
  }

  void begin(long request) {
    if (waiting.size() >= MAX_WAITING) {
      waiting.remove(waiting.iterator().next());
    }
    waiting.add(request);
  }

  void onPong(long request, NodeKey peer, Endpoint via, long latencyNs) {
    if (waiting.remove(request)) {
      out.pingAnswered(new PingResult(request, peer, via, latencyNs));
    }
  }
}
