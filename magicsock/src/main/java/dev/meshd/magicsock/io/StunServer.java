package dev.meshd.magicsock.io;

import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers STUN binding requests over UDP, in both families where the system has both. It keeps no
 * state, answers only what {@link StunCodec#parseRequest} lets through, and never with more than 44
 * bytes for 40.
 *
 * <p>A wildcard address opens one dual-stack socket; IPv4 clients are told their IPv4 address all
 * the same. One platform thread reads and answers. Thread-safe.
 */
public final class StunServer implements AutoCloseable {

  /** The registered port. */
  public static final int DEFAULT_PORT = 3478;

  private static final Logger LOG = LoggerFactory.getLogger(StunServer.class);
  private static final int LONGEST_DATAGRAM = 1500;
  private static final long PAUSE_AFTER_ERROR_MS = 1000;

  private final DatagramChannel channel;
  private final InetSocketAddress address;
  private final LongAdder answered = new LongAdder();
  private final LongAdder ignored = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private StunServer(DatagramChannel channel, InetSocketAddress address) {
    this.channel = channel;
    this.address = address;
  }

  /** Opens the socket and starts answering. Port 0 takes any. */
  public static StunServer open(InetSocketAddress listen) throws IOException {
    boolean onlyIpv4 =
        listen.getAddress() instanceof Inet4Address && !listen.getAddress().isAnyLocalAddress();
    DatagramChannel channel = onlyIpv4 ? open(StandardProtocolFamily.INET) : openWidest();
    try {
      channel.bind(listen);
      var server = new StunServer(channel, (InetSocketAddress) channel.getLocalAddress());
      Thread.ofPlatform().daemon().name("stun-server").start(server::serve);
      return server;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  public InetSocketAddress address() {
    return address;
  }

  /** Requests answered. */
  public long answered() {
    return answered.sum();
  }

  /** Datagrams that deserved no answer. */
  public long ignored() {
    return ignored.sum();
  }

  /** Reads and writes that failed. */
  public long failed() {
    return failed.sum();
  }

  /** Stops answering. Idempotent. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static DatagramChannel open(ProtocolFamily family) throws IOException {
    return DatagramChannel.open(family);
  }

  /** Dual-stack, or IPv4 on a system without IPv6. */
  private static DatagramChannel openWidest() throws IOException {
    try {
      return open(StandardProtocolFamily.INET6);
    } catch (IOException | UnsupportedOperationException noIpv6) {
      return open(StandardProtocolFamily.INET);
    }
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_DATAGRAM);
    while (channel.isOpen()) {
      try {
        buffer.clear();
        if (channel.receive(buffer) instanceof InetSocketAddress from) {
          answer(Arrays.copyOf(buffer.array(), buffer.position()), from);
        }
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException e) {
        failed.increment();
        LOG.debug("STUN socket", e);
        pause();
      }
    }
  }

  private void answer(byte[] datagram, InetSocketAddress from) {
    var id = StunCodec.parseRequest(datagram);
    if (id.isEmpty()) {
      ignored.increment();
      return;
    }
    try {
      channel.send(ByteBuffer.wrap(StunCodec.response(id.get(), Endpoint.of(from))), from);
      answered.increment();
    } catch (IOException e) {
      failed.increment();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
