package dev.meshd.engine.datapath;

import dev.meshd.wireguard.WireGuardPeer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the engine loop asks the sealing thread to do. The engine adds and wakes; the sealing thread
 * drains between batches. A simulation drains right after the engine has spoken.
 *
 * <p>Bounded by what the timers ask for, a few per peer and several seconds, as the sealing thread
 * drains on every wake-up. Thread-safe.
 */
public final class OutboundCommands {
  private final ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
  private final Runnable wakeSealer;

  /**
   * @param wakeSealer called after each command; must not block
   */
  public OutboundCommands(Runnable wakeSealer) {
    this.wakeSealer = wakeSealer;
  }

  private sealed interface Command {}

  private record SendKeepalive(WireGuardPeer peer, boolean oweAnother) implements Command {}

  private record FlushStaged(WireGuardPeer peer) implements Command {}

  private record DropStaged(WireGuardPeer peer) implements Command {}

  /** See {@link dev.meshd.wireguard.WireGuardOutput#sendKeepalive}. */
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
    add(new SendKeepalive(peer, oweAnother));
  }

  /** See {@link dev.meshd.wireguard.WireGuardOutput#flushStaged}. */
  public void flushStaged(WireGuardPeer peer) {
    add(new FlushStaged(peer));
  }

  /** See {@link dev.meshd.wireguard.WireGuardOutput#dropStaged}. */
  public void dropStaged(WireGuardPeer peer) {
    add(new DropStaged(peer));
  }

  /** Carries out what is waiting. Sealing thread. */
  public void drainTo(Outbound outbound, long nowNs) {
    for (Command command = queue.poll(); command != null; command = queue.poll()) {
      switch (command) {
        case SendKeepalive keepalive ->
            outbound.sendKeepalive(keepalive.peer(), keepalive.oweAnother(), nowNs);
        case FlushStaged flush -> outbound.flushStaged(flush.peer(), nowNs);
        case DropStaged drop -> outbound.dropStaged(drop.peer());
      }
    }
  }

  public boolean isEmpty() {
    return queue.isEmpty();
  }

  private void add(Command command) {
    queue.add(command);
    wakeSealer.run();
  }
}
