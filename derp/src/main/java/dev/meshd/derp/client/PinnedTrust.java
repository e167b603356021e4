package dev.meshd.derp.client;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate by its hash, as the relay map's {@code sha256-raw:} asks for: besides meta
 * certificates the server presents exactly one, its SHA-256 in lower-case hex is the pin and, if a
 * server name was sent, it carries that name. No chain is followed, and its dates do not matter:
 * the relay map says that it is good now, and a machine whose clock is wrong needs its relay most.
 * Immutable.
 *
 * <p>It extends the JDK's extended trust manager because the JDK adds chain checks of its own
 * around a plain one.
 *
 * <p>Source: tailscale net/tlsdial/tlsdial.go.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

  private final String pin;
  private final Optional<String> serverName;

  /**
   * @param pin 64 lower-case hex digits
   * @param serverName the name sent in the handshake, if one was
   */
  PinnedTrust(String pin, Optional<String> serverName) {
    this.pin = pin;
    this.serverName = serverName;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    List<X509Certificate> presented =
        Arrays.stream(chain).filter(certificate -> !MetaCertificate.isMeta(certificate)).toList();
    if (presented.size() != 1) {
      throw new CertificateException(
          "a pinned relay must present one certificate, not " + presented.size());
    }
    X509Certificate leaf = presented.getFirst();
    String hash = HexFormat.of().formatHex(sha256(leaf.getEncoded()));
    if (!hash.equals(pin)) {
      throw new CertificateException("the relay's certificate is not the pinned one: " + hash);
    }
    if (serverName.isPresent() && !CertificateNames.match(leaf, serverName.get())) {
      throw new CertificateException("the relay's certificate is not for " + serverName.get());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a relay client accepts no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private static byte[] sha256(byte[] der) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(der);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
