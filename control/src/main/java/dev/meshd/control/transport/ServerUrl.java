package dev.meshd.control.transport;

import dev.meshd.packet.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a control server is, as the user gave it: scheme, host, optional port, optional base path.
 *
 * @param tls whether the scheme is {@code https}
 * @param host a name, or an address literal without brackets
 * @param explicitPort the port in the URL, or 0 for none
 * @param basePath without trailing slash, often empty
 */
public record ServerUrl(boolean tls, String host, int explicitPort, String basePath) {
  /**
   * Reads a URL; trailing slashes do not matter.
   *
   * @throws IllegalArgumentException with one sentence for the user
   */
  public static ServerUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "the server URL \"" + text + "\" is not a URL: " + e.getReason(), e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "the server URL \"" + text + "\" must begin with http:// or https://");
    }
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw new IllegalArgumentException("the server URL \"" + text + "\" names no host");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the server URL \"" + text + "\" may have a scheme, host, port and path only");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new ServerUrl(
        scheme.equals("https"), bare.toLowerCase(Locale.ROOT), Math.max(uri.getPort(), 0), path);
  }

  /** The port that plain requests to this URL use. */
  public int port() {
    return explicitPort != 0 ? explicitPort : tls ? 443 : 80;
  }

  /** Host and, where the URL has one, port: the HTTP authority. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return explicitPort == 0 ? name : name + ":" + explicitPort;
  }

  /**
   * Whether the host is {@code localhost}, a loopback literal, or a private literal (RFC 1918, RFC
   * 4193).
   */
  public boolean isPrivateHost() {
    return host.equals("localhost")
        || IpAddress.tryParse(host).filter(ip -> ip.isLoopback() || ip.isPrivate()).isPresent();
  }

  /** The URL in its normal form. */
  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority() + basePath;
  }
}
