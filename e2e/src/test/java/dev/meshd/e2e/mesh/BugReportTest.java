package dev.meshd.e2e.mesh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a bug report of the real daemon holds, and what it must never hold. */
@ExtendWith(LabExtension.class)
class BugReportTest {
  private static final Pattern HEX_SECRET =
      Pattern.compile("(?:privkey:|\"stateKey\"\\s*:\\s*\")([0-9a-f]{64})");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void noKeyAndNoLoginLinkIsInIt(Lab lab) throws IOException {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open().ipv4Only()));
    String authKey = server.authKey();
    MeshdNode node = MeshdNode.start(lab.addHost("a", Site.open().ipv4Only()));
    node.cli("log-level", "trace").orThrow(); // the daemon at its most talkative
    node.up(server.url(), authKey);
    Map<String, String> report = report(node, lab.directory().resolve("connected.zip"));

    assertThat(report)
        .containsKeys(
            "summary.txt",
            "status.json",
            "prefs.json",
            "log.txt",
            "threads.txt",
            "metrics.txt",
            "routes.txt");
    assertThat(report.get("status.json")).contains("\"BackendState\": \"Running\"");
    assertThat(report.get("log.txt")).contains("connected as " + node.ipv4());
    assertThat(report.get("metrics.txt")).contains("tailscaled_home_derp_region_id");
    List<String> secrets = secretsOf(node.host().directory().resolve("state"));
    assertThat(secrets).as("keys found in the node's state").hasSizeGreaterThanOrEqualTo(6);
    secrets.add(authKey);
    assertNoneIn(report, secrets);

    node.cli("logout").orThrow();
    Cli.Outcome login = node.cli("up", "--login-server", server.url(), "--timeout", "12s");
    String link =
        Await.value(
            LIMIT,
            "a link to log in at; meshd up said: " + login.said(),
            () ->
                Stream.of(node.status().path("AuthURL").asText())
                    .filter(url -> url.contains("/register/"))
                    .findFirst());
    Map<String, String> waiting = report(node, lab.directory().resolve("waiting.zip"));
    assertThat(waiting.get("status.json")).contains("/register/[removed]");
    assertNoneIn(waiting, List.of(link.substring(link.indexOf("/register/") + 10)));
    System.out.printf(
        "bug report: %d files, %d secrets looked for, none found%n",
        report.size(), secrets.size() + 1);
  }

  private static Map<String, String> report(MeshdNode node, Path file) throws IOException {
    node.cli("bugreport", "-o", file.toString(), "--note", "a test").orThrow();
    Map<String, String> texts = new TreeMap<>();
    try (var zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        texts.put(
            entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), ISO_8859_1));
      }
    }
    return texts;
  }

  /** Every secret of the state directory, in each form in which it could be written. */
  private static List<String> secretsOf(Path directory) throws IOException {
    List<String> secrets = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        var found = HEX_SECRET.matcher(Files.readString(file, ISO_8859_1));
        while (found.find()) {
          byte[] key = HexFormat.of().parseHex(found.group(1));
          secrets.add(found.group(1));
          secrets.add(Base64.getEncoder().withoutPadding().encodeToString(key));
          secrets.add(new String(key, ISO_8859_1));
        }
      }
    }
    return secrets;
  }

  private static void assertNoneIn(Map<String, String> report, List<String> secrets) {
    report.forEach(
        (name, text) ->
            assertThat(secrets)
                .as("secrets in %s", name)
                .noneMatch(
                    secret ->
                        text.contains(secret)
                            || text.contains(new String(secret.getBytes(UTF_8), ISO_8859_1))));
  }
}
