package dev.meshd.agent.datapath;

import dev.meshd.engine.datapath.Inbound;
import dev.meshd.engine.datapath.Outbound;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.engine.datapath.PathTraffic;
import dev.meshd.linux.WakeFd;
import dev.meshd.magicsock.io.UdpPorts;
import dev.meshd.tun.TunDevice;
import dev.meshd.wireguard.WireGuardDevice;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's two data-path threads, tun-reader and udp-receiver, and what the engine loop needs to
 * talk to them. Built, then {@linkplain #start started}, then {@linkplain #close closed}, each once
 * and by one thread; {@link #commands}, {@link #mailbox} and {@link #relayed} are thread-safe.
 *
 * <p>The TUN device and the sockets are borrowed: {@link #close} closes the TUN device, as nothing
 * else ends the reader, and leaves the sockets open.
 */
public final class DataPath implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);
  private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(5);

  private final TunDevice tun;
  private final WakeFd wakeReceiver = WakeFd.open();
  private final OutboundCommands commands;
  private final EngineMailbox mailbox;
  private final RelayedPackets relayed;
  private final UdpUnderlay underlay;
  private final Outbound outbound;
  private final Inbound inbound;
  private final UdpReceiver receiver;
  private final Thread tunReaderThread;
  private final Thread udpReceiverThread;

  /**
   * @param ports null as long as the node is to be unreachable
   * @param mtuBytes the TUN device's MTU
   * @param wakeEngine wakes the engine loop to look at {@link #mailbox}; must not block
   * @param onTunGone called on the tun-reader when the interface has disappeared under us
   */
  public DataPath(
      TunDevice tun,
      @Nullable UdpPorts ports,
      WireGuardDevice device,
      PacketFilter filter,
      RelaySink relays,
      int mtuBytes,
      Runnable wakeEngine,
      Runnable onTunGone) {
    this.tun = tun;
    this.commands = new OutboundCommands(tun::wakeReader);
    this.mailbox = new EngineMailbox(device, wakeEngine);
    this.relayed = new RelayedPackets(device.drops(), wakeReceiver::wake);
    Arena arena = Arena.ofAuto(); // lives as long as one of the threads' buffers is in use
    this.underlay = new UdpUnderlay(ports, relays, device.drops());
    this.outbound = new Outbound(device, underlay, filter, arena, mtuBytes);
    this.inbound = new Inbound(device, new TunOverlay(tun, device.drops()), mailbox, filter);
    TunReader reader = new TunReader(tun, outbound, commands, arena, onTunGone);
    this.receiver = new UdpReceiver(ports, relayed, inbound, device.drops(), wakeReceiver, arena);
    this.tunReaderThread = thread("tun-reader", reader);
    this.udpReceiverThread = thread("udp-receiver", receiver);
  }

  public void start() {
    tunReaderThread.start();
    udpReceiverThread.start();
  }

  /** Whether both threads run. */
  public boolean isRunning() {
    return tunReaderThread.isAlive() && udpReceiverThread.isAlive();
  }

  /** What left for the network, by path. */
  public PathTraffic sent() {
    return outbound.traffic();
  }

  /** What came from the network and was opened, by path. */
  public PathTraffic received() {
    return inbound.traffic();
  }

  /** What the engine asks the tun-reader to do. */
  public OutboundCommands commands() {
    return commands;
  }

  /** Datagrams for the engine. */
  public EngineMailbox mailbox() {
    return mailbox;
  }

  /** Where relay connections put transport data. */
  public RelayedPackets relayed() {
    return relayed;
  }

  /** Replaces the packet filter in both directions, from the next packet on. */
  public void useFilter(PacketFilter filter) {
    outbound.useFilter(filter);
    inbound.useFilter(filter);
  }

  /**
   * Goes on with other sockets, or with none. Those used until now may be closed as soon as this
   * returns.
   */
  public void usePorts(@Nullable UdpPorts ports) {
    underlay.usePorts(ports);
    receiver.usePorts(ports);
  }

  /** Says that the interface has another MTU. */
  public void useMtu(int mtuBytes) {
    outbound.useMtu(mtuBytes);
  }

  /** Removes the interface, ends both threads and waits for them. */
  @Override
  public void close() {
    tun.close();
    receiver.stop();
    join(tunReaderThread);
    join(udpReceiverThread);
    wakeReceiver.close();
  }

  private static void join(Thread thread) {
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.error("thread {} did not end", thread.getName());
    }
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, cause) -> LOG.error("thread {} ended by a bug", dead.getName(), cause));
    return thread;
  }
}
