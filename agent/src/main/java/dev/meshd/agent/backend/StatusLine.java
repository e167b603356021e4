package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.state.NodeState;
import dev.meshd.control.session.Netmap;
import java.util.Comparator;
import java.util.Optional;

/** What the daemon is doing, in one line for the service manager. Stateless. */
final class StatusLine {
  private StatusLine() {}

  static String of(Snapshot snapshot) {
    String state =
        switch (snapshot.state()) {
          case NO_STATE -> "Starting";
          case NEEDS_LOGIN ->
              snapshot.loginUrl().isEmpty()
                  ? "Needs login; run 'meshd up' to log in"
                  : "Needs login: " + snapshot.loginUrl();
          case NEEDS_MACHINE_AUTH -> "Waiting for an administrator's approval";
          case STOPPED -> "Stopped; run 'meshd up' to connect";
          case STARTING -> "Connecting to " + snapshot.node().prefs().controlUrl();
          case RUNNING -> connected(snapshot);
          case IN_USE_OTHER_USER -> snapshot.state().text();
        };
    return firstProblem(snapshot).map(text -> state + "; needs attention: " + text).orElse(state);
  }

  private static String connected(Snapshot snapshot) {
    String login = snapshot.node().login().map(NodeState.Login::loginName).orElse("");
    String addresses =
        snapshot
            .netmap()
            .map(Netmap::self)
            .map(self -> String.join(" ", StatusBuilder.ips(self)))
            .orElse("");
    return "Connected; " + (login.isEmpty() ? "" : login + "; ") + addresses;
  }

  private static Optional<String> firstProblem(Snapshot snapshot) {
    return snapshot.health().values().stream()
        .min(Comparator.comparing(HealthWarning::warnableCode))
        .map(HealthWarning::text);
  }
}
