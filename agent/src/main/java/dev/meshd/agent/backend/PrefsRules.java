package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.packet.IpPrefix;
import java.util.regex.Pattern;

/** What prefs must be like to be accepted, whoever sends them. */
final class PrefsRules {
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  private static final Pattern TAG = Pattern.compile("tag:[A-Za-z][A-Za-z0-9-]*");

  private PrefsRules() {}

  /**
   * @throws PrefsException with one sentence that names the fault
   */
  static void check(Prefs prefs) throws PrefsException {
    if (!prefs.controlUrl().isEmpty()) {
      try {
        ServerUrl.parse(prefs.controlUrl());
      } catch (IllegalArgumentException e) {
        throw new PrefsException(
            "\"" + prefs.controlUrl() + "\" is not the URL of a coordination server", e);
      }
    }
    if (!prefs.hostname().isEmpty() && !HOST_NAME.matcher(prefs.hostname()).matches()) {
      throw new PrefsException("\"" + prefs.hostname() + "\" is not a valid host name");
    }
    for (String route : prefs.advertiseRoutes()) {
      if (IpPrefix.tryParse(route).isEmpty()) {
        throw new PrefsException("\"" + route + "\" is not a subnet with all host bits zero");
      }
    }
    for (String tag : prefs.advertiseTags()) {
      if (!TAG.matcher(tag).matches()) {
        throw new PrefsException("\"" + tag + "\" is not a tag like tag:server");
      }
    }
    boolean usesExitNode = !prefs.exitNodeId().isEmpty() || !prefs.exitNodeIp().isEmpty();
    if (usesExitNode && prefs.advertiseRoutes().stream().anyMatch(route -> route.endsWith("/0"))) {
      throw new PrefsException(
          "cannot advertise an exit node and use an exit node at the same time");
    }
  }
}
