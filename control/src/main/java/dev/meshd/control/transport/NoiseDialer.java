package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes channels to control servers: resolves the name, races the ways of {@link DialAttempt} and
 * the addresses of the name, and shakes hands on each with a fresh ephemeral key. Thread-safe.
 */
public final class NoiseDialer {
  /** Budget of a dial from name to finished handshake. */
  static final long BUDGET_MS = 10_000;

  private static final long NEXT_ADDRESS_DELAY_MS = 250;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private final EventLoopGroup eventLoops;
  private final NoiseTls tls;
  private final SecureRandomSource random;

  /**
   * Dials on the given event loops, which the caller owns and closes.
   *
   * @param tls how TLS is done below Noise
   */
  public NoiseDialer(EventLoopGroup eventLoops, NoiseTls tls, SecureRandomSource random) {
    this.eventLoops = eventLoops;
    this.tls = tls;
    this.random = random;
  }

  /**
   * Dials {@code url}.
   *
   * @param self the client's machine key; kept until the dial is over
   * @param version the capability version to bind
   * @param recentlyDialled whether the last dial is less than two minutes ago
   * @return fails with {@link ControlConnectionException}; cancelling it gives up
   */
  public CompletableFuture<NoiseConnection> dial(
      ServerUrl url,
      MachinePrivateKey self,
      MachineKey server,
      int version,
      boolean recentlyDialled) {
    List<StaggeredRace.Entry<NoiseConnection>> ways = new ArrayList<>();
    for (DialAttempt attempt : DialAttempt.forUrl(url, recentlyDialled)) {
      ways.add(
          new StaggeredRace.Entry<>(
              attempt.delayMs(), () -> raceAddresses(attempt, self, server, version)));
    }
    CompletableFuture<NoiseConnection> race =
        StaggeredRace.run(ways, eventLoops, NoiseConnection::close);
    CompletableFuture<NoiseConnection> result =
        race.orTimeout(BUDGET_MS, TimeUnit.MILLISECONDS)
            .exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(describe(url, failure)));
    var _ = result.whenComplete((connection, failure) -> race.cancel(false));
    return result;
  }

  private CompletableFuture<NoiseConnection> raceAddresses(
      DialAttempt attempt, MachinePrivateKey self, MachineKey server, int version) {
    return resolve(attempt.host())
        .thenCompose(
            addresses -> {
              List<StaggeredRace.Entry<NoiseConnection>> entries = new ArrayList<>();
              for (InetAddress address : addresses) {
                entries.add(
                    new StaggeredRace.Entry<>(
                        NEXT_ADDRESS_DELAY_MS * entries.size(),
                        () -> connect(attempt, address, self, server, version)));
              }
              return StaggeredRace.run(entries, eventLoops, NoiseConnection::close);
            });
  }

  /**
   * Addresses in the resolver's order, families taking turns. The resolver blocks, so it has a
   * thread of its own.
   */
  private static CompletableFuture<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> resolved = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("resolve " + host)
        .start(
            () -> {
              try {
                resolved.complete(interleaved(InetAddress.getAllByName(host)));
              } catch (UnknownHostException e) {
                resolved.completeExceptionally(
                    new ControlConnectionException(
                        Kind.UNREACHABLE, "the name " + host + " cannot be resolved", e));
              }
            });
    return resolved;
  }

  static List<InetAddress> interleaved(InetAddress[] addresses) {
    if (addresses.length == 0) {
      return List.of();
    }
    Class<?> firstFamily = addresses[0].getClass();
    List<InetAddress> first =
        Arrays.stream(addresses).filter(a -> a.getClass() == firstFamily).toList();
    List<InetAddress> other =
        Arrays.stream(addresses).filter(a -> a.getClass() != firstFamily).toList();
    List<InetAddress> ordered = new ArrayList<>();
    for (int i = 0; i < Math.max(first.size(), other.size()); i++) {
      if (i < first.size()) {
        ordered.add(first.get(i));
      }
      if (i < other.size()) {
        ordered.add(other.get(i));
      }
    }
    return ordered;
  }

  private CompletableFuture<NoiseConnection> connect(
      DialAttempt attempt,
      InetAddress address,
      MachinePrivateKey self,
      MachineKey server,
      int version) {
    CompletableFuture<NoiseConnection> result = new CompletableFuture<>();
    InitiatorHandshake handshake;
    try {
      handshake = InitiatorHandshake.start(self, server, version, random);
    } catch (NoiseException e) {
      result.completeExceptionally(
          new ControlConnectionException(
              Kind.HANDSHAKE, "no handshake with " + attempt + ": " + e.getMessage()));
      return result;
    }
    ChannelFuture connecting =
        new Bootstrap()
            .group(eventLoops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (attempt.tls()) {
                      channel
                          .pipeline()
                          .addLast(tls.newHandler(channel, attempt.host(), attempt.port()));
                    }
                    channel.pipeline().addLast(new HttpClientCodec());
                    channel
                        .pipeline()
                        .addLast(new ClientUpgradeHandler(attempt, handshake, result));
                  }
                })
            .connect(new InetSocketAddress(address, attempt.port()));
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            result.completeExceptionally(
                new ControlConnectionException(
                    Kind.UNREACHABLE,
                    "no connection to " + attempt + ": " + reason(done.cause()),
                    done.cause()));
          }
        });
    var _ =
        result.whenComplete(
            (connection, failure) -> {
              if (failure != null) {
                connecting.channel().close().addListener(FIRE_EXCEPTION_ON_FAILURE);
              }
            });
    return result;
  }

  private static ControlConnectionException describe(ServerUrl url, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return new ControlConnectionException(
          Kind.UNREACHABLE, "the control server " + url + " does not answer", cause);
    }
    ControlConnectionException worst = mostTelling(cause, null);
    return worst != null
        ? worst
        : new ControlConnectionException(
            Kind.UNREACHABLE, "no connection to " + url + ": " + reason(cause), cause);
  }

  /** Among the failures of a race, the one that got furthest. */
  private static @Nullable ControlConnectionException mostTelling(
      Throwable failure, @Nullable ControlConnectionException best) {
    ControlConnectionException telling = best;
    if (failure instanceof ControlConnectionException candidate
        && (telling == null || candidate.kind().compareTo(telling.kind()) > 0)) {
      telling = candidate;
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      telling = mostTelling(suppressed, telling);
    }
    return telling;
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
