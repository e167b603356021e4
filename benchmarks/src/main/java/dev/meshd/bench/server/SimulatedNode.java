package dev.meshd.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.control.client.Backoff;
import dev.meshd.control.model.CapabilityVersion;
import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.MapSession;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.ReplyStream;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One node without a data path: registers once, holds a map stream, folds what it says, and
 * reconnects as the agent does. Its routine is a virtual thread; {@link #sendUpdate} and {@link
 * #netmap} may be called from elsewhere.
 */
final class SimulatedNode implements Runnable {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(2);
  private static final int MAX_FRAME_BYTES = 16 << 20;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int MAX_REPLY_BYTES = 1 << 16;
  private static final int NOT_FOUND = 404;
  private static final int UNKNOWN_NODE_TRIES = 2;

  private final int number;
  private final Fleet fleet;
  private final MachinePrivateKey machineKey = MachinePrivateKey.generate();
  private final NodeKey nodeKey;
  private final DiscoKey discoKey;
  private final Backoff backoff = new Backoff(JitterSource.system());

  // Owned by the routine.
  private boolean registered;
  private int unknown;

  private volatile Hostinfo hostinfo;
  private volatile List<Endpoint> endpoints;
  private volatile @Nullable NoiseConnection connection;
  private volatile @Nullable Netmap netmap;
  private volatile boolean closed;

  SimulatedNode(int number, Fleet fleet) {
    this.number = number;
    this.fleet = fleet;
    try (NodePrivateKey node = NodePrivateKey.generate();
        DiscoPrivateKey disco = DiscoPrivateKey.generate()) {
      nodeKey = node.publicKey();
      discoKey = disco.publicKey();
    }
    hostinfo = HostSamples.hostinfo(number);
    endpoints = HostSamples.endpoints(number, 0);
  }

  int number() {
    return number;
  }

  NodeKey nodeKey() {
    return nodeKey;
  }

  /** The newest map; empty before the first message of a stream. */
  Optional<Netmap> netmap() {
    return Optional.ofNullable(netmap);
  }

  /** Whether the map shows so many peers, all of them online. */
  boolean seesOnline(int peers) {
    Netmap held = netmap;
    return held != null
        && held.peers().size() == peers
        && held.peers().values().stream().allMatch(peer -> Boolean.TRUE.equals(peer.online()));
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        try {
          live();
        } catch (IOException e) {
          fleet.trouble(e);
        }
        disconnect();
        if (!closed) {
          Thread.sleep(backoff.next(unknown > 0 ? Backoff.REFUSED_CAP : Backoff.UNREACHABLE_CAP));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From a connection to the end of its map stream. */
  private void live() throws IOException, InterruptedException {
    NoiseConnection fresh = fleet.dial(machineKey);
    connection = fresh;
    boolean newcomer = !registered;
    if (newcomer) {
      register(fresh);
    }
    try (ReplyStream reply =
        await(send(fresh, "/machine/map", WireJson.encode(mapRequest().stream(true).build())))) {
      if (reply.status() != 200) {
        onRefusal(reply.status());
        return;
      }
      unknown = 0;
      if (newcomer) {
        sendUpdate();
      }
      read(reply);
    } finally {
      fleet.streamEnded(this);
    }
  }

  /** As the client does: a server that does not know us twice in a row wants a registration. */
  private void onRefusal(int status) throws IOException {
    fleet.counters().refusals.incrementAndGet();
    unknown = status == NOT_FOUND ? unknown + 1 : 0;
    if (unknown >= UNKNOWN_NODE_TRIES) {
      registered = false;
      unknown = 0;
    }
    throw new IOException("node " + number + ": the map request is answered with " + status);
  }

  private void register(NoiseConnection over) throws IOException, InterruptedException {
    fleet.counters().registrations.incrementAndGet();
    RegisterRequest request =
        RegisterRequest.builder()
            .version(CapabilityVersion.CURRENT)
            .nodeKey(nodeKey)
            .hostinfo(hostinfo)
            .auth(RegisterRequestAuth.ofKey(fleet.authKey()))
            .build();
    try (ReplyStream reply = await(send(over, "/machine/register", WireJson.encode(request)))) {
      byte[] body = reply.readNBytes(MAX_REPLY_BYTES);
      RegisterResponse response = WireJson.decode(body, RegisterResponse.class);
      if (!response.error().isEmpty() || !response.authUrl().isEmpty()) {
        throw new IOException("node " + number + " is not let in: " + response.error());
      }
      registered = true;
    } catch (WireException e) {
      throw new IOException("node " + number + " is not registered: " + e.getMessage(), e);
    }
  }

  private void read(ReplyStream reply) throws IOException, InterruptedException {
    MapSession session = new MapSession();
    boolean first = true;
    while (true) {
      reply.deadline(System.nanoTime() + SILENCE_LIMIT.toNanos());
      Optional<byte[]> frame = MapFrames.read(reply, MAX_FRAME_BYTES);
      if (frame.isEmpty()) {
        return;
      }
      fleet.counters().messages.incrementAndGet();
      fleet.counters().messageBytes.addAndGet(frame.get().length);
      fold(session, MapFrames.decompress(frame.get(), MAX_MESSAGE_BYTES));
      if (first) {
        first = false;
        fleet.streamOpened(this);
      }
    }
  }

  private void fold(MapSession session, byte[] json) throws IOException {
    try {
      for (MapEvent event : session.onMessage(fleet.decode(json), Instant.now())) {
        if (event instanceof MapEvent.NetmapChanged changed) {
          netmap = changed.netmap();
          backoff.reset();
          fleet.changed(this, changed.change());
        }
      }
    } catch (WireException | MapProtocolException e) {
      throw new IOException("node " + number + ": " + e.getMessage(), e);
    }
  }

  // ---- changes made from outside

  /** Tells the server of other endpoints. */
  void moveTo(List<Endpoint> fresh) throws IOException, InterruptedException {
    endpoints = fresh;
    sendUpdate();
  }

  /** Tells the server of another host name. */
  void renameHost(String hostname) throws IOException, InterruptedException {
    hostinfo = hostinfo.toBuilder().hostname(hostname).build();
    sendUpdate();
  }

  private void sendUpdate() throws IOException, InterruptedException {
    NoiseConnection over = connection;
    if (over == null) {
      throw new IOException("node " + number + " is not connected");
    }
    byte[] body = WireJson.encode(mapRequest().omitPeers(true).build());
    try (ReplyStream reply = await(send(over, "/machine/map", body))) {
      byte[] text = reply.readNBytes(MAX_REPLY_BYTES);
      if (reply.status() != 200) {
        throw new IOException(
            "an update is answered with " + reply.status() + ": " + new String(text, UTF_8));
      }
    }
  }

  /** Asks for the whole map once, as the server has it now. */
  Netmap askForMap() throws IOException, InterruptedException {
    NoiseConnection over = connection;
    if (over == null) {
      throw new IOException("node " + number + " is not connected");
    }
    byte[] body = WireJson.encode(mapRequest().readOnly(true).build());
    try (ReplyStream reply = await(send(over, "/machine/map", body))) {
      byte[] frame = MapFrames.read(reply, MAX_FRAME_BYTES).orElseThrow();
      return Netmap.of(fleet.decode(MapFrames.decompress(frame, MAX_MESSAGE_BYTES)));
    } catch (WireException | MapProtocolException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Does not come back when the present stream ends. */
  void retire() {
    closed = true;
  }

  void close() {
    closed = true;
    disconnect();
  }

  private void disconnect() {
    NoiseConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  private MapRequest.Builder mapRequest() {
    return MapRequest.builder()
        .version(CapabilityVersion.CURRENT)
        .compress(MapFrames.ZSTD)
        .keepAlive(true)
        .nodeKey(nodeKey)
        .discoKey(discoKey)
        .hostinfo(hostinfo)
        .endpoints(endpoints)
        .endpointTypes(endpoints.stream().map(endpoint -> EndpointType.LOCAL.wire()).toList());
  }

  private CompletableFuture<ReplyStream> send(NoiseConnection over, String path, byte[] body) {
    return over.send("POST", fleet.url().authority(), path, Map.of(), body);
  }

  private static ReplyStream await(CompletableFuture<ReplyStream> reply)
      throws IOException, InterruptedException {
    try {
      ReplyStream stream = reply.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
      stream.deadline(System.nanoTime() + ANSWER_LIMIT.toNanos());
      return stream;
    } catch (TimeoutException e) {
      reply.cancel(false);
      throw new IOException("the server does not answer", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }
}
