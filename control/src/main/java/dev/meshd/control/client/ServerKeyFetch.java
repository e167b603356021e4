package dev.meshd.control.client;

import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.transport.ControlConnectionException;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.MachineKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * {@code GET /key}: asks a server, over ordinary HTTP with ordinary certificate checks, for the
 * static key of its Noise channels. Every failure is one sentence for the user.
 */
final class ServerKeyFetch {
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_QUOTED = 200;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http;

  ServerKeyFetch(HttpClient http) {
    this.http = http;
  }

  /** Blocks for at most ten seconds. */
  MachineKey fetch(ServerUrl url, int version)
      throws ControlConnectionException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/key?v=" + version))
            .timeout(TIMEOUT)
            .GET()
            .build();
    byte[] body;
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        if (response.statusCode() != 200) {
          String elsewhere =
              response
                  .headers()
                  .firstValue("location")
                  .map(to -> " and points to " + printable(to))
                  .orElse("");
          throw new ControlConnectionException(
              Kind.NOT_A_CONTROL_SERVER,
              url
                  + " is not a control server: it answers "
                  + response.statusCode()
                  + " to the request for its key"
                  + elsewhere);
        }
        body = in.readNBytes(MAX_BYTES);
      }
    } catch (SSLException e) {
      throw new ControlConnectionException(Kind.UNREACHABLE, tlsFault(url, e), e);
    } catch (ConnectException e) {
      throw new ControlConnectionException(Kind.UNREACHABLE, unreachable(url, e), e);
    } catch (HttpTimeoutException e) {
      throw new ControlConnectionException(
          Kind.UNREACHABLE, "the control server " + url + " does not answer", e);
    } catch (ControlConnectionException e) {
      throw e;
    } catch (IOException e) {
      throw new ControlConnectionException(
          Kind.NOT_A_CONTROL_SERVER, url + " is not a control server: " + innermost(e), e);
    }
    return decode(url, body);
  }

  private static MachineKey decode(ServerUrl url, byte[] body) throws ControlConnectionException {
    try {
      MachineKey key = WireJson.decode(body, OverTLSPublicKeyResponse.class).publicKey();
      if (key.isZero()) {
        throw new ControlConnectionException(
            Kind.NOT_A_CONTROL_SERVER,
            "the control server " + url + " is too old: it has no Noise key");
      }
      return key;
    } catch (WireException e) {
      throw new ControlConnectionException(
          Kind.NOT_A_CONTROL_SERVER,
          url + " is not a control server: its answer to /key is not a key",
          e);
    }
  }

  private static String tlsFault(ServerUrl url, SSLException e) {
    boolean certificate =
        causes(e).stream()
            .anyMatch(
                t -> t instanceof CertificateException || t instanceof CertPathValidatorException);
    return certificate
        ? "the TLS certificate of " + url + " does not verify: " + innermost(e)
        : "no TLS with " + url + ": " + innermost(e);
  }

  private static String unreachable(ServerUrl url, ConnectException e) {
    for (Throwable cause : causes(e)) {
      if (cause instanceof UnresolvedAddressException) {
        return "the name " + url.host() + " cannot be resolved";
      }
    }
    return "no connection to the control server " + url + ": " + innermost(e);
  }

  private static String innermost(Throwable failure) {
    String text = "";
    for (Throwable cause : causes(failure)) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        text = cause.getMessage();
      }
    }
    return text.isEmpty() ? failure.getClass().getSimpleName() : printable(text);
  }

  /** What a stranger sent, cut and on one line. */
  private static String printable(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() > MAX_QUOTED ? line.substring(0, MAX_QUOTED) + "..." : line;
  }

  private static List<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause).limit(10).toList();
  }
}
