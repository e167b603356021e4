package dev.meshd.derp.server;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a relay server is made of. Immutable.
 *
 * @param privateKey the relay's own key, of node type but of no node; borrowed for the life of the
 *     server
 * @param admission who may use the relay
 * @param bootstrapDns answers for {@code /bootstrap-dns}: addresses of the hosts a client needs to
 *     get going
 * @param writeTimeout how long a client may take nothing before its connection ends
 * @param maxConnections connections beyond this are closed at once
 * @param gate which connections stay, below that number
 * @param receiveRate how much is read from one client
 * @param random for nonces
 * @param jitter for keep-alives
 * @param nanoClock a monotonic clock in nanoseconds
 */
public record DerpServerConfig(
    NodePrivateKey privateKey,
    Admission admission,
    Supplier<Map<String, List<InetAddress>>> bootstrapDns,
    Duration writeTimeout,
    int maxConnections,
    RelayGate gate,
    ReceiveRate receiveRate,
    SecureRandomSource random,
    JitterSource jitter,
    LongSupplier nanoClock) {

  private static final Duration DEFAULT_WRITE_TIMEOUT = Duration.ofSeconds(2);
  private static final int DEFAULT_MAX_CONNECTIONS = 10_000;

  /** A relay that admits as told, with the usual timeouts and system randomness and clock. */
  public static DerpServerConfig of(NodePrivateKey privateKey, Admission admission) {
    return new DerpServerConfig(
        privateKey,
        admission,
        Map::of,
        DEFAULT_WRITE_TIMEOUT,
        DEFAULT_MAX_CONNECTIONS,
        RelayGate.open(),
        ReceiveRate.UNLIMITED,
        SecureRandomSource.system(),
        JitterSource.system(),
        System::nanoTime);
  }

  public DerpServerConfig withBootstrapDns(Supplier<Map<String, List<InetAddress>>> answers) {
    return new DerpServerConfig(
        privateKey,
        admission,
        answers,
        writeTimeout,
        maxConnections,
        gate,
        receiveRate,
        random,
        jitter,
        nanoClock);
  }

  public DerpServerConfig withLimits(Duration timeout, int connections) {
    return new DerpServerConfig(
        privateKey,
        admission,
        bootstrapDns,
        timeout,
        connections,
        gate,
        receiveRate,
        random,
        jitter,
        nanoClock);
  }

  public DerpServerConfig withGate(RelayGate newGate) {
    return new DerpServerConfig(
        privateKey,
        admission,
        bootstrapDns,
        writeTimeout,
        maxConnections,
        newGate,
        receiveRate,
        random,
        jitter,
        nanoClock);
  }

  public DerpServerConfig withReceiveRate(ReceiveRate rate) {
    return new DerpServerConfig(
        privateKey,
        admission,
        bootstrapDns,
        writeTimeout,
        maxConnections,
        gate,
        rate,
        random,
        jitter,
        nanoClock);
  }
}
