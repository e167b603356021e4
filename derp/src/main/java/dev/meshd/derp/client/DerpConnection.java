package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.codec.ClientSession;
import dev.meshd.derp.codec.ClientSessionOutput;
import dev.meshd.derp.codec.FrameEncoder;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.PeerGoneReason;
import dev.meshd.derp.codec.ServerInfo;
import dev.meshd.derp.codec.SessionFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection to a relay: TLS, the HTTP upgrade or its fast form, then a {@link
 * ClientSession}.
 *
 * <p>In the full form the server answers 101 and bytes behind its head already belong to the relay
 * stream. In fast start request and login leave in one flush and the server answers with frames
 * only.
 *
 * <p>Owned by the event loop of its channel.
 */
// Netty's futures of writes, closes and timers are ignored: a write that fails closes the channel,
// which is handled.
@SuppressWarnings("FutureReturnValueIgnored")
final class DerpConnection extends ChannelInboundHandlerAdapter implements ClientSessionOutput {

  private static final long CONNECT_BUDGET_S = 10;
  private static final int MAX_INITIAL_LINE = 1024;
  private static final int MAX_HEADERS = 16 * 1024;
  private static final int BATCH = 96 * 1024;

  private final DerpClientConfig config;
  private final RelayDialer.Dialed dialed;
  private final String idealNode;
  private final NodePrivateKey privateKey;
  private final SendRing ring;
  private final DerpClient owner;
  private final Channel channel;
  private final EventLoop loop;

  private @Nullable ClientSession session;
  private boolean upgraded;
  private boolean usedFastStart;
  private boolean mayDrain;
  private boolean writing;
  private boolean closed;
  private String failure = "the relay closed the connection";

  /** Takes over a connected channel whose auto-read is off, and starts TLS on it. */
  DerpConnection(
      DerpClientConfig config,
      RelayDialer.Dialed dialed,
      String idealNode,
      NodePrivateKey privateKey,
      SendRing ring,
      DerpClient owner) {
    this.config = config;
    this.dialed = dialed;
    this.idealNode = idealNode;
    this.privateKey = privateKey;
    this.ring = ring;
    this.owner = owner;
    this.channel = dialed.channel();
    this.loop = channel.eventLoop();
  }

  /** Runs the login; {@code allowFastStart} is false after a fast start went wrong. */
  void start(boolean allowFastStart) {
    NodeTls tls;
    try {
      tls = new NodeTls(dialed.node(), config.trust());
    } catch (GeneralSecurityException e) {
      close("TLS: " + e.getMessage());
      return;
    }
    var handler = new SslHandler(tls.newEngine());
    handler.setHandshakeTimeout(CONNECT_BUDGET_S, TimeUnit.SECONDS);
    channel.pipeline().addLast(handler, this);
    channel.config().setAutoRead(true);
    handler
        .handshakeFuture()
        .addListener((Future<Channel> done) -> onHandshake(tls, handler, done, allowFastStart));
    loop.schedule(this::onConnectTimeout, CONNECT_BUDGET_S, TimeUnit.SECONDS);
  }

  /** Starts writing what the ring holds, unless a write is on its way or the login is not out. */
  void drain() {
    if (writing || !mayDrain || closed) {
      return;
    }
    ByteBuf batch = channel.alloc().directBuffer(BATCH, BATCH);
    boolean looked = ring.drainTo(batch, this::maySend, config.nanoClock().getAsLong());
    if (!batch.isReadable()) {
      batch.release();
      if (looked && !ring.isEmpty()) {
        loop.execute(this::drain);
      }
      return;
    }
    writing = true;
    channel.writeAndFlush(batch).addListener(ignored -> onWritten());
  }

  void notePreferred(boolean preferred) {
    if (mayDrain && !closed) {
      write(FrameEncoder.notePreferred(preferred));
    }
  }

  void ping(long opaque) {
    write(FrameEncoder.echo(FrameType.PING, opaque));
  }

  boolean isAdmitted() {
    return session != null && session.isAdmitted();
  }

  /** Whether the server was spoken to in fast start and never admitted us. */
  boolean fastStartFailed() {
    return usedFastStart && !isAdmitted();
  }

  void close(String why) {
    if (!closed) {
      failure = why;
      channel.close();
      onClosed();
    }
  }

