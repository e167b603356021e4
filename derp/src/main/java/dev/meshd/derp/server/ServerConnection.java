package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.codec.ClientInfo;
import dev.meshd.derp.codec.DerpLimits;
import dev.meshd.derp.codec.DiscoPackets;
import dev.meshd.derp.codec.FrameDecoder;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerSession;
import dev.meshd.derp.codec.ServerSessionOutput;
import dev.meshd.derp.codec.SessionFailure;
import dev.meshd.derp.codec.TokenBucket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client connection of a relay, from the end of its HTTP request on.
 *
 * <p>Reading and routing happen on the event loop of the sender's channel, which puts frames into
 * the {@link OutboundQueues} of the receiver and wakes its loop. Writing happens on the receiver's
 * loop, one batch at a time: the next batch is made when the kernel took the last one, and a batch
 * that is not taken within the write timeout ends the connection. A sender never waits for a
 * receiver.
 *
 * <p>Fields are owned by the channel's event loop unless said otherwise. Source: tailscale
 * derp/derpserver/derpserver.go.
 */
// Netty's futures of writes, closes and timers are ignored: a write that fails closes the channel,
// which is handled.
@SuppressWarnings("FutureReturnValueIgnored")
final class ServerConnection extends ChannelInboundHandlerAdapter implements ServerSessionOutput {

  private static final int BATCH = 96 * 1024;
  private static final double NOT_HERE_PER_SECOND = 1;
  private static final double NOT_HERE_BURST = 3;

  private final DerpServer server;
  private final Channel channel;
  private final ServerSession session;

  // For every thread.
  private final OutboundQueues queues;
  private final AtomicBoolean drainPending = new AtomicBoolean();
  private final Runnable drainTask = this::drain;
  private final Set<ClientSet> subscriptions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  // For the event loop.
  private final TokenBucket notHereLimit;
  private final List<ByteBuf> early = new ArrayList<>();
  private boolean started;
  private byte[] head = new byte[0];
  private @Nullable ClientSet clients;
  private boolean preferred;
  private boolean writing;
  private final @Nullable TokenBucket receiveLimit;

  ServerConnection(DerpServer server, Channel channel) {
    this.server = server;
    this.channel = channel;
    this.queues = new OutboundQueues(server.stats());
    this.session = new ServerSession(server.privateKey(), server.random(), server.jitter(), this);
    this.notHereLimit = new TokenBucket(NOT_HERE_PER_SECOND, NOT_HERE_BURST, server.nowNs());
    ReceiveRate rate = server.receiveRate();
    this.receiveLimit =
        rate.isLimited()
            ? new TokenBucket(rate.bytesPerSecond(), rate.burstBytes(), server.nowNs())
            : null;
  }

