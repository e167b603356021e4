package dev.meshd.control.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trust anchors of this machine.
 *
 * <ol>
 *   <li>The file named by {@code SSL_CERT_FILE}, else the first of the places where distributions
 *       keep their bundle.
 *   <li>Every file in the directories named by {@code SSL_CERT_DIR} (separated by colons); without
 *       it, the usual directories are read only when no bundle was found.
 *   <li>If all of that gives nothing, the certificates that come with the JDK.
 * </ol>
 *
 * A file that cannot be read or holds no certificate is logged and skipped. Immutable, thread-safe.
 */
public final class SystemTrust {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTrust.class);

  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/tls/cacert.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/etc/ssl/certs"), Path.of("/etc/pki/tls/certs"));

  private final X509ExtendedTrustManager trustManager;
  private final SSLContext context;

  private SystemTrust(X509ExtendedTrustManager trustManager) {
    this.trustManager = trustManager;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trustManager}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no TLS", e);
    }
  }

  /** Reads the machine's store; takes some ten milliseconds. */
  public static SystemTrust load() {
    return load(System.getenv());
  }

  /** As {@link #load()}, with the given environment. */
  public static SystemTrust load(Map<String, String> environment) {
    List<Certificate> anchors = new ArrayList<>();
    String file = environment.getOrDefault("SSL_CERT_FILE", "");
    for (Path bundle : file.isEmpty() ? BUNDLES : List.of(Path.of(file))) {
      anchors.addAll(read(bundle));
      if (!anchors.isEmpty()) {
        break;
      }
    }
    String directories = environment.getOrDefault("SSL_CERT_DIR", "");
    if (!directories.isEmpty()) {
      Arrays.stream(directories.split(":"))
          .map(Path::of)
          .forEach(directory -> anchors.addAll(readAll(directory)));
    } else if (anchors.isEmpty() && file.isEmpty()) {
      DIRECTORIES.forEach(directory -> anchors.addAll(readAll(directory)));
    }
    return of(anchors);
  }

  /** Trusts exactly {@code anchors}; the JDK's own when there are none. */
  public static SystemTrust of(Collection<? extends Certificate> anchors) {
    try {
      KeyStore store = null;
      if (!anchors.isEmpty()) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int index = 0;
        for (Certificate anchor : anchors) {
          store.setCertificateEntry("anchor-" + index++, anchor);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return new SystemTrust(extended);
        }
      }
      throw new IllegalStateException("the JDK has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the trust anchors cannot be used", e);
    }
  }

  /**
   * A context for clients; host names are verified only where the user of the context asks for it.
   */
  public SSLContext context() {
    return context;
  }

  /** The trust manager inside {@link #context()}. */
  public X509ExtendedTrustManager trustManager() {
    return trustManager;
  }

  private static List<Certificate> readAll(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .flatMap(file -> read(file).stream())
          .distinct()
          .toList();
    } catch (IOException e) {
      LOG.warn("cannot list {}: {}", directory, e.getMessage());
      return List.of();
    }
  }

  private static List<Certificate> read(Path file) {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    } catch (IOException | CertificateException e) {
      LOG.debug("no certificates in {}: {}", file, e.getMessage());
      return List.of();
    }
  }
}
