package dev.meshd.derp.client;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gets a TCP connection to a region: nodes in list order, 1.5 s each, IPv4 and IPv6 raced within a
 * node. The first TCP connection wins; what TLS makes of it is not this class's concern and does
 * not lead to the next node.
 *
 * <p>One object per attempt, owned by its event loop. Source: tailscale
 * derp/derphttp/derphttp_client.go.
 */
// Netty's futures of closes and timers are ignored: a close cannot fail in a way that matters, a
// timer is void by itself.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayDialer {

  static final long NODE_TIMEOUT_MS = 1500;
  private static final long IPV4_DELAY_MS = 200;

  /**
   * A TCP connection and the node it leads to; {@code index} is the node's place among the region's
   * relays.
   */
  record Dialed(Channel channel, DerpNode node, int index) {}

  private final DerpClientConfig config;
  private final EventLoop loop;
  private final List<DerpNode> nodes;
  private final Promise<Dialed> result;
  private String lastFailure = "the region has no relay";

  private RelayDialer(DerpClientConfig config, EventLoop loop, DerpRegion region) {
    this.config = config;
    this.loop = loop;
    this.nodes = region.relays();
    this.result = loop.newPromise();
  }

  /** Starts dialling. Called on {@code loop}; cancelling the result abandons the attempt. */
  static Future<Dialed> dial(DerpClientConfig config, EventLoop loop, DerpRegion region) {
    var dialer = new RelayDialer(config, loop, region);
    dialer.tryNode(0);
    return dialer.result;
  }

  private void tryNode(int index) {
    if (result.isDone()) {
      return;
    }
    if (index == nodes.size()) {
      result.tryFailure(new IOException(lastFailure));
      return;
    }
    new NodeAttempt(index).start();
  }

  /** One node: its addresses, and the race between them. */
  private final class NodeAttempt {
    private final int index;
    private final DerpNode node;
    private final List<ChannelFuture> dials = new ArrayList<>();
    private int pending;
    private boolean over;

    NodeAttempt(int index) {
      this.index = index;
      this.node = nodes.get(index);
    }

    void start() {
      var timeout =
          loop.schedule(
              () -> fail("no answer within " + NODE_TIMEOUT_MS + " ms"),
              NODE_TIMEOUT_MS,
              TimeUnit.MILLISECONDS);
      result.addListener(
          ignored -> {
            timeout.cancel(false);
            abandon();
          });
      if (node.ipv4Disabled() && node.ipv6Disabled()) {
        fail("both address families are switched off");
        return;
      }
      pending = (node.ipv4Disabled() ? 0 : 1) + (node.ipv6Disabled() ? 0 : 1);
      // A family with an address is dialled at once: a resolver that hangs must not hold it up.
      node.ipv6Literal().ifPresent(this::connect);
      node.ipv4Literal().ifPresent(this::connectIpv4);
      if (node.ipv4().isEmpty() || node.ipv6().isEmpty()) {
        Thread.ofVirtual().name("derp-resolve-" + node.hostName()).start(this::resolve);
      }
    }

    /** Runs on its own virtual thread. */
    private void resolve() {
      List<InetAddress> found;
      try {
        Optional<InetAddress> literal = node.hostLiteral();
        found =
            literal.isPresent()
                ? List.of(literal.get())
                : config.resolver().resolve(node.hostName());
      } catch (IOException | RuntimeException e) {
        found = List.of();
      }
      List<InetAddress> addresses = found;
      loop.execute(() -> onResolved(addresses));
    }

    private void onResolved(List<InetAddress> addresses) {
      if (node.ipv6().isEmpty()) {
        addresses.stream()
            .filter(Inet6Address.class::isInstance)
            .findFirst()
            .ifPresentOrElse(this::connect, this::onNoAddress);
      }
      if (node.ipv4().isEmpty()) {
        addresses.stream()
            .filter(Inet4Address.class::isInstance)
            .findFirst()
            .ifPresentOrElse(this::connectIpv4, this::onNoAddress);
      }
    }

    private void onNoAddress() {
      onFamilyFailed("no address for " + node.hostName());
    }

    private void connectIpv4(InetAddress address) {
      if (!node.ipv6Disabled() && config.preferIpv6().getAsBoolean()) {
        loop.schedule(() -> connect(address), IPV4_DELAY_MS, TimeUnit.MILLISECONDS);
      } else {
        connect(address);
      }
    }

    private void connect(InetAddress address) {
      if (over || result.isDone()) {
        return;
      }
      ChannelFuture dial =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) NODE_TIMEOUT_MS)
              // Reads begin with TLS; until then nothing may be read past.
              .option(ChannelOption.AUTO_READ, false)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(new InetSocketAddress(address, node.dialPort()));
      dials.add(dial);
      dial.addListener(ignored -> onDialed(dial));
    }

    private void onDialed(ChannelFuture dial) {
      if (dial.isSuccess()) {
        if (over || !result.trySuccess(new Dialed(dial.channel(), node, index))) {
          dial.channel().close();
        }
        return;
      }
      Throwable cause = dial.cause();
      onFamilyFailed(cause == null ? "cancelled" : String.valueOf(cause.getMessage()));
    }

    private void onFamilyFailed(String why) {
      pending--;
      if (pending == 0) {
        fail(why);
      }
    }

    private void fail(String why) {
      if (over || result.isDone()) {
        return;
      }
      over = true;
      lastFailure = node.name() + ": " + why;
      abandon();
      tryNode(index + 1);
    }

    /** Closes every dial that did not become the result. */
    private void abandon() {
      over = true;
      for (ChannelFuture dial : dials) {
        boolean won = result.isSuccess() && result.getNow().channel().equals(dial.channel());
        if (!won) {
          dial.cancel(false);
          dial.channel().close();
        }
      }
    }
  }
}
