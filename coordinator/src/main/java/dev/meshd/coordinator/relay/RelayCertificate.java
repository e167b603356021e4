package dev.meshd.coordinator.relay;

import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's own certificate, which clients know by its pin: kept across restarts, and replaced in
 * its last month. Owned by the coordinator loop once the server runs.
 */
public final class RelayCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(RelayCertificate.class);
  static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private final Path file;
  private final List<String> hosts;
  private final InstantSource clock;
  private ServerIdentity identity;

  private RelayCertificate(
      Path file, List<String> hosts, InstantSource clock, ServerIdentity identity) {
    this.file = file;
    this.hosts = hosts;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * Reads the certificate for {@code host}, making one if need be.
   *
   * @throws IOException with a sentence when the file cannot be used
   */
  public static RelayCertificate open(Path file, String host, InstantSource clock)
      throws IOException {
    List<String> hosts = List.of(host);
    try {
      ServerIdentity identity =
          IdentityFile.loadOrMakeSelfSigned(file, hosts, clock.instant(), RENEW_BEFORE);
      return new RelayCertificate(file, hosts, clock, identity);
    } catch (IOException e) {
      throw new IOException(
          "cannot use the relay's own certificate in " + file + ": " + e.getMessage(), e);
    }
  }

  public ServerIdentity identity() {
    return identity;
  }

  /** Another certificate if it is time for one; clients must learn its pin at once. */
  public Optional<ServerIdentity> renewIfDue() {
    if (!IdentityFile.isDue(identity, clock.instant(), RENEW_BEFORE)) {
      return Optional.empty();
    }
    identity = ServerIdentity.selfSigned(hosts, clock.instant());
    LOG.info("the relay's own certificate is renewed until {}", identity.leaf().getNotAfter());
    try {
      IdentityFile.save(file, identity);
    } catch (IOException e) {
      LOG.warn("cannot keep it in {}: {}; a restart will make another", file, e.getMessage());
    }
    return Optional.of(identity);
  }
}
