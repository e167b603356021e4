package dev.meshd.derp.client;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.NoSuchAlgorithmException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;

/**
 * What all relay connections of one node share. Immutable; the parts are the caller's to close.
 *
 * @param eventLoops network threads; see {@link #newEventLoops}
 * @param trust roots for relays without a certificate pin
 * @param resolver for relay hosts without addresses in the map
 * @param preferIpv6 the last measurement saw working IPv6, so IPv4 is dialled a little later
 * @param random for nonces
 * @param jitter for back-off
 * @param nanoClock a monotonic clock in nanoseconds
 */
public record DerpClientConfig(
    EventLoopGroup eventLoops,
    SSLContext trust,
    HostResolver resolver,
    BooleanSupplier preferIpv6,
    SecureRandomSource random,
    JitterSource jitter,
    LongSupplier nanoClock) {

  /**
   * The host's own trust store and resolver, system randomness and clock, no preference for IPv6.
   */
  public static DerpClientConfig system(EventLoopGroup eventLoops) {
    return new DerpClientConfig(
        eventLoops,
        systemTrust(),
        HostResolver.system(),
        () -> false,
        SecureRandomSource.system(),
        JitterSource.system(),
        System::nanoTime);
  }

  public DerpClientConfig withTrust(SSLContext value) {
    return new DerpClientConfig(eventLoops, value, resolver, preferIpv6, random, jitter, nanoClock);
  }

  public DerpClientConfig withResolver(HostResolver value) {
    return new DerpClientConfig(eventLoops, trust, value, preferIpv6, random, jitter, nanoClock);
  }

  public DerpClientConfig withPreferIpv6(BooleanSupplier value) {
    return new DerpClientConfig(eventLoops, trust, resolver, value, random, jitter, nanoClock);
  }

  /** Network threads for relay clients or a relay server; the caller shuts the group down. */
  public static EventLoopGroup newEventLoops(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  private static SSLContext systemTrust() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