  private void onHandshake(
      NodeTls tls, SslHandler handler, Future<Channel> done, boolean allowFastStart) {
    if (closed) {
      return;
    }
    if (!done.isSuccess()) {
      Throwable cause = done.cause();
      close("TLS: " + (cause == null ? "cancelled" : cause.getMessage()));
      return;
    }
    var tlsSession = handler.engine().getSession();
    try {
      tls.verify(tlsSession);
    } catch (GeneralSecurityException | SSLPeerUnverifiedException e) {
      close("TLS: " + e.getMessage());
      return;
    }
    Optional<NodeKey> relayKey =
        allowFastStart ? NodeTls.fastStartKey(tlsSession) : Optional.empty();
    long nowNs = config.nanoClock().getAsLong();
    channel.write(Unpooled.copiedBuffer(request(relayKey.isPresent()), StandardCharsets.US_ASCII));
    if (relayKey.isPresent()) {
      usedFastStart = true;
      upgraded = true;
      session = ClientSession.fastStart(privateKey, relayKey.get(), config.random(), this, nowNs);
      armTimer();
    } else {
      var decoder = new HttpResponseDecoder(MAX_INITIAL_LINE, MAX_HEADERS, MAX_HEADERS);
      channel.pipeline().addBefore(channel.pipeline().context(this).name(), "http", decoder);
      session = ClientSession.awaitServerKey(privateKey, config.random(), this, nowNs);
    }
    channel.flush();
  }

  private String request(boolean fastStart) {
    var text = new StringBuilder("GET /derp HTTP/1.1\r\nHost: ").append(HttpHost.of(dialed.node()));
    text.append("\r\nUser-Agent: meshd\r\nConnection: Upgrade\r\nUpgrade: DERP\r\n");
    if (fastStart) {
      text.append("Derp-Fast-Start: 1\r\n");
    }
    if (dialed.index() > 0) {
      text.append("Ideal-Node: ").append(idealNode).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (closed) {
        return;
      }
      switch (message) {
        case HttpResponse head -> onResponse(head);
        case LastHttpContent end when upgraded -> ctx.pipeline().remove("http");
        case ByteBuf bytes when upgraded && session != null -> {
          owner.onHeard();
          for (ByteBuffer chunk : bytes.nioBuffers()) {
            session.onBytes(chunk, config.nanoClock().getAsLong());
          }
        }
        default -> {}
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onResponse(HttpResponse head) {
    if (!head.decoderResult().isSuccess()) {
      close("the relay's HTTP answer is malformed");
    } else if (!head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      close("the relay answered HTTP " + head.status().code());
    } else {
      upgraded = true;
      armTimer();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    close(String.valueOf(cause.getMessage()));
  }

  @Override
  public void write(byte[] frame) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(frame));
  }

  @Override
  public void onLoginSent() {
    mayDrain = true;
    owner.onLoginSent(this);
    drain();
  }

  @Override
  public void onAdmitted(ServerInfo info) {
    owner.onAdmitted(info);
  }

  @Override
  public void onPacket(NodeKey source, byte[] packet) {
    owner.listener().onPacket(source, packet);
  }

  @Override
  public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
    owner.listener().onPeerGone(peer, reason);
  }

  @Override
  public void onPong(long opaque) {
    owner.onPong(opaque);
  }

  @Override
  public void onHealth(String problem) {
    owner.listener().onHealth(problem);
  }

  @Override
  public void onFailed(SessionFailure reason) {
    close("relay session: " + reason);
  }

  private boolean maySend(int packetLength) {
    return session != null && session.maySend(packetLength, config.nanoClock().getAsLong());
  }

  private void onWritten() {
    writing = false;
    drain();
  }

  private void onConnectTimeout() {
    if (!isAdmitted()) {
      close("no relay login within " + CONNECT_BUDGET_S + " s");
    }
  }

  /** One timer, moved lazily: it finds out when it fires whether the deadline has moved. */
  private void armTimer() {
    if (closed || session == null) {
      return;
    }
    long inNs = session.nextDeadlineNs() - config.nanoClock().getAsLong();
    loop.schedule(this::onTimer, Math.max(inNs, 1), TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    if (!closed && session != null) {
      session.onDeadline(config.nanoClock().getAsLong());
      armTimer();
    }
  }

  private void onClosed() {
    if (!closed) {
      closed = true;
      owner.onConnectionClosed(this, failure);
    }
  }
}
