package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.model.Node;
import dev.meshd.control.session.Netmap;
import dev.meshd.packet.IpPrefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks from time to time for what a user should do something about although nothing has failed
 * yet: a key about to expire, routes offered by a host that does not forward, routes of peers that
 * are not used. Owned by the backend's thread.
 */
final class HealthAdvice {
  private static final Duration EXPIRY_NOTICE = Duration.ofDays(7);

  private final HealthConditions health;
  private final Path forwardV4;
  private final Path forwardV6;

  HealthAdvice(HealthConditions health) {
    this(
        health,
        Path.of("/proc/sys/net/ipv4/ip_forward"),
        Path.of("/proc/sys/net/ipv6/conf/all/forwarding"));
  }

  /**
   * @param forwardV4 the switch of IPv4 forwarding, {@code 0} for off
   * @param forwardV6 that of IPv6
   */
  HealthAdvice(HealthConditions health, Path forwardV4, Path forwardV6) {
    this.health = health;
    this.forwardV4 = forwardV4;
    this.forwardV6 = forwardV6;
  }

  void look(Prefs prefs, Optional<Netmap> netmap, Instant now) {
    tell(Condition.KEY_EXPIRES_SOON, keyExpiry(netmap, now), now);
    tell(Condition.FORWARDING_OFF, forwarding(prefs), now);
    tell(Condition.ROUTES_NOT_ACCEPTED, unusedRoutes(prefs, netmap), now);
  }

  private void tell(Condition condition, Optional<String> text, Instant now) {
    text.ifPresentOrElse(t -> health.set(condition, t, now), () -> health.clear(condition));
  }

  private static Optional<String> keyExpiry(Optional<Netmap> netmap, Instant now) {
    return netmap
        .filter(map -> !map.selfExpired(now))
        .filter(map -> map.selfExpired(now.plus(EXPIRY_NOTICE)))
        .map(
            map ->
                "The login of this node ends within "
                    + EXPIRY_NOTICE.toDays()
                    + " days. Renew it with: meshd up --force-reauth");
  }

  /** What keeps an offered route from working, if anything. */
  Optional<String> forwarding(Prefs prefs) {
    boolean v4 = offers(prefs, true) && isOff(forwardV4);
    boolean v6 = offers(prefs, false) && isOff(forwardV6);
    if (!v4 && !v6) {
      return Optional.empty();
    }
    String setting = v4 ? "net.ipv4.ip_forward=1" : "net.ipv6.conf.all.forwarding=1";
    return Optional.of(
        "This node offers routes, but the kernel does not forward %s packets. Switch it on with: sysctl -w %s"
            .formatted(v4 ? "IPv4" : "IPv6", setting));
  }

  private static boolean offers(Prefs prefs, boolean v4) {
    return prefs.advertiseRoutes().stream()
        .flatMap(route -> IpPrefix.tryParse(route).stream())
        .anyMatch(route -> route.address().isV4() == v4);
  }

  private static boolean isOff(Path setting) {
    try {
      return Files.readString(setting).strip().equals("0");
    } catch (IOException e) {
      return false; // not known
    }
  }

  private static Optional<String> unusedRoutes(Prefs prefs, Optional<Netmap> netmap) {
    boolean offered =
        !prefs.routeAll()
            && netmap.stream()
                .flatMap(map -> map.peers().values().stream())
                .anyMatch(HealthAdvice::offersSubnet);
    return offered
        ? Optional.of(
            "Some peers offer routes that this node does not use. Use them with: meshd up --accept-routes")
        : Optional.empty();
  }

  private static boolean offersSubnet(Node peer) {
    return peer.effectiveAllowedIps().stream()
        .anyMatch(prefix -> prefix.bits() > 0 && !peer.addresses().contains(prefix));
  }
}
