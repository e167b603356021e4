package dev.meshd.agent.netcheck;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.RelayLatency;
import dev.meshd.linux.EffectiveUser;
import dev.meshd.magicsock.io.StunServer;
import dev.meshd.magicsock.netcheck.Netcheck;
import dev.meshd.magicsock.netcheck.NetcheckOutput;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import dev.meshd.magicsock.netcheck.NetcheckRequest;
import dev.meshd.magicsock.netcheck.RelayContact;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@link Netcheck} once or several times on sockets of its own, for people who want to see
 * what it sees without a daemon's traffic. A runner remembers its measurements, so that later ones
 * are incremental.
 *
 * <p>The measurement itself runs on the thread that calls {@link #measure}; virtual threads read
 * the sockets, resolve and ping, and hand their findings to it through a queue. Not thread-safe.
 */
public final class NetcheckRunner implements AutoCloseable {

  private static final int MAX_DATAGRAM = 1500;
  private static final int ICMP_TIMEOUT_MS = 1000;

  private final DerpClientConfig config;
  private final HostFamilies families;
  private final Optional<DatagramChannel> ipv4;
  private final Optional<DatagramChannel> ipv6;
  private final BlockingQueue<Runnable> findings = new LinkedBlockingQueue<>();
  private final Netcheck netcheck =
      new Netcheck(SecureRandomSource.system(), RelayContact.none(), new Port());
  private Optional<NetcheckReport> finished = Optional.empty();

  private NetcheckRunner(
      DerpClientConfig config,
      HostFamilies families,
      Optional<DatagramChannel> ipv4,
      Optional<DatagramChannel> ipv6) {
    this.config = config;
    this.families = families;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /**
   * Opens the sockets.
   *
   * @param config how to reach relays over HTTPS
   * @param port UDP port to measure from, 0 for any
   */
  public static NetcheckRunner open(DerpClientConfig config, int port) throws IOException {
    return open(config, port, HostFamilies.ofThisHost());
  }

  static NetcheckRunner open(DerpClientConfig config, int port, HostFamilies families)
      throws IOException {
    DatagramChannel v4 = DatagramChannel.open(StandardProtocolFamily.INET);
    v4.bind(new InetSocketAddress(port));
    Optional<DatagramChannel> v6 = families.ipv6() ? Optional.of(openIpv6(port)) : Optional.empty();
    var runner = new NetcheckRunner(config, families, Optional.of(v4), v6);
    runner.receiveFrom(v4);
    v6.ifPresent(runner::receiveFrom);
    return runner;
  }

  /**
   * Measures a server of our own and forgets the result. The first round trip of a young process is
   * mostly the loading of classes, which is not what the user asks for.
   */
  public static void warmUp(DerpClientConfig config) throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (var server = StunServer.open(new InetSocketAddress(loopback, 0));
        var runner = open(config, 0, new HostFamilies(true, false, false))) {
      DerpNode node =
          DerpNode.of("warm-up", 1, "127.0.0.1")
              .withAddresses("127.0.0.1", "none")
              .withPorts(0, server.address().getPort());
      runner.measure(DerpMap.of(DerpRegion.of(1, "w", "Warm-up", node)), true);
    }
  }

  /**
   * Measures and waits for the report, five seconds at most.
   *
   * @param full measure every region, whatever is remembered
   */
  public NetcheckReport measure(DerpMap map, boolean full) throws InterruptedException {
    findings.clear();
    finished = Optional.empty();
    var request =
        new NetcheckRequest(
            map, families.ipv4(), families.ipv6(), families.osHasIpv6(), 0, full, false);
    netcheck.start(request, now());
    while (finished.isEmpty()) {
      long waitNs = netcheck.nextDeadlineNs() - now();
      Runnable finding = findings.poll(Math.max(waitNs, 0), TimeUnit.NANOSECONDS);
      if (finding != null) {
        finding.run();
      }
      netcheck.onDeadline(now());
    }
    return finished.orElseThrow();
  }

  @Override
  public void close() throws IOException {
    if (ipv4.isPresent()) {
      ipv4.get().close();
    }
    if (ipv6.isPresent()) {
      ipv6.get().close();
    }
  }

  /** A port that is taken on one family only must not stop a measurement, so IPv6 takes any. */
  private static DatagramChannel openIpv6(int port) throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6);
    InetAddress any = InetAddress.ofLiteral("::");
    try {
      channel.bind(new InetSocketAddress(any, port));
    } catch (IOException taken) {
      channel.bind(new InetSocketAddress(any, 0));
    }
    return channel;
  }

  private void receiveFrom(DatagramChannel channel) {
    Thread.ofVirtual()
        .name("netcheck-receive")
        .start(
            () -> {
              ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
              while (channel.isOpen()) {
                try {
                  buffer.clear();
                  channel.receive(buffer);
                  byte[] datagram = new byte[buffer.flip().remaining()];
                  buffer.get(datagram);
                  long atNs = now();
                  findings.add(() -> onDatagram(datagram, atNs));
                } catch (IOException closedOrRefused) {
                  // An ICMP error of an earlier send shows here; the loop ends when the channel is
                  // closed.
                }
              }
            });
  }

  private void onDatagram(byte[] datagram, long atNs) {
    StunCodec.parseResponse(datagram)
        .ifPresent(response -> netcheck.onStunResponse(response, atNs));
  }

  private long now() {
    return config.nanoClock().getAsLong();
  }

  /** What the measurement asks for. */
  private final class Port implements NetcheckOutput {

    @Override
    public boolean sendStun(Endpoint server, byte[] request) {
      Optional<DatagramChannel> channel = server.address().isV4() ? ipv4 : ipv6;
      if (channel.isEmpty()) {
        return false;
      }
      var target = new InetSocketAddress(server.address().toInetAddress(), server.port());
      try {
        return channel.get().send(ByteBuffer.wrap(request), target) == request.length;
      } catch (IOException unreachable) {
        return false;
      }
    }

    @Override
    public void resolve(String host) {
      Thread.ofVirtual()
          .name("netcheck-resolve")
          .start(
              () -> {
                List<IpAddress> found = lookUp(host);
                findings.add(() -> netcheck.onResolved(host, found, now()));
              });
    }

    private List<IpAddress> lookUp(String host) {
      try {
        return config.resolver().resolve(host).stream().map(IpAddress::of).toList();
      } catch (IOException unknown) {
        return List.of();
      }
    }

    @Override
    public void measureHttps(DerpRegion region) {
      var _ =
          RelayLatency.measure(config, region)
              .whenComplete(
                  (measured, failure) ->
                      findings.add(
                          () -> {
                            if (failure == null) {
                              netcheck.onHttpsLatency(
                                  region.id(), measured.overIpv6(), measured.nanos(), now());
                            } else {
                              netcheck.onHttpsFailed(region.id(), now());
                            }
                          }));
    }

    /**
     * Only root may send ICMP; for others Java would try a TCP port instead, which tells something
     * else.
     */
    @Override
    public void measureIcmp(DerpRegion region, DerpNode node) {
      Thread.ofVirtual()
          .name("netcheck-icmp")
          .start(
              () -> {
                long startNs = now();
                boolean reached = EffectiveUser.isRoot() && answersIcmp(node);
                long rttNs = now() - startNs;
                findings.add(
                    () -> {
                      if (reached) {
                        netcheck.onIcmpLatency(region.id(), rttNs, now());
                      } else {
                        netcheck.onIcmpFailed(region.id(), now());
                      }
                    });
              });
    }

    private boolean answersIcmp(DerpNode node) {
      try {
        Optional<InetAddress> known = node.ipv4Literal();
        InetAddress target =
            known.isPresent()
                ? known.get()
                : config.resolver().resolve(node.hostName()).stream()
                    .filter(address -> IpAddress.of(address).isV4())
                    .findFirst()
                    .orElseThrow(() -> new IOException("no IPv4 address"));
        return target.isReachable(ICMP_TIMEOUT_MS);
      } catch (IOException unreachable) {
        return false;
      }
    }

    @Override
    public void onReport(NetcheckReport report) {
      finished = Optional.of(report);
    }
  }
}
