package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our server with a certificate of its own, and clients that trust it as they trust the web's. */
@ExtendWith(LabExtension.class)
class TailscaleTlsTest {
  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(30);

  @Test
  void clientsJoinOverTlsAndARenewedCertificateIsTakenUp(Lab lab) throws IOException {
    LabHost host = lab.addHost("server", Site.open());
    Path file = host.directory().resolve("tls.pem");
    ServerIdentity first = renew(host, file);
    Path anchor = host.directory().resolve("trust.pem");
    Files.writeString(anchor, pem(first));
    MeshdServer server = MeshdServer.startTls(host, file);
    Map<String, String> trust = Map.of("SSL_CERT_FILE", anchor.toString());
    MeshdNode ours = MeshdNode.start(lab.addHost("ours", Site.open()), trust);
    TailscaleNode theirs = TailscaleNode.start(lab.addHost("theirs", Site.open()), trust);
    ours.up(server.url(), server.authKey());
    theirs.up(server.url(), server.authKey());
    Meshes.reachEachOther(ours, theirs);

    String renewed =
        renew(host, file).leaf().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    for (int port : new int[] {8080, 8443}) {
      Await.until(
          RELOAD_LIMIT,
          "the renewed certificate on port " + port,
          () -> serial(host, port).contains(renewed));
    }
    Meshes.reachEachOther(ours, theirs);
    assertThat(server.process().logText()).doesNotContain("WARN").doesNotContain("ERROR");
  }

  private static ServerIdentity renew(LabHost host, Path file) throws IOException {
    ServerIdentity identity = ServerIdentity.selfSigned(List.of(host.ipv4()), Instant.now());
    IdentityFile.save(file, identity);
    return identity;
  }

  private static String pem(ServerIdentity identity) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(identity.leaf().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private static String serial(LabHost host, int port) {
    return host.command(
            "sh",
            "-c",
            "openssl s_client -connect 127.0.0.1:"
                + port
                + " </dev/null 2>/dev/null | openssl x509 -noout -serial")
        .run()
        .out();
  }
}
