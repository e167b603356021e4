package dev.meshd.wireguard.uapi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a request does to a device, and how the device then describes itself. */
class UapiChangesTest {
  private static final long NOW = 1_000_000_000_000L;
  private static final String ONE = "11".repeat(32);
  private static final String TWO = "22".repeat(32);

  private final List<String> log = new ArrayList<>();
  private final WireGuardDevice device =
      new WireGuardDevice(
          NodePrivateKey.generate(), WireGuardSettings.system(true), new SignalQueue(() -> {}));
  private final FakeSettings settings = new FakeSettings();
  private final UapiChanges changes = new UapiChanges(device, settings, new RecordingOutput());

  @Test
  void peersAreMadeChangedAndDescribed() {
    assertThat(
            set(
                "public_key=" + TWO,
                "allowed_ip=10.0.0.2/32",
                "public_key=" + ONE,
                "endpoint=[2001:db8::1]:51820",
                "persistent_keepalive_interval=25",
                "preshared_key=" + "33".repeat(32),
                "allowed_ip=fd00::/16",
                "allowed_ip=10.0.0.1/8"))
        .isEmpty();
    assertThat(get())
        .isEqualTo(
            """
            public_key=%s
            preshared_key=%s
            protocol_version=1
            endpoint=[2001:db8::1]:51820
            last_handshake_time_sec=0
            last_handshake_time_nsec=0
            tx_bytes=0
            rx_bytes=0
            persistent_keepalive_interval=25
            allowed_ip=10.0.0.0/8
            allowed_ip=fd00::/16
            public_key=%s
            preshared_key=%s
            protocol_version=1
            last_handshake_time_sec=0
            last_handshake_time_nsec=0
            tx_bytes=0
            rx_bytes=0
            persistent_keepalive_interval=0
            allowed_ip=10.0.0.2/32
            errno=0

            """
                .formatted(ONE, "33".repeat(32), TWO, "0".repeat(64)));
    assertThat(log).as("keepalive at once").contains("keepalive " + peer(ONE));
  }

  @Test
  void linkLocalEndpointIsDescribedWithItsInterface() {
    set("public_key=" + ONE, "endpoint=[fe80::1%eth0]:9");
    peer(ONE).forgetSource();
    assertThat(get()).contains("endpoint=[fe80::1%3]:9\n");
  }

  @Test
  void deviceLinesAreDescribedWhenTheyAreSet() {
    assertThat(set("private_key=" + "77".repeat(32), "listen_port=5", "fwmark=4294967295"))
        .isEmpty();
    assertThat(get())
        .isEqualTo(
            "private_key=70" + "77".repeat(31) + "\nlisten_port=5\nfwmark=4294967295\nerrno=0\n\n");
    assertThat(set("private_key=" + "00".repeat(32), "fwmark=0", "listen_port=0")).isEmpty();
    assertThat(get()).isEqualTo("errno=0\n\n");
  }

  @Test
  void aPrefixMovesToThePeerThatWasGivenItLast() {
    set("public_key=" + ONE, "allowed_ip=10.0.0.0/8", "allowed_ip=10.1.0.0/16");
    set("public_key=" + TWO, "allowed_ip=10.0.0.0/8");
    assertThat(owner("10.2.0.1")).isEqualTo(peer(TWO));
    assertThat(owner("10.1.0.1")).isEqualTo(peer(ONE));
    assertThat(device.allowedIps().of(peer(ONE))).hasToString("[10.1.0.0/16]");

    set("public_key=" + ONE, "replace_allowed_ips=true", "allowed_ip=10.3.0.0/16");
    assertThat(device.allowedIps().of(peer(ONE))).hasToString("[10.3.0.0/16]");
    set("public_key=" + ONE, "allowed_ip=-10.0.0.0/8", "allowed_ip=-10.3.0.0/16");
    assertThat(device.allowedIps().of(peer(ONE))).isEmpty();
    assertThat(owner("10.2.0.1")).as("not the peer's to give up").isEqualTo(peer(TWO));
  }

  @Test
  void updateOnlyMakesNoPeer() {
    set("public_key=" + ONE, "update_only=true", "allowed_ip=10.0.0.0/8", "public_key=" + TWO);
    assertThat(device.peers()).containsExactly(peer(TWO));
    set("public_key=" + TWO, "update_only=true", "allowed_ip=10.0.0.0/8");
    assertThat(owner("10.0.0.1")).isEqualTo(peer(TWO));
  }

  @Test
  void removedPeerIsGoneAndTheRestOfItsSectionMeansNothing() {
    set("public_key=" + ONE, "allowed_ip=10.0.0.0/8");
    set("public_key=" + ONE, "remove=true", "allowed_ip=10.0.0.0/8");
    assertThat(device.peers()).isEmpty();
    assertThat(owner("10.0.0.1")).isNull();
    assertThat(set("public_key=" + ONE, "remove=true")).as("nobody to remove").isEmpty();
    assertThat(device.peers()).isEmpty();
  }

