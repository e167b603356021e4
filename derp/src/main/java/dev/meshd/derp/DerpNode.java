package dev.meshd.derp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One relay host of a region, as the relay map describes it. Immutable.
 *
 * <p>The address fields keep their wire text because it has three meanings: empty means "resolve
 * {@link #hostName}", a literal of the right family means "use this", and any other text (by
 * convention {@code none}) switches the family off.
 *
 * @param name unique over all regions of a map
 * @param regionId the region this node belongs to
 * @param hostName DNS name or IP literal, the TLS server name and the HTTP host
 * @param certName empty, a {@code sha256-raw:} pin, or the name the certificate must carry instead
 *     of {@code hostName}
 * @param ipv4 see above
 * @param ipv6 see above
 * @param stunPort 0 means 3478, negative means "no STUN here"
 * @param stunOnly the host answers STUN but relays nothing
 * @param derpPort 0 means 443
 * @param insecureForTests the certificate is not verified unless {@code certName} asks for its own
 *     check
 * @param stunTestIp address that overrides all others for STUN, or empty
 * @param canPort80 plain HTTP on port 80 answers captive-portal checks
 */
public record DerpNode(
    String name,
    int regionId,
    String hostName,
    String certName,
    String ipv4,
    String ipv6,
    int stunPort,
    boolean stunOnly,
    int derpPort,
    boolean insecureForTests,
    String stunTestIp,
    boolean canPort80) {

  /**
   * What a pinned {@link #certName} starts with; 64 lower-case hex digits of the leaf's SHA-256
   * follow.
   */
  public static final String CERT_PIN_PREFIX = "sha256-raw:";

  private static final int DEFAULT_STUN_PORT = 3478;
  private static final int DEFAULT_DERP_PORT = 443;

  public DerpNode {
    Objects.requireNonNull(name);
    Objects.requireNonNull(hostName);
    Objects.requireNonNull(certName);
    Objects.requireNonNull(ipv4);
    Objects.requireNonNull(ipv6);
    Objects.requireNonNull(stunTestIp);
  }

  /** A node with a name, region and host; everything else at its default. */
  public static DerpNode of(String name, int regionId, String hostName) {
    return new DerpNode(name, regionId, hostName, "", "", "", 0, false, 0, false, "", false);
  }

  public DerpNode withCertName(String value) {
    return new DerpNode(
        name,
        regionId,
        hostName,
        value,
        ipv4,
        ipv6,
        stunPort,
        stunOnly,
        derpPort,
        insecureForTests,
        stunTestIp,
        canPort80);
  }

  /**
   * The same node with the two address fields replaced; see the class comment for their meaning.
   */
  public DerpNode withAddresses(String ipv4Text, String ipv6Text) {
    return new DerpNode(
        name,
        regionId,
        hostName,
        certName,
        ipv4Text,
        ipv6Text,
        stunPort,
        stunOnly,
        derpPort,
        insecureForTests,
        stunTestIp,
        canPort80);
  }

  /** The same node on other ports; 0 is the default, a negative STUN port is none. */
  public DerpNode withPorts(int derp, int stun) {
    return new DerpNode(
        name,
        regionId,
        hostName,
        certName,
        ipv4,
        ipv6,
        stun,
        stunOnly,
        derp,
        insecureForTests,
        stunTestIp,
        canPort80);
  }

  /** The TCP port to dial. */
  public int dialPort() {
    return derpPort == 0 ? DEFAULT_DERP_PORT : derpPort;
  }

  /** The UDP port that answers STUN, if any. */
  public OptionalInt stunServicePort() {
    if (stunPort < 0) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(stunPort == 0 ? DEFAULT_STUN_PORT : stunPort);
  }

  public boolean isPinned() {
    return certName.startsWith(CERT_PIN_PREFIX);
  }

  /** The IPv4 literal, if the map carries one. */
  public Optional<InetAddress> ipv4Literal() {
    return literal(ipv4).filter(Inet4Address.class::isInstance);
  }

  /** The IPv6 literal, if the map carries one. */
  public Optional<InetAddress> ipv6Literal() {
    return literal(ipv6).filter(Inet6Address.class::isInstance);
  }

  /** The map forbids reaching this node over IPv4. */
  public boolean ipv4Disabled() {
    return !ipv4.isEmpty() && ipv4Literal().isEmpty();
  }

  /** The map forbids reaching this node over IPv6. */
  public boolean ipv6Disabled() {
    return !ipv6.isEmpty() && ipv6Literal().isEmpty();
  }

  /** The address that overrides all others for STUN, if the map carries one. */
  public Optional<InetAddress> stunTestLiteral() {
    return literal(stunTestIp);
  }

  /** {@link #hostName} as an address when it is a literal; such a host gets no TLS server name. */
  public Optional<InetAddress> hostLiteral() {
    return literal(hostName);
  }

  private static Optional<InetAddress> literal(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
