package dev.meshd.fuzz.reader;

import dev.meshd.agent.wg.HostAndPort;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.coordinator.config.ListenAddress;
import dev.meshd.crypto.KeyFormatException;
import dev.meshd.crypto.NodeKey;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.packet.AddressFormatException;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpRange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * Texts of addresses, prefixes, endpoints, ranges, keys and URLs. Input: one text, read as each.
 *
 * <p>Checked: what is read, written and read again is the same; an IP address means what the JDK's
 * parser makes of it; the reading that throws and the one that does not agree.
 */
public final class AddressTextFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) {
    String text = new FuzzInput(input).text();
    address(text);
    roundTrip(text, IpPrefix::parse, IpPrefix::tryParse);
    roundTrip(text, Endpoint::parse, Endpoint::tryParse);
    roundTrip(text, IpRange::parse, t -> refused(() -> IpRange.parse(t)));
    refused(() -> IpPrefix.parseLenient(text))
        .ifPresent(
            prefix ->
                Expect.same(
                    prefix, IpPrefix.parse(prefix.toString()), "lenient reading gives a prefix"));
    NodeKey.tryParse(text)
        .ifPresent(key -> Expect.same(key, NodeKey.parse(key.text()), "a key is its text"));
    base64Key(text);
    refused(() -> HostAndPort.parse(text))
        .ifPresent(it -> Expect.that(it.port() >= 1 && it.port() <= 65535, "a port is a port"));
    refused(() -> ServerUrl.parse(text))
        .ifPresent(
            url -> Expect.same(url, ServerUrl.parse(url.toString()), "a URL means its own text"));
    ListenAddress.parse(text)
        .ifPresent(
            it -> Expect.same(Optional.of(it), ListenAddress.parse(it.toString()), "listen text"));
  }

  private static void address(String text) {
    roundTrip(text, IpAddress::parse, IpAddress::tryParse);
    IpAddress.tryParse(text)
        .ifPresent(
            ours -> {
              byte[] reference = InetAddress.ofLiteral(text).getAddress();
              Expect.that(
                  Arrays.equals(reference, ours.unmapped().bytes()),
                  "the JDK reads another address in " + text);
            });
  }

  private static <T> void roundTrip(
      String text, Function<String, T> parse, Function<String, Optional<T>> tryParse) {
    Optional<T> read = refused(() -> parse.apply(text));
    Expect.same(read, tryParse.apply(text), "both ways of reading agree on " + text);
    read.ifPresent(
        value -> Expect.same(value, parse.apply(value.toString()), "text is read back: " + text));
  }

  private static void base64Key(String text) {
    try {
      NodeKey key = NodeKey.parseBase64(text);
      Expect.same(key, NodeKey.parseBase64(key.base64()), "base64 is read back");
    } catch (KeyFormatException refused) {
      // Says why.
    }
  }

  private interface Reading<T> {
    T read();
  }

  /** Refusals of a text are {@link IllegalArgumentException}s with a sentence. */
  private static <T> Optional<T> refused(Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (AddressFormatException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      Expect.that(e.getClass() == IllegalArgumentException.class, "refused by accident: " + e);
      return Optional.empty();
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String[] texts = {
      "192.0.2.1",
      "0.0.0.0",
      "255.255.255.255",
      "256.1.1.1",
      "01.2.3.4",
      "1.2.3",
      "::",
      "::1",
      "2001:db8::1",
      "2001:DB8:0:0:1:0:0:1",
      "::ffff:192.0.2.1",
      "64:ff9b::192.0.2.33",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8",
      "1::8::",
      "fe80::1%eth0",
      "100.64.0.0/10",
      "0.0.0.0/0",
      "::/0",
      "2001:db8::/32",
      "192.0.2.1/24",
      "10.0.0.0/33",
      "10.0.0.0/08",
      "192.0.2.1:51820",
      "[2001:db8::1]:0",
      "[192.0.2.1]:1",
      "192.0.2.1:65536",
      "127.3.3.40:1",
      "192.0.2.1-192.0.2.9",
      "2001:db8::1-2001:db8::ff",
      "9.9.9.9-1.1.1.1",
      "vpn.example.org:51820",
      "https://vpn.example.org",
      "http://[2001:db8::1]:8080/base/",
      "https://u@vpn.example.org/?q#f",
      "http://127.0.0.1:0",
      ":8080",
      "0.0.0.0:3478",
      "[::]:443",
      "nodekey:" + "0f".repeat(32),
      "nodekey:" + "0F".repeat(32),
      "nodekey:",
      "mkey:" + "00".repeat(32),
      "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
      "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB="
    };
    for (int i = 0; i < texts.length; i++) {
      seeds.add("text-%02d".formatted(i), texts[i]);
    }
  }
}
