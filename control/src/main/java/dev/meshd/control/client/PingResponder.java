package dev.meshd.control.client;

import dev.meshd.control.model.PingRequest;
import dev.meshd.control.model.PingResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a {@link PingRequest} asks, each on a virtual thread of its own.
 *
 * <ul>
 *   <li>No types: {@code HEAD} of the URL, over plain HTTP(S) or the Noise channel as the request
 *       says.
 *   <li>{@code c2n}: the request in the payload is answered by {@link ServerRequestHandler}, the
 *       answer posted back over Noise; a c2n request that does not ask for Noise is ignored.
 *   <li>Anything else is a list of probes; each result is posted to the URL, unless the probe could
 *       not run.
 * </ul>
 *
 * Failures are logged and forgotten: the server will ask again. Thread-safe. Source: tailscale:
 * control/controlclient/direct.go, feature/c2n.
 */
final class PingResponder {
  private static final Logger LOG = LoggerFactory.getLogger(PingResponder.class);

  /** More pings than this at a time are dropped; the server asks again. */
  private static final int MAX_AT_ONCE = 16;

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration C2N_TIMEOUT = Duration.ofMinutes(1);

  private final ControlRequests requests;
  private final HttpClient http;
  private final ControlServices services;
  private final ServerRequestHandler serverRequests;
  private final Semaphore slots = new Semaphore(MAX_AT_ONCE);

  PingResponder(ControlRequests requests, HttpClient http, ControlServices services) {
    this.requests = requests;
    this.http = http;
    this.services = services;
    this.serverRequests = new ServerRequestHandler(services);
  }

  /** Returns at once. */
  void answer(PingRequest ping) {
    if (!slots.tryAcquire()) {
      LOG.debug("too many pings at once");
      return;
    }
    Thread.ofVirtual()
        .name("control-ping")
        .start(
            () -> {
              try {
                run(ping);
              } catch (IOException | IllegalArgumentException e) {
                LOG.debug("ping of the server not answered: {}", e.getMessage());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                slots.release();
              }
            });
  }

  private void run(PingRequest ping) throws IOException, InterruptedException {
    if (ping.types().isEmpty()) {
      send(ping, "HEAD", new byte[0], TIMEOUT);
      return;
    }
    if (ping.types().equals("c2n")) {
      if (ping.urlIsNoise() && ping.payload() != null) {
        send(ping, "POST", serverRequests.answer(ping.payload().bytes()), C2N_TIMEOUT);
      }
      return;
    }
    IpAddress target = ping.ip();
    if (target == null) {
      return;
    }
    for (String type : ping.types().split(",")) {
      Optional<PingResponse> result = services.probe(type, target);
      if (result.isPresent()) {
        send(ping, "POST", WireJson.encode(result.get()), TIMEOUT);
      }
    }
  }

  private void send(PingRequest ping, String method, byte[] body, Duration timeout)
      throws IOException, InterruptedException {
    URI uri = URI.create(ping.url());
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    int status;
    if (ping.urlIsNoise()) {
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      status = requests.other(method, uri.getRawPath() + query, body, timeout);
    } else if (scheme.equals("http") || scheme.equals("https")) {
      HttpRequest.BodyPublisher content =
          body.length == 0
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofByteArray(body);
      HttpRequest request =
          HttpRequest.newBuilder(uri).timeout(timeout).method(method, content).build();
      status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } else {
      throw new IllegalArgumentException("not a web address");
    }
    LOG.debug("answered a ping of the server: {} {} gave {}", method, uri.getPath(), status);
  }
}
