package dev.meshd.derp.server;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.codec.DerpLimits;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes the extra certificate that tells a relay's key: common name {@code derpkey} and 64 hex
 * digits, serial number the protocol version, signed by a throw-away Ed25519 key of its own, valid
 * thirty days either way. Stateless.
 *
 * <p>Source: tailscale derp/derpserver/derpserver.go.
 */
final class MetaCertificateMaker {

  private static final Duration VALIDITY = Duration.ofDays(30);

  private MetaCertificateMaker() {}

  static X509Certificate make(NodeKey relay) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      Instant now = Instant.now();
      var name = new X500Principal("CN=derpkey" + relay.hex());
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(DerpLimits.PROTOCOL_VERSION),
              Date.from(now.minus(VALIDITY)),
              Date.from(now.plus(VALIDITY)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      var signer = new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("this Java runtime cannot make certificates", e);
    }
  }
}
