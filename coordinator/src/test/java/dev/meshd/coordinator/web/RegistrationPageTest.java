package dev.meshd.coordinator.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.coordinator.registry.RegistrationView;
import dev.meshd.coordinator.registry.RegistrationView.Users;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationPageTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ID = "hskey-authreq-0123456789abcdef01234567";
  private static final NodeKey KEY = NodePrivateKey.generate().publicKey();

  private static RegistrationView.Waiting device(String hostname, Users users) {
    return new RegistrationView.Waiting(
        ID,
        hostname,
        "linux 6.1.0-28-amd64 x86_64",
        "1.80.2",
        "203.0.113.9:41641",
        KEY,
        NOW.plusSeconds(780),
        users);
  }

  private static String waiting(String hostname) {
    return RegistrationPage.waiting(device(hostname, Users.SEVERAL), NOW);
  }

  @Test
  void showsTheDeviceAndTheCommandThatLetsItIn() {
    assertThat(waiting("laptop"))
        .contains("<h1><bdi>laptop</bdi> wants to join</h1>")
        .contains("meshd server nodes register --user USERNAME --key " + ID + "</code>")
        .contains(KEY.shortText())
        .contains(KEY.text())
        .contains("linux 6.1.0-28-amd64 x86_64")
        .contains("203.0.113.9:41641")
        .contains("13 minutes");
  }

  @Test
  void theCommandNeedsNoNameWhereThereIsOneUser() {
    assertThat(RegistrationPage.waiting(device("laptop", Users.ONE), NOW))
        .contains("<code>meshd server nodes register --key " + ID + "</code>")
        .doesNotContain("USERNAME");
  }

  @Test
  void withoutUsersItSaysHowToMakeOne() {
    assertThat(RegistrationPage.waiting(device("laptop", Users.NONE), NOW))
        .contains("<code>meshd server users create USERNAME</code>");
  }

  @Test
  void anApprovedDeviceIsShownWithItsNameAndAddresses() {
    assertThat(
            RegistrationPage.approved(
                new RegistrationView.Approved(
                    "laptop", List.of("100.64.0.1", "fd7a:115c:a1e0::1"), KEY)))
        .contains("<bdi>laptop</bdi> is in the network")
        .contains("100.64.0.1, fd7a:115c:a1e0::1")
        .contains(KEY.text())
        .doesNotContain("register");
  }

  @Test
  void anUnknownLinkSaysHowToGetANewOne() {
    assertThat(RegistrationPage.unknown()).contains("meshd up").contains("tailscale up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</style><body onload=alert(1)>",
        "' onmouseover='alert(1)",
        "<!--",
        "&lt;b&gt;",
        "%s%n%d",
      })
  void aHostileNameStaysText(String hostname) {
    String page = waiting(hostname);
    String plain = waiting("laptop");
    assertThat(tags(page)).isEqualTo(tags(plain));
    assertThat(page).contains("<bdi>" + Html.text(hostname) + "</bdi> wants to join");
  }

  @Test
  void aNameCannotTurnOrHideTheTextAroundIt() {
    assertThat(Html.text("a\u202Egpj.exe\u200B\u0000\n\uD800"))
        .isEqualTo("a\uFFFDgpj.exe\uFFFD\uFFFD\uFFFD\uFFFD");
    assertThat(Html.text("n".repeat(300))).hasSize(254).endsWith("n…");
    assertThat(Html.text("Jörgs 电脑 💻")).isEqualTo("Jörgs 电脑 💻");
  }

  @Test
  void thePageNeedsNothingElseAndItsPolicyAdmitsOnlyItsStyle() throws Exception {
    for (String page :
        List.of(
            waiting("laptop"),
            RegistrationPage.unknown(),
            RegistrationPage.approved(
                new RegistrationView.Approved("laptop", List.of("100.64.0.1"), KEY)))) {
      assertThat(page)
          .doesNotContainIgnoringCase("<script")
          .doesNotContain("http:")
          .doesNotContain("https:")
          .doesNotContain("@import")
          .doesNotContain("url(")
          .doesNotContain(" style=")
          .contains("<html lang=\"en\">")
          .contains("name=\"viewport\"");
      String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
      String hash =
          Base64.getEncoder()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8)));
      assertThat(RegistrationPage.CONTENT_SECURITY_POLICY)
          .contains("default-src 'none'")
          .contains("'sha256-" + hash + "'")
          .doesNotContain("unsafe");
    }
  }

  /** Leaves the pages in {@code target/pages} for a look with a browser. */
  @Test
  void everyStateIsAWholeDocument() throws IOException {
    Path dir = Files.createDirectories(Path.of("target/pages"));
    write(dir.resolve("waiting.html"), waiting("laptop"));
    write(
        dir.resolve("waiting-hostile.html"),
        waiting("</h1><script>alert('a very long hostile name '.repeat(20))</script>\u202Efdp"));
    write(dir.resolve("waiting-first.html"), RegistrationPage.waiting(device("", Users.NONE), NOW));
    write(
        dir.resolve("approved.html"),
        RegistrationPage.approved(
            new RegistrationView.Approved(
                "laptop", List.of("100.64.0.1", "fd7a:115c:a1e0::1"), KEY)));
    write(dir.resolve("unknown.html"), RegistrationPage.unknown());
  }

  private static void write(Path file, String page) throws IOException {
    assertThat(page).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    Files.writeString(file, page);
  }

  private static List<String> tags(String page) {
    return java.util.regex.Pattern.compile("<[^>]*>")
        .matcher(page)
        .results()
        .map(match -> match.group().replaceAll("\\s+", " "))
        .toList();
  }
}
