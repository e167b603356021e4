package dev.meshd.bench.micro;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.noise.InitiatorHandshake;
import dev.meshd.wireguard.noise.LocalIdentity;
import dev.meshd.wireguard.noise.MessageMacs;
import dev.meshd.wireguard.noise.ReceivedInitiation;
import dev.meshd.wireguard.noise.RemoteIdentity;
import dev.meshd.wireguard.noise.Tai64n;
import dev.meshd.wireguard.noise.TransportKeys;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The parts of a WireGuard handshake, and what a flood costs per message that is refused. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in
public class HandshakeBenchmark {
  private static final Tai64n NOW = Tai64n.of(Instant.EPOCH);

  private final SecureRandomSource random = SecureRandomSource.system();
  private LocalIdentity initiator;
  private LocalIdentity responder;
  private RemoteIdentity responderSeen;
  private RemoteIdentity initiatorSeen;
  private MessageMacs macs;
  private byte[] initiation;

  @Setup(Level.Trial)
  public void prepare() {
    initiator = new LocalIdentity(NodePrivateKey.generate(random));
    responder = new LocalIdentity(NodePrivateKey.generate(random));
    responderSeen = new RemoteIdentity(initiator, responder.publicKey());
    initiatorSeen = new RemoteIdentity(responder, initiator.publicKey());
    macs = MessageMacs.forReceiver(responder.publicKey());
    initiation = initiate();
  }

  @Benchmark
  public byte[] initiate() {
    return InitiatorHandshake.begin(initiator, responderSeen, 1, NOW, random).message();
  }

  /** All that is done before a stranger is told from a peer. */
  @Benchmark
  public ReceivedInitiation openInitiation() {
    return ReceivedInitiation.open(responder, initiation).orElseThrow();
  }

  /** What a flood with a wrong MAC costs. */
  @Benchmark
  public boolean checkMac() {
    return macs.verifiesMac1(initiation);
  }

  /** Both sides, from nothing to two sets of keys. */
  @Benchmark
  public TransportKeys full() {
    InitiatorHandshake begun = InitiatorHandshake.begin(initiator, responderSeen, 1, NOW, random);
    ReceivedInitiation received = ReceivedInitiation.open(responder, begun.message()).orElseThrow();
    var _ = received.openTimestamp(initiatorSeen).orElseThrow();
    ReceivedInitiation.Response response =
        received.respond(2, PresharedKey.zero(), random).orElseThrow();
    return begun.consumeResponse(response.message(), PresharedKey.zero()).orElseThrow();
  }
}
