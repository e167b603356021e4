package dev.meshd.cli.client;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import dev.meshd.packet.AddressFormatException;
import dev.meshd.packet.IpPrefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * The flags of {@code up} and {@code login}. {@link PrefFlag} says which pref each stands for.
 *
 * @see "tailscale: cmd/tailscale/cli/up.go"
 */
final class UpFlags {
  private static final String FILE_PREFIX = "file:";
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  static final List<String> DEFAULT_ROUTES = List.of("0.0.0.0/0", "::/0");

  @Option(
      names = "--login-server",
      defaultValue = "",
      paramLabel = "URL",
      description = "The coordination server.")
  String loginServer = "";

  @Option(
      names = {"--auth-key", "--authkey"},
      defaultValue = "",
      paramLabel = "KEY",
      description = "Pre-auth key, or file:PATH to read it from a file.")
  String authKey = "";

  @Option(
      names = "--hostname",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Name to use instead of the system's.")
  String hostname = "";

  @Option(
      names = "--timeout",
      defaultValue = "0",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Give up waiting after this long (default: wait for ever).")
  Duration timeout = Duration.ZERO;

  @Option(
      names = "--accept-routes",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Accept the subnet routes of peers.")
  boolean acceptRoutes;

  @Option(
      names = "--accept-dns",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Accept the network's DNS settings (default: true).")
  boolean acceptDns = true;

  @Option(
      names = "--shields-up",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Refuse inbound connections.")
  boolean shieldsUp;

  @Option(
      names = "--advertise-tags",
      defaultValue = "",
      paramLabel = "TAGS",
      description = "Tags to ask for, comma-separated.")
  String advertiseTags = "";

  @Option(
      names = "--advertise-routes",
      defaultValue = "",
      paramLabel = "SUBNETS",
      description = "Subnets to offer, comma-separated, for example 10.0.0.0/8.")
  String advertiseRoutes = "";

  @Option(
      names = "--advertise-exit-node",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Offer to be an exit node.")
  boolean advertiseExitNode;

  @Option(
      names = "--operator",
      defaultValue = "",
      paramLabel = "USER",
      description = "User who may operate the daemon without root.")
  String operator = "";

  @Option(
      names = "--snat-subnet-routes",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Hide the sources of traffic to offered subnets (default: true).")
  boolean snatSubnetRoutes = true;

  @Option(
      names = "--netfilter-mode",
      defaultValue = "on",
      paramLabel = "MODE",
      description = "on, nodivert or off (default: on).")
  String netfilterMode = "on";

  @Option(
      names = "--exit-node",
      defaultValue = "",
      hidden = true,
      description = "Exit nodes are not supported by this version.")
  String exitNode = "";

  @Option(
      names = "--ssh",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      hidden = true,
      description = "SSH is not supported by this version.")
  boolean ssh;

  @Option(
      names = "--qr",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      hidden = true,
      description = "QR codes are not supported by this version.")
  boolean qr;

  /** Refuses what this version cannot do, and values no server would take. */
  void validate() {
    if (!exitNode.isEmpty()) {
      throw usage("--exit-node is not supported by this version of meshd");
    }
    if (ssh) {
      throw usage("--ssh is not supported by this version of meshd");
    }
    if (qr) {
      throw usage("--qr is not supported by this version of meshd");
    }
    if (!hostname.isEmpty() && !HOST_NAME.matcher(hostname).matches()) {
      throw new CommandFailure(
          "\"" + hostname + "\" is not a valid host name: use up to 63 letters, digits and dashes");
    }
    if (!loginServer.isEmpty() && !loginServer.matches("https?://[^/?#]+/?")) {
      throw new CommandFailure(
          "--login-server must be like https://server.example.com, not \"" + loginServer + "\"");
    }
    if (!List.of("on", "nodivert", "off").contains(netfilterMode)) {
      throw new CommandFailure(
          "--netfilter-mode must be on, nodivert or off, not \"" + netfilterMode + "\"");
    }
    routes();
  }

  /** The prefs these flags mean, everything not mentioned being at its default. */
  Prefs prefs() {
    Prefs prefs = Prefs.defaults();
    for (PrefFlag flag : PrefFlag.values()) {
      prefs = flag.apply(this, prefs);
    }
    return prefs;
  }

  /** The auth key itself, read from its file if one is named. */
  Optional<String> resolvedAuthKey() {
    if (!authKey.startsWith(FILE_PREFIX)) {
      return Optional.of(authKey.strip()).filter(key -> !key.isEmpty());
    }
    Path file = Path.of(authKey.substring(FILE_PREFIX.length()));
    try {
      String key = Files.readString(file).strip();
      if (key.isEmpty()) {
        throw new CommandFailure("the auth key file " + file + " is empty");
      }
      return Optional.of(key);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the auth key file " + file, e);
    }
  }

  List<String> routes() {
    List<String> routes = new ArrayList<>();
    for (String text : split(advertiseRoutes)) {
      try {
        routes.add(IpPrefix.parse(text).toString());
      } catch (AddressFormatException e) {
        throw new CommandFailure(
            "\"" + text + "\" is not a subnet like 10.0.0.0/8 with all host bits zero", e);
      }
    }
    return Stream.concat(
            routes.stream(), advertiseExitNode ? DEFAULT_ROUTES.stream() : Stream.empty())
        .distinct()
        .sorted()
        .toList();
  }

  List<String> tags() {
    return split(advertiseTags).stream()
        .map(tag -> tag.contains(":") ? tag : "tag:" + tag)
        .toList();
  }

  int netfilterModeNumber() {
    return switch (netfilterMode) {
      case "off" -> 0;
      case "nodivert" -> 1;
      default -> 2;
    };
  }

  private static List<String> split(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static CommandFailure usage(String sentence) {
    return new CommandFailure(Meshd.EXIT_USAGE, sentence);
  }
}
