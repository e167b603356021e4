package dev.meshd.bench.server;

import dev.meshd.control.model.CapabilityVersion;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.control.session.PeerDelta;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The simulated nodes, what they share, and what they report. Thread-safe but for {@link #add} and
 * {@link #launch}, which one thread calls.
 */
public final class Fleet implements AutoCloseable {
  private static final int STOP_LIMIT_MS = 500;

  private final ServerUrl url;
  private final String authKey;
  private final MachineKey serverKey;
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final NoiseDialer dialer =
      new NoiseDialer(
          eventLoops, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system());
  private final NodePool pool = new NodePool();
  private final FleetCounters counters = new FleetCounters();
  private final List<SimulatedNode> nodes = new CopyOnWriteArrayList<>();
  private final List<Thread> routines = new ArrayList<>();
  private final Map<NodeKey, Spread> spreads = new ConcurrentHashMap<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();

  // Owned by the thread that adds.
  private int nextNumber;

  // Guarded by this.
  private final BitSet streaming = new BitSet();

  /**
   * A fleet without nodes.
   *
   * @param authKey a reusable pre-auth key
   */
  public Fleet(ServerUrl url, String authKey) throws IOException, InterruptedException {
    this.url = url;
    this.authKey = authKey;
    this.serverKey = fetchKey(url);
  }

  private static MachineKey fetchKey(ServerUrl url) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/key?v=" + CapabilityVersion.CURRENT)).build();
      byte[] body = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
      return WireJson.decode(body, OverTLSPublicKeyResponse.class).publicKey();
    } catch (WireException e) {
      throw new IOException(url + " is not a control server", e);
    }
  }

  /** Adds a node, which joins at once. */
  void add() {
    launch(prepare());
  }

  /** Makes a node that does nothing yet. */
  SimulatedNode prepare() {
    return new SimulatedNode(nextNumber++, this);
  }

  /** Lets a prepared node join. */
  void launch(SimulatedNode node) {
    nodes.add(node);
    routines.add(Thread.ofVirtual().name("node-" + node.number()).start(node));
  }

  /** Forgets a node that is about to be deleted: it does not come back. */
  void retire(SimulatedNode node) {
    node.retire();
    nodes.remove(node);
  }

  List<SimulatedNode> nodes() {
    return nodes;
  }

  FleetCounters counters() {
    return counters;
  }

  /** Watches a change of the peer with this key from now on. */
  void watch(NodeKey peer, Spread spread) {
    spreads.put(peer, spread);
  }

  void unwatch(NodeKey peer) {
    spreads.remove(peer);
  }

  /** The numbers of the nodes whose streams have brought a map. */
  synchronized BitSet streaming() {
    return (BitSet) streaming.clone();
  }

  /** Takes every open stream for ended, before the server is. */
  synchronized void forgetStreams() {
    streaming.clear();
  }

  /** Waits until so many nodes have an open stream; returns how many have. */
  synchronized int awaitStreaming(int count, Duration limit) throws InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    long leftNs = limit.toNanos();
    while (streaming.cardinality() < count && leftNs > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(leftNs, 1_000_000));
      leftNs = deadlineNs - System.nanoTime();
    }
    return streaming.cardinality();
  }

  /** The first few things that went wrong, each once. */
  List<String> troubles() {
    return troubles;
  }

  // ---- called by the nodes

  ServerUrl url() {
    return url;
  }

  String authKey() {
    return authKey;
  }

  NoiseConnection dial(MachinePrivateKey self) throws IOException, InterruptedException {
    counters.dialled();
    CompletableFuture<NoiseConnection> dial =
        dialer.dial(url, self, serverKey, CapabilityVersion.CURRENT, false);
    try {
      NoiseConnection connection = dial.get();
      counters.connected();
      return connection;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  MapResponse decode(byte[] json) throws WireException {
    return pool.decode(json);
  }

  synchronized void streamOpened(SimulatedNode node) {
    streaming.set(node.number());
    notifyAll();
  }

  synchronized void streamEnded(SimulatedNode node) {
    if (streaming.get(node.number())) {
      streaming.clear(node.number());
      counters.lostStreams.incrementAndGet();
    }
  }

  void changed(SimulatedNode viewer, NetmapChange change) {
    if (spreads.isEmpty() || change.first()) {
      return;
    }
    long nowNs = System.nanoTime();
    for (PeerDelta delta : change.peers()) {
      switch (delta) {
        case PeerDelta.Added(Node node) -> tell(viewer, node, Optional.of(node), nowNs);
        case PeerDelta.Patched(Node was, Node is) -> tell(viewer, was, Optional.of(is), nowNs);
        case PeerDelta.Replaced(Node was, Node is) -> tell(viewer, was, Optional.of(is), nowNs);
        case PeerDelta.Removed(Node was) -> tell(viewer, was, Optional.empty(), nowNs);
      }
    }
  }

  private void tell(SimulatedNode viewer, Node peer, Optional<Node> now, long nowNs) {
    Spread spread = spreads.get(peer.key());
    if (spread != null) {
      spread.onPeer(viewer.number(), now, nowNs);
    }
  }

  void trouble(IOException e) {
    String text = String.valueOf(e.getMessage());
    if (troubles.size() < 10 && !troubles.contains(text)) {
      troubles.add(text);
    }
  }

  /** Ends all nodes and closes their connections. */
  @Override
  public void close() {
    nodes.forEach(SimulatedNode::close);
    routines.forEach(Thread::interrupt);
    try {
      for (Thread routine : routines) {
        routine.join(STOP_LIMIT_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    eventLoops.shutdownGracefully(0, STOP_LIMIT_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
