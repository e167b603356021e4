package dev.meshd.control.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to reach the Noise endpoint of a server, and when to try it.
 *
 * <table>
 *   <caption>Ways by server URL</caption>
 *   <tr><th>server URL</th><th>plain HTTP</th><th>HTTPS</th></tr>
 *   <tr><td>{@code https://host}</td><td>80</td><td>443</td></tr>
 *   <tr><td>{@code https://host:P}</td><td>80</td><td>P</td></tr>
 *   <tr><td>{@code http://host[:P]}, private host</td><td>P or 80</td><td>none</td></tr>
 *   <tr><td>{@code http://host[:P]}, other host</td><td>P or 80</td><td>443</td></tr>
 * </table>
 *
 * Plain HTTP goes first, since Noise protects the content and TLS would only cost time; HTTPS
 * follows after {@link #SECOND_DELAY_MS}, or at once when the first fails. After a recent dial the
 * order is turned around, because some middleboxes on port 80 let the upgrade pass and kill the
 * connection later; unlike other clients we do not give the plain way up then, since it may be the
 * only one that exists. Source: tailscale: control/ts2021/client.go, control/controlhttp.
 *
 * @param delayMs when to start, counted from the start of the dial
 */
record DialAttempt(String host, int port, boolean tls, long delayMs) {
  /** Head start of the first way. */
  static final long SECOND_DELAY_MS = 500;

  /** A dial that began less than this ago counts as recent. */
  static final long RECENT_NS = 120_000_000_000L;

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** The ways to reach {@code url}, in the order of their start. */
  static List<DialAttempt> forUrl(ServerUrl url, boolean recentlyDialled) {
    List<DialAttempt> attempts = new ArrayList<>();
    int plainPort = url.tls() ? HTTP_PORT : url.port();
    if (!url.tls() && url.isPrivateHost()) {
      attempts.add(new DialAttempt(url.host(), plainPort, false, 0));
      return attempts;
    }
    int tlsPort = url.tls() ? url.port() : HTTPS_PORT;
    attempts.add(
        new DialAttempt(url.host(), plainPort, false, recentlyDialled ? SECOND_DELAY_MS : 0));
    attempts.add(new DialAttempt(url.host(), tlsPort, true, recentlyDialled ? 0 : SECOND_DELAY_MS));
    return recentlyDialled ? attempts.reversed() : attempts;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://")
        + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + port;
  }
}
