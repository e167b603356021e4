package dev.meshd.agent.backend;

import dev.meshd.agent.state.NodeState;
import dev.meshd.control.client.ControlClient;
import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.client.ControlIdentity;
import dev.meshd.control.client.ControlServices;
import dev.meshd.control.client.ControlSettings;
import dev.meshd.control.client.HostFacts;
import dev.meshd.control.client.NewKeyKeeper;
import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.magicsock.endpoint.TypedEndpoint;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Makes clients of coordination servers out of what the node remembers. Immutable. */
public final class ControlConnector {
  private final EventLoopGroup eventLoops;
  private final SystemTrust trust;
  private final ControlServices services;

  /**
   * @param eventLoops borrowed
   * @param services what servers may ask of this node
   */
  public ControlConnector(EventLoopGroup eventLoops, SystemTrust trust, ControlServices services) {
    this.eventLoops = eventLoops;
    this.trust = trust;
    this.services = services;
  }

  /**
   * A client at rest for the server in the prefs.
   *
   * @param keeper keeps new node keys
   * @param listener hears each event together with the client it comes from
   */
  ControlClient connect(
      NodeState state,
      Hostinfo hostinfo,
      DiscoKey disco,
      List<TypedEndpoint> endpoints,
      NewKeyKeeper keeper,
      BiConsumer<ControlClient, ControlEvent> listener) {
    String url = state.prefs().controlUrl();
    ControlIdentity identity =
        new ControlIdentity(
            state.machineKey(),
            state.nodeKey(),
            state.oldNodeKey(),
            state.pendingNodeKey(),
            Optional.ofNullable(state.serverKeys().get(url)).flatMap(MachineKey::tryParse));
    CompletableFuture<ControlClient> self = new CompletableFuture<>();
    ControlClient client =
        new ControlClient(
            ControlSettings.of(ServerUrl.parse(url)),
            identity,
            facts(hostinfo, disco, endpoints),
            eventLoops,
            trust,
            services,
            keeper,
            event -> listener.accept(self.join(), event));
    self.complete(client);
    return client;
  }

  static HostFacts facts(Hostinfo hostinfo, DiscoKey disco, List<TypedEndpoint> endpoints) {
    return new HostFacts(
        hostinfo,
        disco,
        endpoints.stream()
            .map(
                own ->
                    new HostFacts.TypedEndpoint(
                        own.endpoint(), EndpointType.fromWire(own.type().wireValue())))
            .toList());
  }
}
