package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.BackendState;

/**
 * Which state follows from the facts; the first rule that matches decides:
 *
 * <ol>
 *   <li>not wanted, not logged out, with a node key: Stopped
 *   <li>no network map: NeedsLogin if logged out or the login cannot go on by itself; Starting out
 *       of Stopped; otherwise unchanged
 *   <li>not wanted: Stopped
 *   <li>key expired: NeedsLogin
 *   <li>machine not authorised: NeedsMachineAuth
 *   <li>a relay or a peer is live, or there is no relay to wait for: Running
 *   <li>already Running: Running
 *   <li>otherwise: Starting
 * </ol>
 *
 * @see "tailscale: ipn/ipnlocal/local.go, nextStateLocked"
 */
final class StateRules {
  private StateRules() {}

  /**
   * @param loginBlocked the login waits for a human or was refused
   * @param live a relay connection or a peer session is up, or the map has no relays
   */
  record Facts(
      boolean wantRunning,
      boolean loggedOut,
      boolean hasNodeKey,
      boolean loginBlocked,
      boolean hasNetmap,
      boolean keyExpired,
      boolean machineAuthorized,
      boolean live) {}

  static BackendState next(BackendState current, Facts facts) {
    if (!facts.wantRunning() && !facts.loggedOut() && facts.hasNodeKey()) {
      return BackendState.STOPPED;
    }
    if (!facts.hasNetmap()) {
      return withoutNetmap(current, facts);
    }
    if (!facts.wantRunning()) {
      return BackendState.STOPPED;
    }
    if (facts.keyExpired()) {
      return BackendState.NEEDS_LOGIN;
    }
    if (!facts.machineAuthorized()) {
      return BackendState.NEEDS_MACHINE_AUTH;
    }
    return facts.live() || current == BackendState.RUNNING
        ? BackendState.RUNNING
        : BackendState.STARTING;
  }

  private static BackendState withoutNetmap(BackendState current, Facts facts) {
    if (facts.loggedOut() || facts.loginBlocked() || !facts.wantRunning()) {
      return BackendState.NEEDS_LOGIN;
    }
    return current == BackendState.STOPPED ? BackendState.STARTING : current;
  }
}
