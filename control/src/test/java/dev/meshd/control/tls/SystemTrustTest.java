package dev.meshd.control.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemTrustTest {
  @TempDir Path directory;

  @Test
  void namedFileIsAllThatIsTrusted() throws Exception {
    TestCertificate one = new TestCertificate(directory, "dns:one");
    Path bundle = Files.writeString(directory.resolve("bundle.pem"), "# a comment\n" + one.pem());
    assertThat(anchors(Map.of("SSL_CERT_FILE", bundle.toString())))
        .containsExactly(one.certificate());
  }

  @Test
  void directoriesAddToTheFile() throws Exception {
    TestCertificate one = new TestCertificate(directory, "dns:one");
    TestCertificate two = new TestCertificate(directory, "dns:two");
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Files.writeString(first.resolve("a.pem"), one.pem());
    Files.writeString(first.resolve("README"), "no certificate");
    Files.writeString(second.resolve("b.crt"), two.pem());
    String both = first + ":" + second + ":" + directory.resolve("missing");
    Map<String, String> environment =
        Map.of("SSL_CERT_DIR", both, "SSL_CERT_FILE", directory.resolve("none").toString());
    assertThat(anchors(environment))
        .containsExactlyInAnyOrder(one.certificate(), two.certificate());
  }

  @Test
  void withoutAnythingTheJdkDecides() {
    Map<String, String> nothing = Map.of("SSL_CERT_FILE", directory.resolve("none").toString());
    assertThat(anchors(nothing)).isEqualTo(anchorsOf(SystemTrust.of(List.of()))).isNotEmpty();
  }

  private static List<X509Certificate> anchors(Map<String, String> environment) {
    return anchorsOf(SystemTrust.load(environment));
  }

  private static List<X509Certificate> anchorsOf(SystemTrust trust) {
    return List.of(trust.trustManager().getAcceptedIssuers());
  }
}