  @Test
  void replacePeersStartsFromNothing() {
    set("public_key=" + ONE, "allowed_ip=10.0.0.0/8");
    set("replace_peers=true", "public_key=" + TWO);
    assertThat(device.peers()).containsExactly(peer(TWO));
    assertThat(owner("10.0.0.1")).isNull();
  }

  @Test
  void ourselvesAsAPeerIsAcceptedAndIgnored() {
    assertThat(set("public_key=" + device.publicKey().hex(), "allowed_ip=10.0.0.0/8")).isEmpty();
    assertThat(device.peers()).isEmpty();
  }

  @Test
  void newPrivateKeyRemovesThePeerThatHasIt() {
    NodePrivateKey key = NodePrivateKey.generate();
    set("public_key=" + key.publicKey().hex(), "public_key=" + ONE);
    set("private_key=" + NodeKey.of(key.bytes()).hex());
    assertThat(device.publicKey()).isEqualTo(key.publicKey());
    assertThat(device.peers()).containsExactly(peer(ONE));
  }

  @Test
  void whatStandsBeforeAFaultIsDoneAndWhatFollowsIsNot() {
    settings.portsAreTaken = true;
    Optional<UapiFault> fault = set("fwmark=7", "listen_port=9", "public_key=" + ONE);
    assertThat(fault.orElseThrow().errno()).isEqualTo(98);
    assertThat(new String(UapiState.failed(fault.get()), US_ASCII)).isEqualTo("errno=-98\n\n");
    assertThat(settings.mark()).isEqualTo(7);
    assertThat(device.peers()).isEmpty();
  }

  @Test
  void whileDownAKeepaliveIsKeptForLater() {
    device.goDown(new RecordingOutput());
    set("public_key=" + ONE, "endpoint=192.0.2.1:1", "persistent_keepalive_interval=5");
    assertThat(log).isEmpty();
    assertThat(device.nextDeadlineNs()).isEmpty();
    device.goUp(NOW, new RecordingOutput());
    assertThat(log).containsExactly("keepalive " + peer(ONE));
    assertThat(device.nextDeadlineNs()).isPresent();
  }

  @Test
  void handshakeThatHadNowhereToGoIsSentOnceThereIsAnEndpoint() {
    set("public_key=" + ONE);
    device.startHandshake(peer(ONE), NOW, new RecordingOutput());
    log.clear();
    set("public_key=" + ONE, "endpoint=192.0.2.1:1");
    assertThat(log).containsExactly("handshake " + peer(ONE));
  }

  private Optional<UapiFault> set(String... lines) {
    String text = "set=1\n" + String.join("\n", lines) + "\n\n";
    List<UapiRequest> requests =
        new UapiDecoder(_ -> OptionalInt.of(3)).decode(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    return changes.apply((UapiRequest.Set) requests.getFirst(), NOW);
  }

  private String get() {
    return new String(UapiState.of(device, settings), US_ASCII);
  }

  private WireGuardPeer peer(String hex) {
    return device.peer(NodeKey.parse("nodekey:" + hex)).orElseThrow();
  }

  private WireGuardPeer owner(String address) {
    return device.allowedIps().lookupV4(IpAddress.parse(address).v4Value());
  }

  private final class FakeSettings implements InterfaceSettings {
    private boolean keyed;
    private int port;
    private int mark;
    private boolean portsAreTaken;

    @Override
    public Optional<NodePrivateKey> key() {
      return keyed ? Optional.of(device.privateKey()) : Optional.empty();
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public int mark() {
      return mark;
    }

    @Override
    public void useKey(Optional<NodePrivateKey> key) {
      keyed = key.isPresent();
      device.setPrivateKey(key.orElseGet(NodePrivateKey::generate), NOW, new RecordingOutput());
    }

    @Override
    public Optional<UapiFault> listenOn(int newPort) {
      if (portsAreTaken) {
        return Optional.of(UapiFault.unavailable("taken"));
      }
      port = newPort;
      return Optional.empty();
    }

    @Override
    public Optional<UapiFault> useMark(int newMark) {
      mark = newMark;
      return Optional.empty();
    }
  }

  private final class RecordingOutput implements WireGuardOutput {
    @Override
    public void sendToPeer(WireGuardPeer peer, byte[] handshakeMessage) {
      log.add("handshake " + peer);
    }

    @Override
    public void sendCookieReply(Endpoint to, byte[] reply) {
      log.add("cookie reply");
    }

    @Override
    public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
      log.add("keepalive " + peer);
    }

    @Override
    public void flushStaged(WireGuardPeer peer) {}

    @Override
    public void dropStaged(WireGuardPeer peer) {}
  }
}
