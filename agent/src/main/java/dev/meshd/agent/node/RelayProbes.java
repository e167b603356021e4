package dev.meshd.agent.node;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * The slow questions about relays, each asked on a virtual thread of its own: what addresses a name
 * has, and how far a relay is when UDP does not get through. At most {@value #MAX_AT_ONCE} run at
 * once.
 *
 * <p>Distance is the time of the TCP handshake with the relay's port: one round trip, without the
 * cost of TLS, and proof that the port is open to us.
 */
final class RelayProbes {
  private static final int MAX_AT_ONCE = 16;
  private static final int CONNECT_TIMEOUT_MS = 3_000;

  private final Semaphore slots = new Semaphore(MAX_AT_ONCE);
  private final Answers answers;

  /** Where answers go; called on any thread. */
  interface Answers {
    void resolved(String host, List<IpAddress> addresses);

    void measured(int region, boolean overIpv6, OptionalLong roundTripNs);
  }

  RelayProbes(Answers answers) {
    this.answers = answers;
  }

  void resolve(String host) {
    start(() -> answers.resolved(host, Arrays.stream(addresses(host)).map(IpAddress::of).toList()));
  }

  void measure(DerpRegion region) {
    start(
        () -> {
          for (DerpNode node : region.relays()) {
            Optional<InetAddress> target = target(node);
            if (target.isPresent()) {
              boolean v6 = target.get() instanceof Inet6Address;
              answers.measured(region.id(), v6, connectTimeNs(target.get(), node.dialPort()));
              return;
            }
          }
          answers.measured(region.id(), false, OptionalLong.empty());
        });
  }

  private static Optional<InetAddress> target(DerpNode node) {
    return node.ipv4Literal()
        .or(node::ipv6Literal)
        .or(node::hostLiteral)
        .or(() -> Arrays.stream(addresses(node.hostName())).findFirst());
  }

  private static InetAddress[] addresses(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  private static OptionalLong connectTimeNs(InetAddress address, int port) {
    long startNs = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MS);
      return OptionalLong.of(System.nanoTime() - startNs);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private void start(Runnable question) {
    Thread.ofVirtual()
        .name("relay-probe")
        .start(
            () -> {
              slots.acquireUninterruptibly();
              try {
                question.run();
              } finally {
                slots.release();
              }
            });
  }
}
