package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.control.client.ControlClient;
import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each thing the coordination server says means for the login, the contact with the server,
 * health and the bus. Runs on the backend's thread.
 */
final class ControlEvents {
  private static final Logger log = LoggerFactory.getLogger(ControlEvents.class);

  private final LoginProgress login;
  private final ServerContact contact;
  private final HealthConditions health;
  private final MeshSupervisor supervisor;
  private final IpnBus bus;
  private final Owner owner;

  /** What only the backend knows or does. */
  interface Owner {
    String serverUrl();

    boolean hasNodeKey();

    boolean isLoggedOut();

    void loggedInAs(long userId, String loginName, String displayName);

    void netmapChanged(Netmap map, NetmapChange change);
  }

  ControlEvents(
      LoginProgress login,
      ServerContact contact,
      HealthConditions health,
      MeshSupervisor supervisor,
      IpnBus bus,
      Owner owner) {
    this.login = login;
    this.contact = contact;
    this.health = health;
    this.supervisor = supervisor;
    this.bus = bus;
    this.owner = owner;
  }

  void handle(ControlClient from, ControlEvent event) {
    Instant now = Instant.now();
    switch (event) {
      case ControlEvent.ServerKeyPinned _ -> log.info("first contact with {}", owner.serverUrl());
      case ControlEvent.NodeKeyCommitted keys ->
          log.debug("node key {}", keys.key().publicKey().shortText());
      case ControlEvent.Registered registered -> registered(registered);
      case ControlEvent.LoginNeeded needed -> {
        contact.answered();
        login.needed(needed.url());
        bus.publish(Notify.ofLoginUrl(needed.url()));
      }
      case ControlEvent.Rejected rejected -> rejected(rejected, now);
      case ControlEvent.Unreachable unreachable -> {
        log.info("the coordination server cannot be used: {}", unreachable.reason());
        contact.unusable(unreachable.reason(), now);
      }
      case ControlEvent.MapStreamOpened _ -> {
        contact.streamOpened();
        supervisor.mesh().ifPresent(node -> node.controlConnected(true));
      }
      case ControlEvent.MapStreamLost lost -> {
        if (!owner.isLoggedOut()) {
          log.info("lost the coordination server: {}", lost.reason());
        }
        contact.streamLost(from.status().lastMessage().orElse(now), now);
        supervisor.mesh().ifPresent(node -> node.controlConnected(false));
      }
      case ControlEvent.NetmapChanged changed ->
          owner.netmapChanged(changed.netmap(), changed.change());
      case ControlEvent.KeyExpired _ -> {
        log.info("the node key has expired");
        health.set(Condition.LOGIN, "The node key has expired; log in again with: meshd up", now);
        supervisor.close();
      }
      case ControlEvent.BrowserAsked asked -> bus.publish(Notify.ofLoginUrl(asked.url()));
      case ControlEvent.VersionKnown known ->
          log.debug("the server knows of version {}", known.version().latestVersion());
      case ControlEvent.LoggedOut _ -> log.debug("the login is gone");
    }
  }

  private void registered(ControlEvent.Registered registered) {
    contact.answered();
    login.reset();
    health.clear(Condition.LOGIN);
    var as = registered.login();
    owner.loggedInAs(as.id(), as.loginName(), as.displayName());
    bus.publish(Notify.ofLoginFinished());
  }

  private void rejected(ControlEvent.Rejected rejected, Instant now) {
    contact.answered();
    log.info("login refused: {}", rejected.reason());
    login.refused(rejected.terminal(), owner.hasNodeKey());
    if (rejected.terminal()) {
      bus.publish(Notify.error(rejected.reason()));
    }
    health.set(Condition.LOGIN, "Login refused: " + rejected.reason() + ".", now);
  }
}