  /**
   * Greets the client after {@code httpHead}, in one flush, and takes up what it sent in the
   * meantime.
   */
  void start(byte[] httpHead) {
    started = true;
    server.stats().accepts.increment();
    head = httpHead;
    session.start(server.nowNs());
    armTimer();
    for (ByteBuf bytes : early) {
      read(bytes);
    }
    early.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
    } else if (!started) {
      early.add(bytes);
    } else {
      read(bytes);
    }
  }

  private void read(ByteBuf bytes) {
    payFor(bytes.readableBytes());
    try {
      for (ByteBuffer chunk : bytes.nioBuffers()) {
        session.onBytes(chunk, server.nowNs());
      }
    } finally {
      bytes.release();
    }
  }

  /** Stops reading for as long as the client is ahead of its rate. */
  private void payFor(int length) {
    if (receiveLimit == null) {
      return;
    }
    long waitNs = receiveLimit.takeOnCredit(length, server.nowNs());
    if (waitNs > 0 && channel.config().isAutoRead()) {
      server.stats().receiveWaits.increment();
      channel.config().setAutoRead(false);
      channel
          .eventLoop()
          .schedule(() -> channel.config().setAutoRead(true), waitNs, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onClosed();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    onClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }

  @Override
  public void write(byte[] frame) {
    if (head.length > 0) {
      queues.offerControl(head);
      head = new byte[0];
    }
    queues.offerControl(frame);
    wake();
  }

  @Override
  public void onLogin(NodeKey client, ClientInfo info) {
    if (!server.admission().admits(client, source())) {
      session.refuse();
      return;
    }
    // Senders may find this connection from here on, yet the server info is queued first and so
    // leaves first.
    session.admit();
    clients = server.registry().register(client, this);
    server.stats().connections.increment();
    server.gate().admitted(channel, client);
  }

  @Override
  public void onFrameHeard() {
    if (clients != null) {
      clients.noteSpoke(this);
    }
  }

  @Override
  public void onSendPacket(ByteBuffer destinationAndPacket) {
    ClientSet own = clients;
    if (own == null) {
      return;
    }
    byte[] key = new byte[DerpLimits.KEY_LENGTH];
    destinationAndPacket.get(key);
    ByteBuffer packet = destinationAndPacket.slice();
    boolean disco = DiscoPackets.isDisco(packet);
    server.stats().packetsReceived.increment();
    server.stats().bytesReceived.add(packet.remaining());

    NodeKey destination = NodeKey.of(key);
    ServerConnection receiver = server.registry().active(destination);
    if (receiver == null) {
      onUnknownDestination(destination, disco);
      return;
    }
    receiver.subscribeTo(own);
    receiver.queues.offerPacket(recvPacket(own.key(), packet), disco);
    receiver.wake();
  }

  private void onUnknownDestination(NodeKey destination, boolean disco) {
    server.stats().countDrop(RelayDrop.UNKNOWN_DEST, disco);
    if (disco && notHereLimit.tryTake(1, server.nowNs())) {
      server.stats().peerGoneNotHere.increment();
      write(FrameEncoder.peerGone(destination, PeerGoneReason.NOT_HERE));
    }
  }

  private ByteBuf recvPacket(NodeKey source, ByteBuffer packet) {
    int payload = DerpLimits.KEY_LENGTH + packet.remaining();
    ByteBuf frame = channel.alloc().buffer(FrameDecoder.HEADER_LENGTH + payload);
    frame.writeByte(FrameType.RECV_PACKET.code()).writeInt(payload);
    frame.writeBytes(source.bytes()).writeBytes(packet);
    return frame;
  }

  @Override
  public void onPreferred(boolean value) {
    if (preferred != value) {
      preferred = value;
      server.stats().homeConnections.add(value ? 1 : -1);
    }
  }

  @Override
  public void onPing(long opaque) {
    server.stats().pings.increment();
    queues.offerPong(FrameEncoder.echo(FrameType.PONG, opaque));
    wake();
  }

  @Override
  public void onFailed(SessionFailure failure) {
    server.stats().countFailure(failure);
    channel.close();
  }

  /** The last connection of a key this client heard from is gone. Called on any thread. */
  void onPeerLeft(ClientSet peer) {
    subscriptions.remove(peer);
    server.stats().peerGoneDisconnected.increment();
    queues.offerControl(FrameEncoder.peerGone(peer.key(), PeerGoneReason.DISCONNECTED));
    wake();
  }

  /** Called on the sender's thread; undone at once if this connection closed meanwhile. */
  private void subscribeTo(ClientSet sender) {
    if (sender.subscribe(this)) {
      subscriptions.add(sender);
      if (closed) {
        sender.unsubscribe(this);
      }
    }
  }

  /** Has the event loop write what is queued. Called on any thread. */
  private void wake() {
    if (drainPending.compareAndSet(false, true)) {
      channel.eventLoop().execute(drainTask);
    }
  }

  private void drain() {
    drainPending.set(false);
    if (writing || closed) {
      return;
    }
    ByteBuf batch = channel.alloc().directBuffer(BATCH, BATCH);
    int packets = queues.fill(batch);
    if (!batch.isReadable()) {
      batch.release();
      return;
    }
    writing = true;
    server.stats().packetsSent.add(packets);
    server.stats().bytesSent.add(batch.readableBytes());
    ChannelFuture written = channel.writeAndFlush(batch);
    if (!written.isDone()) {
      var timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> onWriteTimeout(written), server.writeTimeoutNs(), TimeUnit.NANOSECONDS);
      written.addListener(ignored -> timeout.cancel(false));
    }
    written.addListener(ignored -> onWritten());
  }

  private void onWritten() {
    writing = false;
    if (!queues.isEmpty()) {
      wake();
    }
  }

  private void onWriteTimeout(ChannelFuture written) {
    if (!written.isDone()) {
      server.stats().writeTimeouts.increment();
      channel.close();
    }
  }

  /** One timer, moved lazily: it finds out when it fires whether the deadline has moved. */
  private void armTimer() {
    if (!closed) {
      long inNs = session.nextDeadlineNs() - server.nowNs();
      channel.eventLoop().schedule(this::onTimer, Math.max(inNs, 1), TimeUnit.NANOSECONDS);
    }
  }

  private void onTimer() {
    if (!closed) {
      session.onDeadline(server.nowNs());
      armTimer();
    }
  }

  private void onClosed() {
    if (closed) {
      return;
    }
    closed = true;
    early.forEach(ByteBuf::release);
    early.clear();
    queues.close();
    if (clients != null) {
      server.registry().unregister(clients, this);
      server.stats().connections.decrement();
      onPreferred(false);
    }
    for (ClientSet sender : subscriptions) {
      sender.unsubscribe(this);
    }
    subscriptions.clear();
  }

  private Optional<InetAddress> source() {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? Optional.ofNullable(address.getAddress())
        : Optional.empty();
  }
}
