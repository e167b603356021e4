package dev.meshd.agent.wg;

import dev.meshd.agent.datapath.DataPath;
import dev.meshd.agent.datapath.EngineMailbox;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.linux.BootClock;
import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine loop of a plain tunnel: the one thread that owns its {@link WireGuardDevice}. Each
 * turn takes in what the data path has signalled and received, lets timers expire, carries out what
 * others have asked for, and sleeps until the next deadline or until it is {@linkplain #wake
 * woken}.
 */
final class WgLoop implements Runnable, WireGuardOutput {
  private static final Logger LOG = LoggerFactory.getLogger(WgLoop.class);
  private static final int DATAGRAMS_PER_TURN = 64;
  private static final int MAX_HANDSHAKE_BYTES = 256;

  private final WireGuardDevice device;
  private final WgSockets sockets;
  private final EngineMailbox mailbox;
  private final OutboundCommands commands;
  private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
  private final SendBatch sendBatch = new SendBatch(1, MAX_HANDSHAKE_BYTES);
  private final Thread thread;
  private volatile boolean stopping;

  WgLoop(WireGuardDevice device, WgSockets sockets, DataPath dataPath, Thread thread) {
    this.device = device;
    this.sockets = sockets;
    this.mailbox = dataPath.mailbox();
    this.commands = dataPath.commands();
    this.thread = thread;
  }

  @Override
  public void run() {
    while (!stopping) {
      for (Runnable next = requests.poll(); next != null; next = requests.poll()) {
        next.run();
      }
      long nowNs = BootClock.nowNs();
      device.onSignals(nowNs, this);
      device.onHandshakesWaiting(mailbox.handshakesWaiting(), nowNs);
      boolean more =
          mailbox.drainTo(
              (from, bytes) -> device.onHandshake(bytes, from, nowNs, this), DATAGRAMS_PER_TURN);
      device.onDeadline(nowNs, this);
      if (!more) {
        sleep(nowNs);
      }
    }
  }

  /** Has the loop's thread do something with the device. Any thread. */
  void execute(Runnable request) {
    requests.add(request);
    wake();
  }

  /** Ends the current or next sleep. Any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  void stop() {
    stopping = true;
    wake();
  }

  private void sleep(long nowNs) {
    OptionalLong deadline = device.nextDeadlineNs();
    if (deadline.isEmpty()) {
      LockSupport.park(this);
    } else if (deadline.getAsLong() - nowNs > 0) {
      LockSupport.parkNanos(this, deadline.getAsLong() - nowNs);
    }
  }

  @Override
  public void sendToPeer(WireGuardPeer peer, byte[] handshakeMessage) {
    Endpoint to = peer.path().endpoint();
    if (to == null) {
      LOG.debug("peer {}: no endpoint to send a handshake to", peer);
      device.drops().count(DropReason.NO_PATH);
    } else {
      send(to, handshakeMessage);
    }
  }

  @Override
  public void sendCookieReply(Endpoint to, byte[] reply) {
    send(to, reply);
  }

  private void send(Endpoint to, byte[] message) {
    UdpFd socket = sockets.socketFor(to);
    if (socket == null || !sendBatch.addCopy(message, to)) {
      device.drops().count(DropReason.UNDERLAY_SEND_FAILED);
      return;
    }
    long refusedBefore = sendBatch.refusedCount();
    int left = socket.send(sendBatch);
    if (left != 0 || sendBatch.refusedCount() != refusedBefore) {
      device.drops().count(DropReason.UNDERLAY_SEND_FAILED);
      sendBatch.clear();
    }
  }

  @Override
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
    commands.sendKeepalive(peer, oweAnother);
  }

  @Override
  public void flushStaged(WireGuardPeer peer) {
    commands.flushStaged(peer);
  }

  @Override
  public void dropStaged(WireGuardPeer peer) {
    commands.dropStaged(peer);
  }

  @Override
  public void handshakeCompleted(WireGuardPeer peer) {
    LOG.debug("peer {}: handshake completed, path {}", peer, peer.path().endpoint());
  }
}
