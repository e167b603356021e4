package dev.meshd.derp.server;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * A relay: takes packets from nodes that proved their key and hands them to the node they name.
 *
 * <p>It brings no port of its own. Put {@link #newHttpHandler()} behind the HTTP codec of any TLS
 * server, which is how a coordination server carries it, or let {@link #listen} open a TLS port for
 * it. A TLS server that appends {@link #metaCertificate()} to its chain saves its clients a round
 * trip at login.
 *
 * <p>Bounds: packets per client wait in queues that drop the oldest; a client that takes nothing
 * within the write timeout is closed; connections beyond the maximum, or that the {@link RelayGate}
 * does not want, are closed at once; logins time out; a client that sends faster than the {@link
 * ReceiveRate} is read later; one that asks over HTTP without taking the answers is closed.
 *
 * <p>Thread-safe. Connections live on the event loops of their channels.
 */
public final class DerpServer implements AutoCloseable {

  private final DerpServerConfig config;
  private final RelayStats stats = new RelayStats();
  private final ClientRegistry registry = new ClientRegistry();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final X509Certificate metaCertificate;

  public DerpServer(DerpServerConfig config) {
    if (config.privateKey().publicKey().isZero()) {
      throw new IllegalArgumentException("a relay needs a key");
    }
    this.config = config;
    this.metaCertificate = MetaCertificateMaker.make(config.privateKey().publicKey());
  }

  public NodeKey publicKey() {
    return config.privateKey().publicKey();
  }

  public RelayStats stats() {
    return stats;
  }

  /** Whether a node is connected here. */
  public boolean isConnected(NodeKey node) {
    return registry.isConnected(node);
  }

  /**
   * Tells clients the relay key during the TLS handshake; to be the last certificate of the
   * server's chain.
   */
  public X509Certificate metaCertificate() {
    return metaCertificate;
  }

  /**
   * A handler for one channel, to be put right behind its HTTP codec; see the routes at {@link
   * DerpHttpHandler}.
   */
  public ChannelHandler newHttpHandler() {
    return new DerpHttpHandler(this);
  }

  /**
   * Opens a TLS port that serves the relay and nothing else.
   *
   * @param eventLoops the caller's to shut down
   * @return the open port, closed with the server or before
   */
  public RelayListener listen(
      EventLoopGroup eventLoops, InetSocketAddress address, ServerIdentity identity)
      throws IOException {
    return RelayListener.open(this, eventLoops, address, identity);
  }

  /** Closes every connection and port of the relay. Idempotent. */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly();
  }

  NodePrivateKey privateKey() {
    return config.privateKey();
  }

  SecureRandomSource random() {
    return config.random();
  }

  JitterSource jitter() {
    return config.jitter();
  }

  Admission admission() {
    return config.admission();
  }

  Map<String, List<InetAddress>> bootstrapDns() {
    return config.bootstrapDns().get();
  }

  ClientRegistry registry() {
    return registry;
  }

  RelayGate gate() {
    return config.gate();
  }

  ReceiveRate receiveRate() {
    return config.receiveRate();
  }

  long writeTimeoutNs() {
    return config.writeTimeout().toNanos();
  }

  long nowNs() {
    return config.nanoClock().getAsLong();
  }

  /** Takes charge of a channel, unless there are too many. Idempotent. */
  boolean accept(Channel channel) {
    if (channels.contains(channel)) {
      return true;
    }
    if (channels.size() >= config.maxConnections()) {
      stats.refusedConnections.increment();
      return false;
    }
    if (!config.gate().enter(channel)) {
      stats.refusedConnections.increment();
      return false;
    }
    channels.add(channel);
    return true;
  }

  void own(Channel listener) {
    channels.add(listener);
  }
}
