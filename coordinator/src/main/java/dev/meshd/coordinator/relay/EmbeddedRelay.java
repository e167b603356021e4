package dev.meshd.coordinator.relay;

import dev.meshd.control.model.DERPMap;
import dev.meshd.coordinator.config.ListenAddress;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.server.DerpServer;
import dev.meshd.derp.server.DerpServerConfig;
import dev.meshd.derp.server.ReceiveRate;
import dev.meshd.derp.server.RelayListener;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.magicsock.io.StunServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.function.Predicate;

/** The running relay and STUN server. Thread-safe. */
public final class EmbeddedRelay implements AutoCloseable {
  /** What a client may send at once is its rate divided by this: that of a quarter of a second. */
  private static final long BURSTS_PER_SECOND = 4;

  private final ServerConfig.Relay config;
  private final RelayPlan plan;
  private final DerpServer derp;
  private final RelayListener listener;
  private final StunServer stun;

  private EmbeddedRelay(
      ServerConfig.Relay config,
      RelayPlan plan,
      DerpServer derp,
      RelayListener listener,
      StunServer stun) {
    this.config = config;
    this.plan = plan;
    this.derp = derp;
    this.listener = listener;
    this.stun = stun;
  }

  /**
   * Opens both ports.
   *
   * @param identity TLS certificate of the relay
   * @param isMember whether a node key is registered; asked on network threads
   * @param gate decides which connections stay
   * @throws IOException with a sentence when a port cannot be had
   */
  public static EmbeddedRelay start(
      ServerConfig.Relay config,
      RelayPlan plan,
      NodePrivateKey key,
      ServerIdentity identity,
      Predicate<NodeKey> isMember,
      ConnectionGate gate,
      EventLoopGroup group)
      throws IOException {
    DerpServer derp =
        new DerpServer(
            DerpServerConfig.of(
                    key, (client, source) -> !config.verifyClients() || isMember.test(client))
                .withBootstrapDns(new BootstrapAddresses(plan.host()))
                .withGate(gate)
                .withReceiveRate(
                    new ReceiveRate(
                        config.clientBytesPerSecond(),
                        config.clientBytesPerSecond() / BURSTS_PER_SECOND)));
    try {
      RelayListener listener =
          listen(
              "the relay",
              config.listen(),
              at -> derp.listen(group, at.toSocketAddress(), identity));
      StunServer stun =
          listen("STUN", config.stunListen(), at -> StunServer.open(at.toSocketAddress()));
      return new EmbeddedRelay(config, plan, derp, listener, stun);
    } catch (IOException e) {
      derp.close();
      throw e;
    }
  }

  /** Opens a port. */
  private interface Opening<T> {
    T open(ListenAddress at) throws IOException;
  }

  private static <T> T listen(String what, ListenAddress at, Opening<T> opening)
      throws IOException {
    try {
      return opening.open(at);
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen on " + at + " for " + what + ": " + cause.getMessage(), e);
    }
  }

  /** Shows the counters of relay and STUN server in {@code registry}. */
  public void bindTo(MeterRegistry registry) {
    RelayMeters.bind(registry, derp.stats(), stun);
  }

  /**
   * Shows another certificate to clients that connect from here on; open connections stay.
   *
   * @param identity the one {@link #derpMap} is asked for next
   */
  public void present(ServerIdentity identity) {
    listener.present(identity);
  }

  /** What clients are told of this relay while it presents {@code identity}. */
  public DERPMap derpMap(ServerIdentity identity) {
    String pin = identity.isSelfSigned() ? identity.pin() : "";
    return plan.derpMap(config, derpPort(), stunPort(), pin);
  }

  public int derpPort() {
    return listener.address().getPort();
  }

  public int stunPort() {
    return stun.address().getPort();
  }

  @Override
  public void close() throws IOException {
    derp.close();
    stun.close();
  }
}
