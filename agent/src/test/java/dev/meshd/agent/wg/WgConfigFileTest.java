package dev.meshd.agent.wg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.AssignedAddress;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WgConfigFileTest {
  private static final NodePrivateKey KEY = NodePrivateKey.generate();
  private static final NodePrivateKey PEER = NodePrivateKey.generate();
  private static final String INTERFACE = "[Interface]\nPrivateKey = " + KEY.base64() + "\n";
  private static final String PEER_SECTION =
      "[Peer]\nPublicKey = " + PEER.publicKey().base64() + "\n";

  @Test
  void readsEverything() {
    PresharedKey psk = PresharedKey.generate();
    WgConfig config =
        parse(
            """
            # a comment
            [interface]
            privatekey=%s   # ours
            Address = 10.0.0.1/24, fd00::1/64
            ADDRESS = 10.0.1.1
            ListenPort = 51820
            MTU = 1400
            DNS = 1.1.1.1
            Table = off

            [Peer]
            PublicKey = %s
            PresharedKey = %s
            AllowedIPs = 10.0.0.2/32, 10.5.1.7/16
            AllowedIPs = fd00::2/128
            Endpoint = [2001:db8::7]:4711
            PersistentKeepalive = 25
            """
                .formatted(KEY.base64(), PEER.publicKey().base64(), psk.base64()));

    assertThat(config.privateKey().publicKey()).isEqualTo(KEY.publicKey());
    assertThat(config.addresses())
        .containsExactly(
            AssignedAddress.parse("10.0.0.1/24"),
            AssignedAddress.parse("fd00::1/64"),
            AssignedAddress.parse("10.0.1.1/32"));
    assertThat(config.listenPort()).isEqualTo(51820);
    assertThat(config.mtuBytes()).isEqualTo(1400);
    assertThat(config.routes()).isFalse();
    assertThat(config.warnings())
        .containsExactly("wg0.conf:8: DNS is not set; configure the resolver yourself");
    WgPeerConfig peer = config.peers().getFirst();
    assertThat(peer.publicKey()).isEqualTo(PEER.publicKey());
    assertThat(peer.presharedKey()).isEqualTo(psk);
    assertThat(peer.allowedIps())
        .containsExactly(
            IpPrefix.parse("10.0.0.2/32"),
            IpPrefix.parse("10.5.0.0/16"),
            IpPrefix.parse("fd00::2/128"));
    assertThat(peer.endpoint()).contains(new HostAndPort("2001:db8::7", 4711));
    assertThat(peer.persistentKeepalive()).isEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void hasDefaults() {
    WgConfig config = parse(INTERFACE + PEER_SECTION + "AllowedIPs =\n");
    assertThat(config.addresses()).isEmpty();
    assertThat(config.listenPort()).isZero();
    assertThat(config.mtuBytes()).isEqualTo(1420);
    assertThat(config.routes()).isTrue();
    WgPeerConfig peer = config.peers().getFirst();
    assertThat(peer.presharedKey().isZero()).isTrue();
    assertThat(peer.allowedIps()).isEmpty();
    assertThat(peer.endpoint()).isEmpty();
    assertThat(peer.persistentKeepalive()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ListenPort = 70000 | wg0.conf:3: ListenPort: must be a number from 0 to 65535",
        "MTU = 500 | wg0.conf:3: MTU: must be a number from 576 to 65535",
        "Address = 10.0.0.300 | wg0.conf:3: Address: not an IP",
        "Address = 10.0.0.1, | wg0.conf:3: Address: not an IP",
        "PrivateKey = x | wg0.conf:3: PrivateKey: given twice",
        "PostUp = true | wg0.conf:3: PostUp: this key is not supported",
        "Table = 5 | wg0.conf:3: Table: must be auto or off",
        "nonsense | wg0.conf:3: this is neither a section nor Key = value",
        "[Pear] | wg0.conf:3: unknown section; there are [Interface] and [Peer]",
        "[Interface] | wg0.conf:3: there is a second [Interface] section",
        "[Peer] | wg0.conf:3: PublicKey: missing in this [Peer] section",
      })
  void namesLineAndKeyOfAFault(String line, String message) {
    assertThatThrownBy(() -> parse(INTERFACE + line + "\n"))
        .isInstanceOf(WgConfigException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Endpoint = host | Endpoint: has no port; write host:port",
        "Endpoint = host:0 | Endpoint: the port must be 1 to 65535",
        "Endpoint = 2001:db8::1:51820 | Endpoint: write an IPv6 address as [address]:port",
        "Endpoint = [host]:1 | Endpoint: only an IPv6 address goes between brackets",
        "Endpoint = :51820 | Endpoint: has no host; write host:port",
        "AllowedIPs = 10.0.0.0/33 | AllowedIPs: not",
        "PersistentKeepalive = -1 | PersistentKeepalive: must be a number from 0 to 65535",
        "PresharedKey = abc | PresharedKey: ",
      })
  void namesTheKeyOfAPeersFault(String line, String message) {
    assertThatThrownBy(() -> parse(INTERFACE + PEER_SECTION + line + "\n"))
        .isInstanceOf(WgConfigException.class)
        .hasMessageContaining("wg0.conf:5: " + message.strip());
  }

  @Test
  void tellsAllFaultsAtOnceAndNoSecret() {
    WgConfigException faults =
        catchThrowableOfType(
            WgConfigException.class,
            () -> parse("x = 1\n[Interface]\nPrivateKey = s3cret\nMTU = 1\n[Peer]\nPublicKey = y"));
    assertThat(faults.faults()).hasSize(4);
    assertThat(faults.getMessage()).doesNotContain("s3cret");
    assertThatThrownBy(() -> parse("")).hasMessage("wg0.conf: has no [Interface] section");
  }

  @Test
  void twoPeersWithOneKeyAreAFault() {
    assertThatThrownBy(() -> parse(INTERFACE + PEER_SECTION + PEER_SECTION))
        .hasMessageContaining("two peers have the same key");
  }

  @Property
  void anyTextIsAConfigOrAFault(@ForAll("texts") String text) {
    try {
      parse(text);
    } catch (WgConfigException e) {
      assertThat(e.faults()).isNotEmpty();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> line =
        Arbitraries.oneOf(
            Arbitraries.of("[Interface]", "[Peer]", "[", "=", "Address=,", "AllowedIPs = ,,/"),
            Arbitraries.of("PrivateKey", "PublicKey", "MTU", "Endpoint", "PersistentKeepalive")
                .flatMap(key -> Arbitraries.strings().ofMaxLength(60).map(v -> key + " = " + v)),
            Arbitraries.strings().ofMaxLength(30));
    return line.list().ofMaxSize(12).map(lines -> String.join("\n", lines));
  }

  private static WgConfig parse(String text) {
    return WgConfigFile.parse("wg0.conf", text);
  }
}
