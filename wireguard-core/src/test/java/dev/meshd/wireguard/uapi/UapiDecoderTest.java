package dev.meshd.wireguard.uapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UapiDecoderTest {
  private static final String KEY = "a0".repeat(32);
  private static final Zones ZONES =
      zone -> zone.equals("eth0") ? OptionalInt.of(7) : OptionalInt.empty();
  private static final NodeKey PEER = NodeKey.parse("nodekey:" + KEY);

  @Test
  void getIsOneLineAndAnEmptyOne() {
    assertThat(decode("get=1\n\n")).containsExactly(new UapiRequest.Get());
  }

  @Test
  void aConnectionCarriesManyRequests() {
    assertThat(decode("get=1\n\nset=1\n\nget=1\n\nset=1\nlisten_port=7\n\n"))
        .containsExactly(
            new UapiRequest.Get(),
            new UapiRequest.Set(List.of(), Optional.empty()),
            new UapiRequest.Get(),
            new UapiRequest.Set(List.of(new DeviceChange.ListenOn(7)), Optional.empty()));
  }

  @Test
  void everyKeyIsRead() {
    UapiRequest.Set set =
        set(
            "listen_port=51820\nfwmark=4294967295\nreplace_peers=true\n"
                + ("public_key=" + KEY + "\n")
                + "update_only=true\nendpoint=[2001:db8::1]:9\npersistent_keepalive_interval=25\n"
                + "replace_allowed_ips=true\nallowed_ip=10.1.2.3/8\nallowed_ip=-fd00::/8\n"
                + "protocol_version=1\nremove=true\n");
    assertThat(set.fault()).isEmpty();
    assertThat(set.changes())
        .containsExactly(
            new DeviceChange.ListenOn(51820),
            new DeviceChange.UseMark(-1),
            new DeviceChange.RemoveAllPeers(),
            new DeviceChange.ConfigurePeer(
                PEER,
                List.of(
                    new PeerChange.UpdateOnly(),
                    new PeerChange.UseEndpoint(Endpoint.parse("[2001:db8::1]:9")),
                    new PeerChange.KeepAlive(Duration.ofSeconds(25)),
                    new PeerChange.ClearAllowedIps(),
                    new PeerChange.Allow(IpPrefix.parse("10.0.0.0/8")),
                    new PeerChange.Disallow(IpPrefix.parse("fd00::/8")),
                    new PeerChange.Remove())));
  }

  @Test
  void keysOfEitherCaseAreReadAndZeroMeansNone() {
    UapiRequest.Set set =
        set("private_key=" + KEY.toUpperCase() + "\npublic_key=" + KEY + "\npreshared_key=" + KEY);
    var use = (DeviceChange.UseKey) set.changes().getFirst();
    assertThat(use.key().orElseThrow().bytes()).startsWith(0xa0).endsWith(0x60); // clamped
    var peer = (DeviceChange.ConfigurePeer) set.changes().getLast();
    assertThat(((PeerChange.UsePsk) peer.changes().getFirst()).psk().bytes()).containsOnly(0xa0);

    set = set("private_key=" + "0".repeat(64));
    assertThat(((DeviceChange.UseKey) set.changes().getFirst()).key()).isEmpty();
  }

  @Test
  void linkLocalEndpointNamesItsInterface() {
    var peer =
        (DeviceChange.ConfigurePeer)
            set("public_key=" + KEY + "\nendpoint=[fe80::1%eth0]:9").changes().getFirst();
    Endpoint endpoint = ((PeerChange.UseEndpoint) peer.changes().getFirst()).endpoint();
    assertThat(endpoint).isEqualTo(Endpoint.parse("[fe80::1]:9"));
    assertThat(endpoint.scopeInterface()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "no_equals_sign, 71",
    "unknown_key=1, 22",
    "listen_port=65536, 22",
    "listen_port=-1, 22",
    "listen_port=, 22",
    "fwmark=4294967296, 22",
    "fwmark=0x10, 22",
    "replace_peers=false, 22",
    "private_key=00, 22",
    "endpoint=192.0.2.1:1, 22", // a peer's key before any peer
    "protocol_version=1, 22",
  })
  void faultyDeviceLineEndsTheRequestAndWhatWasBeforeStays(String line, int errno) {
    UapiRequest.Set set = set("listen_port=1\n" + line + "\nlisten_port=2");
    assertThat(set.changes()).containsExactly(new DeviceChange.ListenOn(1));
    assertThat(set.fault().orElseThrow().errno()).isEqualTo(errno);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listen_port=1",
        "update_only=false",
        "remove=1",
        "endpoint=example.com:51820",
        "endpoint=192.0.2.1",
        "endpoint=[fe80::1%eth1]:9",
        "endpoint=[fe80::1%",
        "endpoint=%]:9",
        "endpoint=127.3.3.40:1", // names a relay here
        "persistent_keepalive_interval=65536",
        "persistent_keepalive_interval=off",
        "replace_allowed_ips=",
        "allowed_ip=10.0.0.0",
        "allowed_ip=10.0.0.0/33",
        "allowed_ip=--10.0.0.0/8",
        "protocol_version=2",
        "preshared_key=zz",
      })
  void faultyPeerLineEndsTheRequestAndWhatWasBeforeStays(String line) {
    UapiRequest.Set set =
        set("public_key=" + KEY + "\nallowed_ip=10.0.0.0/8\n" + line + "\nremove=true");
    assertThat(set.changes())
        .containsExactly(
            new DeviceChange.ConfigurePeer(
                PEER, List.of(new PeerChange.Allow(IpPrefix.parse("10.0.0.0/8")))));
    assertThat(set.fault().orElseThrow().errno()).isEqualTo(22);
  }

  @Test
  void faultNamesTheKeyButNothingThatMayBeSecret() {
    assertThat(set("listen_port=x").fault().orElseThrow().reason()).endsWith(": listen_port");
    String secret = "d2h5IHdvdWxkIGFueWJvZHkgcmVhZCB0aGlzIGtleT8=";
    assertThat(set(secret).fault().orElseThrow().reason()).doesNotContain("d2h5");
  }

  @Test
  void aRequestAfterAFaultyOneIsReadAsUsual() {
    assertThat(decode("set=1\nnonsense\nlisten_port=3\n\nget=1\n\n"))
        .hasSize(2)
        .last()
        .isEqualTo(new UapiRequest.Get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "get=2\n", "GET / HTTP/1.1\r\n", "set=1\r\n", "get=1\nx\n"})
  void whoDoesNotSpeakTheProtocolIsNotListenedTo(String bytes) {
    assertThat(decode(bytes + "get=1\n\n")).containsExactly(new UapiRequest.Nonsense());
  }

  @Test
  void whatIsCutOffIsNotCarriedOut() {
    assertThat(decode("set=1\nlisten_port=7\n")).isEmpty();
    assertThat(decode("set=1\nlisten_port=7")).isEmpty();
    assertThat(decode("get=1\n")).isEmpty();
  }

  @Test
  void tooLongALineIsAFaultAndTakesNoMemory() {
    UapiRequest.Set set = set("listen_port=1\n" + "x".repeat(100_000) + "\nlisten_port=2");
    assertThat(set.changes()).hasSize(1);
    assertThat(set.fault().orElseThrow().errno()).isEqualTo(5);
  }

  @Test
  void tooLongARequestIsAFaultAndTheNextOneIsNot() {
    UapiDecoder decoder = new UapiDecoder(ZONES);
    decoder.decode(bytes("set=1\npublic_key=" + KEY + "\n"));
    byte[] many = "allowed_ip=10.0.0.0/8\n".repeat(1000).getBytes(ISO_8859_1);
    for (int sent = 0; sent <= UapiDecoder.MAX_REQUEST_BYTES; sent += many.length) {
      decoder.decode(ByteBuffer.wrap(many));
    }
    var set = (UapiRequest.Set) decoder.decode(bytes("remove=true\n\n")).getFirst();
    assertThat(set.fault().orElseThrow().errno()).isEqualTo(5);
    assertThat(((DeviceChange.ConfigurePeer) set.changes().getFirst()).changes())
        .doesNotContain(new PeerChange.Remove());
    assertThat(decoder.decode(bytes("set=1\nlisten_port=5\n\n")))
        .containsExactly(
            new UapiRequest.Set(List.of(new DeviceChange.ListenOn(5)), Optional.empty()));
  }

  @Property(tries = 2000)
  void anyBytesAreSurvivedHoweverTheyAreCut(
      @ForAll @Size(max = 400) byte[] noise, @ForAll @IntRange(min = 1, max = 64) int piece) {
    UapiDecoder whole = new UapiDecoder(ZONES);
    List<UapiRequest> expected = whole.decode(ByteBuffer.wrap(noise));
    assertThat(inPieces(noise, piece)).isEqualTo(expected);
    assertThat(expected.size()).isLessThanOrEqualTo(noise.length / 6 + 1);
  }

  @Property(tries = 1000)
  void linesOfTheProtocolInAnyOrderAreSurvivedHoweverTheyAreCut(
      @ForAll("lines") List<String> lines, @ForAll @IntRange(min = 1, max = 64) int piece) {
    byte[] text = String.join("\n", lines).getBytes(ISO_8859_1);
    assertThat(inPieces(text, piece))
        .isEqualTo(new UapiDecoder(ZONES).decode(ByteBuffer.wrap(text)));
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> keys =
        Arbitraries.of(
            "listen_port",
            "fwmark",
            "replace_peers",
            "endpoint",
            "allowed_ip",
            "remove",
            "x",
            "persistent_keepalive_interval",
            "update_only",
            "replace_allowed_ips");
    Arbitrary<String> values =
        Arbitraries.of("true", "0", "7", "70000", "10.0.0.0/8", "-::/0", "1.2.3.4:5", "", "=");
    Arbitrary<String> pairs =
        net.jqwik.api.Combinators.combine(keys, values).as((k, v) -> k + "=" + v);
    return Arbitraries.oneOf(
            pairs, Arbitraries.of("set=1", "get=1", "", "public_key=" + KEY, "noise"))
        .list()
        .ofMaxSize(30)
        .map(
            lines -> {
              List<String> request = new ArrayList<>(lines);
              request.addFirst("set=1");
              request.addAll(List.of("", ""));
              return request;
            });
  }

  private static List<UapiRequest> inPieces(byte[] bytes, int piece) {
    UapiDecoder decoder = new UapiDecoder(ZONES);
    List<UapiRequest> requests = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += piece) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
      requests.addAll(decoder.decode(ByteBuffer.wrap(part)));
    }
    return requests;
  }

  private static UapiRequest.Set set(String lines) {
    return (UapiRequest.Set) decode("set=1\n" + lines.stripTrailing() + "\n\n").getFirst();
  }

  private static List<UapiRequest> decode(String text) {
    return new UapiDecoder(ZONES).decode(bytes(text));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
