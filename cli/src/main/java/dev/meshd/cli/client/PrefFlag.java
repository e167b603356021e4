package dev.meshd.cli.client;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.cli.CommandFailure;
import java.util.List;
import java.util.function.Function;

/**
 * A flag of {@code up} that stands for a pref: its name, the pref's JSON field, the value the flags
 * give it, and how the flag would be written for given prefs. The last is what "mention all
 * non-default flags" compares.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions are pure
enum PrefFlag {
  ACCEPT_DNS(
      "accept-dns",
      "CorpDNS",
      flags -> flags.acceptDns,
      prefs -> bool("accept-dns", prefs.corpDns(), true)),
  ACCEPT_ROUTES(
      "accept-routes",
      "RouteAll",
      flags -> flags.acceptRoutes,
      prefs -> bool("accept-routes", prefs.routeAll(), false)),
  ADVERTISE_EXIT_NODE(
      "advertise-exit-node",
      "AdvertiseRoutes",
      UpFlags::routes,
      prefs ->
          bool(
              "advertise-exit-node",
              prefs.advertiseRoutes().containsAll(UpFlags.DEFAULT_ROUTES),
              false)),
  ADVERTISE_ROUTES(
      "advertise-routes",
      "AdvertiseRoutes",
      UpFlags::routes,
      prefs -> list("advertise-routes", subnets(prefs))),
  ADVERTISE_TAGS(
      "advertise-tags",
      "AdvertiseTags",
      UpFlags::tags,
      prefs -> list("advertise-tags", prefs.advertiseTags())),
  HOSTNAME(
      "hostname", "Hostname", flags -> flags.hostname, prefs -> text("hostname", prefs.hostname())),
  LOGIN_SERVER(
      "login-server",
      "ControlURL",
      flags -> flags.loginServer,
      prefs -> text("login-server", prefs.controlUrl())),
  NETFILTER_MODE(
      "netfilter-mode",
      "NetfilterMode",
      UpFlags::netfilterModeNumber,
      prefs ->
          "--netfilter-mode="
              + List.of("off", "nodivert", "on").get(Math.clamp(prefs.netfilterMode(), 0, 2))),
  OPERATOR(
      "operator",
      "OperatorUser",
      flags -> flags.operator,
      prefs -> text("operator", prefs.operatorUser())),
  SHIELDS_UP(
      "shields-up",
      "ShieldsUp",
      flags -> flags.shieldsUp,
      prefs -> bool("shields-up", prefs.shieldsUp(), false)),
  SNAT_SUBNET_ROUTES(
      "snat-subnet-routes",
      "NoSNAT",
      flags -> !flags.snatSubnetRoutes,
      prefs -> bool("snat-subnet-routes", !prefs.noSnat(), true));

  private final String flagName;
  private final String field;
  private final Function<UpFlags, Object> value;
  private final Function<Prefs, String> written;

  PrefFlag(
      String flagName,
      String field,
      Function<UpFlags, Object> value,
      Function<Prefs, String> written) {
    this.flagName = flagName;
    this.field = field;
    this.value = value;
    this.written = written;
  }

  /** With its two dashes. */
  String option() {
    return "--" + flagName;
  }

  /** This flag as it would be typed to get {@code prefs}. */
  String writtenFor(Prefs prefs) {
    return written.apply(prefs);
  }

  MaskedPrefs mark(UpFlags flags, MaskedPrefs edit) {
    return edit.with(field, value.apply(flags));
  }

  Prefs apply(UpFlags flags, Prefs prefs) {
    try {
      return mark(flags, MaskedPrefs.none()).applyTo(prefs);
    } catch (PrefsException e) {
      throw new CommandFailure(e.reason(), e);
    }
  }

  private static List<String> subnets(Prefs prefs) {
    return prefs.advertiseRoutes().stream()
        .filter(route -> !UpFlags.DEFAULT_ROUTES.contains(route))
        .toList();
  }

  private static String bool(String name, boolean value, boolean usual) {
    return value == usual
        ? "--" + name + "=" + usual
        : value ? "--" + name : "--" + name + "=false";
  }

  private static String text(String name, String value) {
    return "--"
        + name
        + "="
        + (value.matches("[A-Za-z0-9_./:@%+=,-]*")
            ? value
            : "'" + value.replace("'", "'\\''") + "'");
  }

  private static String list(String name, List<String> values) {
    return text(name, String.join(",", values));
  }
}
