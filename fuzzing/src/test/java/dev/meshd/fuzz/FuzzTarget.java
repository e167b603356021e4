package dev.meshd.fuzz;

import dev.meshd.agent.localapi.server.LocalApiFuzz;
import dev.meshd.agent.node.MapStreamFuzz;
import dev.meshd.control.noise.NoiseRecordFuzz;
import dev.meshd.coordinator.web.ControlPortFuzz;
import dev.meshd.fuzz.reader.AddressTextFuzz;
import dev.meshd.fuzz.reader.ControlJsonFuzz;
import dev.meshd.fuzz.reader.DerpClientFuzz;
import dev.meshd.fuzz.reader.DerpServerFuzz;
import dev.meshd.fuzz.reader.DiscoCodecFuzz;
import dev.meshd.fuzz.reader.NoiseHandshakeFuzz;
import dev.meshd.fuzz.reader.PacketFilterFuzz;
import dev.meshd.fuzz.reader.RelayPortFuzz;
import dev.meshd.fuzz.reader.ServerConfigFuzz;
import dev.meshd.fuzz.reader.StateFileFuzz;
import dev.meshd.fuzz.reader.StunFuzz;
import dev.meshd.fuzz.reader.UapiFuzz;
import dev.meshd.fuzz.reader.UnderlayFuzz;
import dev.meshd.fuzz.reader.WgConfigFuzz;
import dev.meshd.fuzz.reader.WireGuardHandshakeFuzz;
import dev.meshd.fuzz.reader.WireGuardTransportFuzz;
import dev.meshd.linux.netlink.NetlinkFuzz;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Everything that is fuzzed, with one line about whose bytes it reads. {@link #label} is the name
 * on the command line and of the corpus directory.
 */
public enum FuzzTarget {
  WIREGUARD_HANDSHAKE(
      "anyone's handshake messages and cookie replies", WireGuardHandshakeFuzz::new),
  WIREGUARD_TRANSPORT(
      "anyone's transport data, a peer's inner packets", WireGuardTransportFuzz::new),
  UNDERLAY("a whole node's UDP and relayed datagrams, in any order", UnderlayFuzz::new),
  DISCO("anyone's disco datagrams, a peer's disco messages", DiscoCodecFuzz::new),
  STUN("anyone's STUN requests and responses", StunFuzz::new),
  DERP_CLIENT("what a lying relay sends its client", DerpClientFuzz::new),
  DERP_SERVER("what a client sends its relay", DerpServerFuzz::new),
  RELAY_PORT("anyone's bytes at the relay's HTTP port", RelayPortFuzz::new),
  NOISE_HANDSHAKE("both ends of the control channel's handshake", NoiseHandshakeFuzz::new),
  NOISE_RECORDS("both ends of the control channel's records", NoiseRecordFuzz::new),
  CONTROL_PORT(
      "anyone's bytes at the control port, before and after the upgrade", ControlPortFuzz::new),
  CONTROL_JSON("single messages of the control protocol, both directions", ControlJsonFuzz::new),
  MAP_STREAM("a hostile server's map stream, as far as the engine", MapStreamFuzz::new),
  PACKET_FILTER("a peer's packets: headers and the packet filter", PacketFilterFuzz::new),
  LOCAL_API("any local user's requests to the daemon", LocalApiFuzz::new),
  UAPI("what a program says on a tunnel's configuration socket", UapiFuzz::new),
  ADDRESS_TEXT("texts of addresses, prefixes, endpoints, keys and URLs", AddressTextFuzz::new),
  NETLINK("the kernel's announcements", NetlinkFuzz::new),
  WG_CONFIG("wg-quick style files", WgConfigFuzz::new),
  SERVER_CONFIG("the server's configuration file", ServerConfigFuzz::new),
  STATE_FILES("damaged state and identity files", StateFileFuzz::new);

  private static final long FIXED_ALLOCATION = 16 << 20;
  private static final long ALLOCATION_PER_BYTE = 64 << 10;

  private final String about;
  private final Supplier<FuzzBody> body;

  FuzzTarget(String about, Supplier<FuzzBody> body) {
    this.about = about;
    this.body = body;
  }

  /** The target called {@code label}; an unknown one is an error that lists the known. */
  public static FuzzTarget named(String label) {
    return Arrays.stream(values())
        .filter(target -> target.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no target \"" + label + "\"; there are " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(FuzzTarget::label).collect(Collectors.joining(", "));
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whose bytes it reads, in a few words. */
  public String about() {
    return about;
  }

  /** A fresh body. */
  public FuzzBody body() {
    return body.get();
  }

  /** Bytes that one input may cost, however short it is. */
  long fixedAllocation() {
    return FIXED_ALLOCATION;
  }

  /** What each byte of input may cost beyond that. */
  long allocationPerByte() {
    return ALLOCATION_PER_BYTE;
  }

  /** Lists the targets: {@code FuzzTarget} as a program. */
  public static void main(String[] arguments) {
    for (FuzzTarget target : values()) {
      System.out.printf("%-20s %s%n", target.label(), target.about());
    }
  }
}
