package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpNode;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;

/**
 * How one relay host is verified.
 *
 * <table>
 * <caption>by certName of the node</caption>
 * <tr><td>empty</td><td>chain and name, where an address must be in the certificate too</td></tr>
 * <tr><td>{@code sha256-raw:…}</td><td>{@link PinnedTrust}</td></tr>
 * <tr><td>other</td><td>chain, and that name instead of the host's</td></tr>
 * </table>
 *
 * <p>The server name sent is always the host name, and none if that is an address. No ALPN is
 * offered. Immutable.
 */
final class NodeTls {

  private static final String TLS_1_3 = "TLSv1.3";

  private final DerpNode node;
  private final SSLContext trust;

  /** {@code roots} verifies nodes that are not pinned. */
  NodeTls(DerpNode node, SSLContext roots) throws GeneralSecurityException {
    this.node = node;
    this.trust = contextFor(node, roots);
  }

  SSLEngine newEngine() {
    SSLEngine engine = trust.createSSLEngine(verifiedName(), node.dialPort());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(
        serverName()
            .map(name -> List.<javax.net.ssl.SNIServerName>of(new SNIHostName(name)))
            .orElse(List.of()));
    parameters.setProtocols(new String[] {TLS_1_3, "TLSv1.2"});
    if (!node.isPinned() && !isUnverified(node)) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * What the trust manager could not see: with a certName, a certificate for the host name alone is
   * not enough.
   */
  void verify(SSLSession session) throws CertificateException, SSLPeerUnverifiedException {
    if (node.certName().isEmpty() || node.isPinned()) {
      return;
    }
    boolean named =
        session.getPeerCertificates()[0] instanceof X509Certificate leaf
            && CertificateNames.match(leaf, node.certName());
    if (!named) {
      throw new CertificateException("the relay's certificate is not for " + node.certName());
    }
  }

  /**
   * The relay key, if the server told it and the protocol version allows logging in with it at
   * once.
   */
  static Optional<NodeKey> fastStartKey(SSLSession session) {
    if (!session.getProtocol().equals(TLS_1_3)) {
      return Optional.empty();
    }
    return presented(session)
        .flatMap(certificate -> MetaCertificate.relayKey(certificate).stream())
        .findFirst();
  }

  private static Stream<X509Certificate> presented(SSLSession session) {
    Certificate[] certificates;
    try {
      certificates = session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException none) {
      return Stream.empty();
    }
    return Arrays.stream(certificates)
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast);
  }

  private Optional<String> serverName() {
    return node.hostLiteral().isPresent() ? Optional.empty() : Optional.of(node.hostName());
  }

  private String verifiedName() {
    return node.certName().isEmpty() || node.isPinned() ? node.hostName() : node.certName();
  }

  private static boolean isUnverified(DerpNode node) {
    return node.insecureForTests() && node.certName().isEmpty();
  }

  private static SSLContext contextFor(DerpNode node, SSLContext roots)
      throws GeneralSecurityException {
    if (node.isPinned()) {
      String pin = node.certName().substring(DerpNode.CERT_PIN_PREFIX.length());
      Optional<String> name =
          node.hostLiteral().isPresent() ? Optional.empty() : Optional.of(node.hostName());
      return contextWith(new PinnedTrust(pin, name));
    }
    return isUnverified(node)
        ? contextWith(InsecureTrustManagerFactory.INSTANCE.getTrustManagers())
        : roots;
  }

  private static SSLContext contextWith(TrustManager... managers) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers, null);
    return context;
  }
}
