package dev.meshd.coordinator.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.coordinator.registry.RegistrationView;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The page behind the link that {@code up} prints: which device wants to join, and the command that
 * lets it in. One document without scripts and outside resources; {@link #CONTENT_SECURITY_POLICY}
 * admits nothing but its own style. It never reloads itself, so that a selection stays. Everything
 * a device says of itself goes through {@link Html#text}. Stateless.
 */
final class RegistrationPage {
  private static final String STYLE = resource("/web/page.css");

  /** Admits the style of these pages, by its hash, and nothing else. */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(STYLE)
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private RegistrationPage() {}

  /** The page of a device that waits. */
  static String waiting(RegistrationView.Waiting device, Instant now) {
    long minutes = Math.max(1, Duration.between(now, device.lapsesAt()).toMinutes());
    return page(
        "waiting",
        "A device wants to join",
        "Waiting for approval",
        "<bdi>" + Html.text(name(device.hostname())) + "</bdi> wants to join",
        """
        %s
        <h2>Let it in</h2>
        <p>If this is a device you know, run this command on the coordination server%s:</p>
        <pre tabindex="0" aria-label="Command that lets the device in"><code>%s</code></pre>
        %s
        <p class="quiet">The link is valid for %s more. If you do not know the device, do nothing: it then stays outside.</p>
        <p><a href="">Look again</a> whether it was let in.</p>
        """
            .formatted(
                facts(
                    List.of(
                        fact("Name", device.hostname()),
                        fact("System", device.system()),
                        fact("Client", device.clientVersion()),
                        fact("Asks from", device.from()),
                        fact("Key", device.nodeKey().shortText()),
                        code("Full key", device.nodeKey().text()))),
                hint(device.users()),
                Html.text(command(device)),
                device.users() == RegistrationView.Users.NONE
                    ? "<p>There is no user yet. Make one first:</p>"
                        + "<pre tabindex=\"0\" aria-label=\"Command that makes a user\"><code>"
                        + "meshd server users create USERNAME</code></pre>"
                    : "",
                minutes == 1 ? "a minute" : minutes + " minutes"));
  }

  /** The page after somebody let the device in. */
  static String approved(RegistrationView.Approved node) {
    return page(
        "approved",
        "The device has joined",
        "Approved",
        "<bdi>" + Html.text(node.name()) + "</bdi> is in the network",
        facts(
                List.of(
                    fact("Name", node.name()),
                    fact("Address", String.join(", ", node.addresses())),
                    fact("Key", node.nodeKey().shortText()),
                    code("Full key", node.nodeKey().text())))
            + "<p>There is nothing more to do; this page can be closed.</p>");
  }

  /** The page of an id that means nothing here, or nothing any more. */
  static String unknown() {
    return page(
        "unknown",
        "Nothing waits here",
        "Not found",
        "Nothing waits behind this link",
        """
        <p>The link is wrong, or older than a quarter of an hour, or the server was restarted since.</p>
        <h2>Get a new link</h2>
        <p>On the device, run one of these again; it prints a link that is valid now:</p>
        <pre tabindex="0" aria-label="Command for a meshd device"><code>meshd up</code></pre>
        <pre tabindex="0" aria-label="Command for a Tailscale device"><code>tailscale up</code></pre>
        """);
  }

  /** With one user there is nothing to fill in. */
  private static String command(RegistrationView.Waiting device) {
    return "meshd server nodes register"
        + (device.users() == RegistrationView.Users.ONE ? "" : " --user USERNAME")
        + " --key "
        + device.id();
  }

  private static String hint(RegistrationView.Users users) {
    return users == RegistrationView.Users.ONE
        ? ""
        : ", with the name of the user who will own it in place of <code>USERNAME</code>";
  }

  private static String name(String hostname) {
    return hostname.isBlank() ? "A device without a name" : hostname;
  }

  private static Optional<String> fact(String term, String value) {
    return value.isBlank()
        ? Optional.empty()
        : Optional.of("<dt>" + term + "</dt><dd><bdi>" + Html.text(value) + "</bdi></dd>");
  }

  private static Optional<String> code(String term, String value) {
    return Optional.of("<dt>" + term + "</dt><dd><code>" + Html.text(value) + "</code></dd>");
  }

  private static String facts(List<Optional<String>> facts) {
    return facts.stream()
        .flatMap(Optional::stream)
        .collect(Collectors.joining("\n", "<dl>\n", "\n</dl>"));
  }

  private static String page(
      String kind, String title, String state, String heading, String content) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>%s</title>
        <style>%s</style>
        </head>
        <body>
        <main class="%s">
        <p class="state" role="status">%s</p>
        <h1>%s</h1>
        %s
        </main>
        </body>
        </html>
        """
        .formatted(title, STYLE, kind, state, heading, content.strip());
  }

  private static String resource(String name) {
    try (InputStream file = RegistrationPage.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("this build lacks " + name);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name + " of this build", e);
    }
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
