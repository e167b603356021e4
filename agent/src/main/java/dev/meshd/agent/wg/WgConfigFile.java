package dev.meshd.agent.wg;

import dev.meshd.agent.wg.WgConfigException.Fault;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.AssignedAddress;
import dev.meshd.tun.TunDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file format of {@code wg-quick}: sections {@code [Interface]} (one) and {@code [Peer]}
 * (any number) of {@code Key = value} lines, names in any case, {@code #} to the end of the line a
 * comment.
 *
 * <pre>
 * [Interface]                            [Peer]
 * PrivateKey = base64                    PublicKey = base64
 * Address = prefix, ...  (repeatable)    PresharedKey = base64
 * ListenPort = 0-65535                   AllowedIPs = prefix, ...  (repeatable)
 * MTU = 1280-65535                       Endpoint = host:port
 * Table = auto | off                     PersistentKeepalive = seconds | off
 * </pre>
 *
 * <p>{@code DNS} is accepted with a warning. What would run commands or change the host in other
 * ways ({@code PostUp}, {@code FwMark}, ...) is a fault, as ignoring it would make a tunnel that is
 * not the one described. All faults are told at once; none repeats a value. Owned by the call.
 */
public final class WgConfigFile {
  private static final int MAX_KEEPALIVE_SECONDS = 65_535;

  private final List<Fault> faults = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final String file;
  private @Nullable Section interfaceSection;
  private final List<Section> peerSections = new ArrayList<>();

  private WgConfigFile(String file) {
    this.file = file;
  }

  /**
   * Reads a file's text.
   *
   * @param file its name, for messages
   * @throws WgConfigException with every fault
   */
  public static WgConfig parse(String file, String text) {
    WgConfigFile parser = new WgConfigFile(file);
    parser.split(text);
    return parser.build();
  }

  /** The lines of a section, by lower-case key. */
  private static final class Section {
    final int line;
    final Map<String, List<Entry>> entries = new TreeMap<>();

    Section(int line) {
      this.line = line;
    }
  }

  private record Entry(int line, String key, String value) {}

  private void split(String text) {
    Section section = null;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      if (line.startsWith("[")) {
        section = open(number, line);
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 0) {
        fault(number, "", "this is neither a section nor Key = value");
      } else if (section == null) {
        fault(number, line.substring(0, equals).strip(), "stands before the first section");
      } else {
        String key = line.substring(0, equals).strip();
        String value = line.substring(equals + 1).strip();
        section
            .entries
            .computeIfAbsent(key.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(new Entry(number, key, value));
      }
    }
  }

  private Section open(int number, String line) {
    Section section = new Section(number);
    switch (line.toLowerCase(Locale.ROOT)) {
      case "[interface]" -> {
        if (interfaceSection != null) {
          fault(number, "", "there is a second [Interface] section");
        }
        interfaceSection = section;
      }
      case "[peer]" -> peerSections.add(section);
      default -> fault(number, "", "unknown section; there are [Interface] and [Peer]");
    }
    return section;
  }

  private WgConfig build() {
    Section own = interfaceSection;
    if (own == null) {
      fault(0, "", "has no [Interface] section");
      throw new WgConfigException(file, faults);
    }
    Optional<NodePrivateKey> privateKey =
        required(own, "PrivateKey", "[Interface]", NodePrivateKey::parseBase64);
    List<AssignedAddress> addresses = list(own, "Address", AssignedAddress::parse);
    int port = one(own, "ListenPort", number(0, Endpoint.MAX_PORT)).orElse(0);
    int mtu =
        one(own, "MTU", number(TunDevice.MIN_MTU, TunDevice.MAX_MTU)).orElse(WgConfig.DEFAULT_MTU);
    boolean routes = one(own, "Table", WgConfigFile::table).orElse(true);
    for (Entry dns : take(own, "DNS")) {
      warnings.add(file + ":" + dns.line() + ": DNS is not set; configure the resolver yourself");
    }
    rejectRest(own);
    List<WgPeerConfig> peers = new ArrayList<>();
    for (Section section : peerSections) {
      peer(section).ifPresent(peers::add);
    }
    rejectTwins(peers);
    if (!faults.isEmpty()) {
      privateKey.ifPresent(NodePrivateKey::close);
      throw new WgConfigException(file, faults);
    }
    return new WgConfig(privateKey.orElseThrow(), addresses, port, mtu, routes, peers, warnings);
  }

  private Optional<WgPeerConfig> peer(Section section) {
    Optional<NodeKey> key = required(section, "PublicKey", "[Peer]", NodeKey::parseBase64);
    PresharedKey psk =
        one(section, "PresharedKey", PresharedKey::parseBase64).orElse(PresharedKey.zero());
    List<IpPrefix> allowed = list(section, "AllowedIPs", IpPrefix::parseLenient);
    Optional<HostAndPort> endpoint = one(section, "Endpoint", HostAndPort::parse);
    Duration keepalive =
        one(section, "PersistentKeepalive", WgConfigFile::keepalive).orElse(Duration.ZERO);
    rejectRest(section);
    return key.map(k -> new WgPeerConfig(k, psk, allowed, endpoint, keepalive));
  }

  private void rejectRest(Section section) {
    for (List<Entry> entries : section.entries.values()) {
      entries.forEach(entry -> fault(entry.line(), entry.key(), "this key is not supported"));
    }
  }

  private void rejectTwins(List<WgPeerConfig> peers) {
    long distinct = peers.stream().map(WgPeerConfig::publicKey).distinct().count();
    if (distinct < peers.size()) {
      fault(peerSections.getLast().line, "PublicKey", "two peers have the same key");
    }
  }

  private <T> Optional<T> required(
      Section section, String key, String name, Function<String, T> parse) {
    if (!section.entries.containsKey(key.toLowerCase(Locale.ROOT))) {
      fault(section.line, key, "missing in this " + name + " section");
    }
    return one(section, key, parse);
  }

  private <T> Optional<T> one(Section section, String key, Function<String, T> parse) {
    List<Entry> entries = take(section, key);
    if (entries.size() > 1) {
      fault(entries.get(1).line(), key, "given twice");
    }
    return entries.isEmpty()
        ? Optional.empty()
        : parsed(entries.getFirst(), entries.getFirst().value(), parse);
  }

  /** Comma-separated values of a key that may be repeated. */
  private <T> List<T> list(Section section, String key, Function<String, T> parse) {
    List<T> result = new ArrayList<>();
    for (Entry entry : take(section, key)) {
      for (String part : entry.value().split(",", -1)) {
        if (!(part.isBlank() && entry.value().isBlank())) {
          parsed(entry, part.strip(), parse).ifPresent(result::add);
        }
      }
    }
    return result;
  }

  private <T> Optional<T> parsed(Entry entry, String value, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(value));
    } catch (IllegalArgumentException e) {
      fault(entry.line(), entry.key(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static List<Entry> take(Section section, String key) {
    List<Entry> entries = section.entries.remove(key.toLowerCase(Locale.ROOT));
    return entries == null ? List.of() : entries;
  }

  private static Function<String, Integer> number(int min, int max) {
    return text -> {
      try {
        int value = Integer.parseInt(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw new IllegalArgumentException("must be a number from " + min + " to " + max);
    };
  }

  private static boolean table(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "auto" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("must be auto or off");
    };
  }

  private static Duration keepalive(String text) {
    return text.equalsIgnoreCase("off")
        ? Duration.ZERO
        : Duration.ofSeconds(number(0, MAX_KEEPALIVE_SECONDS).apply(text));
  }

  private void fault(int line, String key, String reason) {
    faults.add(new Fault(line, key, reason));
  }
}
