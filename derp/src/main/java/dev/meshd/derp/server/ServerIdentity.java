package dev.meshd.derp.server;

import dev.meshd.derp.DerpNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A TLS server's private key and certificate chain, leaf first. Immutable.
 *
 * <p>A {@linkplain #selfSigned self-signed} one has no chain to a root; clients trust it by its
 * {@linkplain #pin() pin}, which the relay map carries, so it must be kept across restarts: see
 * {@link IdentityFile}.
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {

  /** How long a self-signed certificate is good for. */
  public static final Duration SELF_SIGNED_VALIDITY = Duration.ofDays(365);

  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final int SERIAL_BITS = 127;

  /** Clients resume with tickets they keep; the server's memory is for the few that cannot. */
  private static final int SESSION_CACHE = 256;

  static {
    // Each would cost a whole handshake of CPU, and no client that is well asks for one. Read once,
    // by the first TLS connection of the process.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  public ServerIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a TLS server needs a certificate");
    }
  }

  /**
   * Makes a P-256 key and a certificate for TLS servers.
   *
   * @param hosts DNS names and IP literals the certificate is for, at least one
   */
  public static ServerIdentity selfSigned(List<String> hosts, Instant now) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("a certificate needs a host to be for");
    }
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      var name = new X500Principal("CN=" + hosts.getFirst().replace(",", ""));
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(SELF_SIGNED_VALIDITY)),
              name,
              pair.getPublic());
      GeneralName[] names =
          hosts.stream().map(ServerIdentity::generalName).toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
      X509Certificate leaf =
          new JcaX509CertificateConverter().getCertificate(builder.build(signer));
      return new ServerIdentity(pair.getPrivate(), List.of(leaf));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this Java runtime cannot make certificates", e);
    }
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** Whether the certificate is its own root, so that clients need the {@link #pin()}. */
  public boolean isSelfSigned() {
    return chain.size() == 1
        && leaf().getSubjectX500Principal().equals(leaf().getIssuerX500Principal());
  }

  /** Whether the private key belongs to the leaf, shown by a signature. */
  public boolean keyFitsLeaf() {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC", "ECDSA" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signer = Signature.getInstance(algorithm);
      byte[] message = leaf().getEncoded();
      signer.initSign(key);
      signer.update(message);
      byte[] signature = signer.sign();
      signer.initVerify(leaf().getPublicKey());
      signer.update(message);
      return signer.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** What a relay map's {@code CertName} says to make clients trust exactly this leaf. */
  public String pin() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(leaf().getEncoded());
      return DerpNode.CERT_PIN_PREFIX + HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }

  /**
   * A context for TLS servers that present the chain and after it {@code extras}, linked or not.
   */
  public SSLContext serverContext(X509Certificate... extras) {
    var presented = new ArrayList<>(chain);
    presented.addAll(List.of(extras));
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new FixedKeyManager(key, presented)}, null, null);
      context.getServerSessionContext().setSessionCacheSize(SESSION_CACHE);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  /** Shows the certificate's subject, nothing of the key. */
  @Override
  public String toString() {
    return "ServerIdentity[" + leaf().getSubjectX500Principal() + "]";
  }

  private static GeneralName generalName(String host) {
    try {
      String address = InetAddress.ofLiteral(host).getHostAddress();
      return new GeneralName(GeneralName.iPAddress, address);
    } catch (IllegalArgumentException notAnAddress) {
      return new GeneralName(GeneralName.dNSName, host);
    }
  }
}
