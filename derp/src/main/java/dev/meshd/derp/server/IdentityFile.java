package dev.meshd.derp.server;

import dev.meshd.disk.PrivateFile;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.jspecify.annotations.Nullable;

/** Reads and keeps a {@link ServerIdentity} as PEM. Stateless. */
public final class IdentityFile {

  private IdentityFile() {}

  /**
   * Reads a chain, leaf first, and an unencrypted key (PKCS#8, PKCS#1 or SEC 1); the two files may
   * be one.
   */
  public static ServerIdentity load(Path certificates, Path privateKey) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    for (Object entry : entries(certificates)) {
      if (entry instanceof X509CertificateHolder holder) {
        chain.add(certificate(holder, certificates));
      }
    }
    if (chain.isEmpty()) {
      throw new IOException(certificates + " holds no certificate");
    }
    return new ServerIdentity(key(privateKey), chain);
  }

  /**
   * The self-signed identity kept in {@code file}, made and kept there if there is none, if it
   * {@link #isDue is due}, or if it is not for all {@code hosts}.
   */
  public static ServerIdentity loadOrMakeSelfSigned(
      Path file, List<String> hosts, Instant now, Duration renewBefore) throws IOException {
    if (Files.exists(file)) {
      ServerIdentity kept = load(file, file);
      if (!isDue(kept, now, renewBefore) && isFor(kept.leaf(), hosts)) {
        return kept;
      }
    }
    ServerIdentity made = ServerIdentity.selfSigned(hosts, now);
    save(file, made);
    return made;
  }

  /**
   * Whether an identity ends within {@code renewBefore}, or begins in the future because it was
   * made by a clock that was ahead.
   */
  public static boolean isDue(ServerIdentity identity, Instant now, Duration renewBefore) {
    Instant begins = identity.leaf().getNotBefore().toInstant();
    Instant ends = identity.leaf().getNotAfter().toInstant();
    return !ends.minus(renewBefore).isAfter(now) || begins.isAfter(now);
  }

  /** Writes chain and key to one file that only its owner may read, all or nothing. */
  public static void save(Path file, ServerIdentity identity) throws IOException {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      for (X509Certificate certificate : identity.chain()) {
        pem.writeObject(certificate);
      }
      // As PKCS#8: a bare SEC 1 key would name neither its curve nor its public half.
      pem.writeObject(new JcaPKCS8Generator(identity.key(), null));
    }
    PrivateFile.at(file).replace(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isFor(X509Certificate leaf, List<String> hosts) throws IOException {
    try {
      var names = leaf.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .map(name -> canonical(String.valueOf(name.get(1))))
              .collect(Collectors.toSet())
              .containsAll(hosts.stream().map(IdentityFile::canonical).toList());
    } catch (CertificateException e) {
      throw new IOException("the kept certificate is malformed", e);
    }
  }

  /** One spelling per host: IPv6 addresses have many. */
  private static String canonical(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return host.toLowerCase(Locale.ROOT);
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    var converter = new JcaPEMKeyConverter();
    for (Object entry : entries(file)) {
      if (entry instanceof PrivateKeyInfo info) {
        return converter.getPrivateKey(info);
      }
      if (entry instanceof PEMKeyPair pair) {
        return converter.getKeyPair(pair).getPrivate();
      }
    }
    throw new IOException(file + " holds no private key that is not encrypted");
  }

  private static List<Object> entries(Path file) throws IOException {
    List<Object> entries = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        var pem = new PEMParser(reader)) {
      for (@Nullable Object entry = pem.readObject(); entry != null; entry = pem.readObject()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static X509Certificate certificate(X509CertificateHolder holder, Path file)
      throws IOException {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new IOException(file + " holds a malformed certificate", e);
    }
  }
}
