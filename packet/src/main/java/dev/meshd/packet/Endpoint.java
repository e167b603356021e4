package dev.meshd.packet;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a datagram goes to or came from: an IP address and a UDP port.
 *
 * <p>A relay is named in the same way, so that one field can hold either kind of path: region
 * <i>n</i> is {@code 127.3.3.40} port <i>n</i>. No datagram is ever sent to that address.
 *
 * <p>An endpoint that a datagram came from may also know at which of our own addresses it arrived;
 * see {@link #source}. That is a note on the way to it and no part of its identity: two endpoints
 * are equal when address and port are. Ordering is by address and then by port. Immutable.
 */
public final class Endpoint implements Comparable<Endpoint> {
  public static final int MAX_PORT = 0xffff;

  private static final IpAddress DERP_ADDRESS = IpAddress.ofV4(0x7f030328);

  private final IpAddress address;
  private final int port;
  private final @Nullable SourceAddress source;

  private Endpoint(IpAddress address, int port, @Nullable SourceAddress source) {
    this.address = address;
    this.port = port;
    this.source = source;
  }

  /**
   * @throws IllegalArgumentException if {@code port} is not within 0 to 65535
   */
  public static Endpoint of(IpAddress address, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port out of range: " + port);
    }
    return new Endpoint(address, port, null);
  }

  public static Endpoint of(InetSocketAddress socketAddress) {
    return of(IpAddress.of(socketAddress.getAddress()), socketAddress.getPort());
  }

  /** The name of relay region {@code regionId}, which is within 1 to 65535. */
  public static Endpoint derp(int regionId) {
    if (regionId < 1 || regionId > MAX_PORT) {
      throw new IllegalArgumentException("relay region out of range: " + regionId);
    }
    return new Endpoint(DERP_ADDRESS, regionId, null);
  }

  /**
   * Reads {@code 192.0.2.1:41641} or {@code [2001:db8::1]:41641}.
   *
   * @throws AddressFormatException if the text is anything else
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new AddressFormatException("an endpoint", text, "no port");
    }
    boolean bracketed = text.startsWith("[") && colon >= 2 && text.charAt(colon - 1) == ']';
    String addressText = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
    IpAddress address = IpAddress.parse(addressText);
    if (address.isV6() != bracketed) {
      throw new AddressFormatException("an endpoint", text, "brackets go around IPv6 only");
    }
    return of(address, parsePort(text, colon + 1));
  }

  public static Optional<Endpoint> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (AddressFormatException e) {
      return Optional.empty();
    }
  }

  private static int parsePort(String text, int start) {
    int digits = text.length() - start;
    int port = 0;
    for (int i = start; i < text.length() && port <= MAX_PORT; i++) {
      char c = text.charAt(i);
      port = c >= '0' && c <= '9' ? port * 10 + (c - '0') : MAX_PORT + 1;
    }
    if (digits == 0 || digits > 5 || port > MAX_PORT) {
      throw new AddressFormatException("an endpoint", text, "port must be 0 to 65535");
    }
    return port;
  }

  public IpAddress address() {
    return address;
  }

  public int port() {
    return port;
  }

  /** The address of ours that datagrams to here leave from; null when the kernel chooses. */
  public @Nullable SourceAddress source() {
    return source;
  }

  /** The same endpoint, to be sent to from {@code ownAddress}, or as the kernel likes if null. */
  public Endpoint from(@Nullable SourceAddress ownAddress) {
    return source == ownAddress ? this : new Endpoint(address, port, ownAddress);
  }

  /**
   * The interface that a link-local address belongs to, as far as it is known from {@link #source};
   * 0 for any other address.
   */
  public int scopeInterface() {
    return source != null && address.isLinkLocal() && address.isV6() ? source.interfaceIndex() : 0;
  }

  /** Whether this names a relay region and not a UDP endpoint. */
  public boolean isDerp() {
    return address.equals(DERP_ADDRESS);
  }

  /** The relay region named; only for {@linkplain #isDerp relay} endpoints. */
  public int derpRegion() {
    if (!isDerp()) {
      throw new IllegalStateException("not a relay: " + this);
    }
    return port;
  }

  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(address.toInetAddress(), port);
  }

  @Override
  public int compareTo(Endpoint other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Endpoint that && port == that.port && address.equals(that.address);
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + port;
  }

  @Override
  public String toString() {
    return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
