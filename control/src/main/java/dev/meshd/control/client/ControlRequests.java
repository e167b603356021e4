package dev.meshd.control.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.ReplyStream;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.NodeKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The requests of the protocol over the shared connection, blocking. Thread-safe. */
final class ControlRequests {
  private static final int MAX_REGISTER_BYTES = 1 << 20;
  private static final String LOAD_BALANCER_HINT = "ts-lb";

  private final ServerLink link;
  private final ControlSettings settings;
  private final ServerUrl url;

  ControlRequests(ServerLink link, ControlSettings settings) {
    this.link = link;
    this.settings = settings;
    this.url = settings.url();
  }

  /** A map request with everything the server is to know; the caller chooses its mode. */
  MapRequest.Builder mapRequest(Registrar.Keys keys, HostFacts host) {
    return MapRequest.builder()
        .version(settings.version())
        .compress(MapFrames.ZSTD)
        .keepAlive(true)
        .nodeKey(keys.current().publicKey())
        .discoKey(host.discoKey())
        .hostinfo(host.hostinfo())
        .endpoints(host.endpoints().stream().map(HostFacts.TypedEndpoint::address).toList())
        .endpointTypes(
            host.endpoints().stream()
                .map(HostFacts.TypedEndpoint::type)
                .map(EndpointType::wire)
                .toList());
  }

  /** A whole reply. */
  record Reply(int status, String retryAfter, String text) {}

  /**
   * Registers.
   *
   * @param timeout how long the server may take; a follow-up waits for a human
   */
  Reply register(RegisterRequest request, Duration timeout)
      throws IOException, InterruptedException {
    List<String> hint =
        Stream.of(request.oldNodeKey(), request.nodeKey())
            .filter(key -> !key.isZero())
            .map(NodeKey::text)
            .toList();
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    return whole(
        send(
            "POST",
            url.basePath() + "/machine/register",
            hint,
            WireJson.encode(request),
            deadlineNs));
  }

  /** Sends a map request that is not a stream; the body of the answer means nothing. */
  Reply update(MapRequest request, Duration timeout) throws IOException, InterruptedException {
    return whole(map(request, System.nanoTime() + timeout.toNanos()));
  }

  /** Sends a map request; the caller reads and closes the reply. */
  ReplyStream map(MapRequest request, long deadlineNs) throws IOException, InterruptedException {
    return send(
        "POST",
        url.basePath() + "/machine/map",
        List.of(request.nodeKey().text()),
        WireJson.encode(request),
        deadlineNs);
  }

  /** Sends any other request to a path of the server, and waits for its answer. */
  int other(String method, String path, byte[] body, Duration timeout)
      throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    try (ReplyStream reply = send(method, path, List.of(), body, deadlineNs)) {
      return reply.status();
    }
  }

  private static Reply whole(ReplyStream open) throws IOException, InterruptedException {
    try (ReplyStream reply = open) {
      return new Reply(
          reply.status(),
          reply.retryAfter(),
          new String(reply.readNBytes(MAX_REGISTER_BYTES), UTF_8));
    } catch (SocketTimeoutException e) {
      throw new SilenceException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedIOException e) {
      throw new InterruptedException();
    }
  }

  private ReplyStream send(
      String method, String path, List<String> hint, byte[] body, long deadlineNs)
      throws IOException, InterruptedException {
    NoiseConnection connection = link.connect();
    Map<String, List<String>> headers =
        hint.isEmpty() ? Map.of() : Map.of(LOAD_BALANCER_HINT, hint);
    CompletableFuture<ReplyStream> sent =
        connection.send(method, url.authority(), path, headers, body);
    try {
      ReplyStream reply = sent.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      reply.deadline(deadlineNs);
      return reply;
    } catch (TimeoutException e) {
      giveUp(sent);
      throw new SilenceException("the control server " + url + " does not answer", e);
    } catch (InterruptedException e) {
      giveUp(sent);
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private static void giveUp(CompletableFuture<ReplyStream> sent) {
    if (!sent.cancel(false)) {
      var _ = sent.thenAccept(ReplyStream::close);
    }
  }
}
