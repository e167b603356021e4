package dev.meshd.derp.client;

import dev.meshd.crypto.NodeKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The extra certificate by which a relay tells its key during the TLS handshake, so that a client
 * can log in one round trip earlier. Its common name is {@code derpkey} and the key's 64 hex
 * digits, its serial number the protocol version. Nothing else of it is checked: the leaf
 * certificate authenticates the connection. Stateless.
 *
 * <p>Source: tailscale derp/derphttp/derphttp_client.go.
 */
final class MetaCertificate {

  private static final String PREFIX = "derpkey";
  private static final int MAX_VERSION_BITS = 8;

  private MetaCertificate() {}

  static boolean isMeta(X509Certificate certificate) {
    return commonName(certificate).filter(name -> name.startsWith(PREFIX)).isPresent();
  }

  /** The relay key in {@code certificate}, if it is a meta certificate of a version that can be. */
  static Optional<NodeKey> relayKey(X509Certificate certificate) {
    var serial = certificate.getSerialNumber();
    if (serial.signum() <= 0 || serial.bitLength() > MAX_VERSION_BITS) {
      return Optional.empty();
    }
    return commonName(certificate)
        .filter(name -> name.startsWith(PREFIX))
        .flatMap(name -> NodeKey.tryParse("nodekey:" + name.substring(PREFIX.length())))
        .filter(key -> !key.isZero());
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      var subject = new LdapName(certificate.getSubjectX500Principal().getName());
      return subject.getRdns().stream()
          .filter(rdn -> "CN".equalsIgnoreCase(rdn.getType()))
          .map(Rdn::getValue)
          .filter(String.class::isInstance)
          .map(String.class::cast)
          .findFirst();
    } catch (InvalidNameException unreadable) {
      return Optional.empty();
    }
  }
}
