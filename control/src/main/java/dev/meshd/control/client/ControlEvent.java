package dev.meshd.control.client;

import dev.meshd.control.model.ClientVersion;
import dev.meshd.control.model.Login;
import dev.meshd.control.model.User;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.session.NetmapChange;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodePrivateKey;
import java.util.Optional;

/** What a {@link ControlClient} tells its owner. */
public sealed interface ControlEvent {
  /** First contact: this is the server's key. To be kept; a different one later is an error. */
  record ServerKeyPinned(MachineKey key) implements ControlEvent {}

  /**
   * The server knows us under this node key. To be kept before returning: the map stream starts
   * next. The keys belong to the listener from here on.
   */
  record NodeKeyCommitted(NodePrivateKey key, Optional<NodePrivateKey> oldKey)
      implements ControlEvent {}

  /** We are registered; {@code machineAuthorized} is informational. */
  record Registered(User user, Login login, boolean machineAuthorized) implements ControlEvent {}

  /**
   * Somebody has to visit {@code url} to let us in. Comes again when the server gives another one.
   */
  record LoginNeeded(String url) implements ControlEvent {}

  /**
   * The server refuses us.
   *
   * @param reason one sentence for the user
   * @param terminal whether the client has given up until the next {@link ControlClient#login}
   */
  record Rejected(String reason, boolean terminal) implements ControlEvent {}

  /**
   * The server cannot be used right now; the client goes on trying. {@code reason} is one sentence
   * for the user.
   */
  record Unreachable(String reason) implements ControlEvent {}

  /** The map stream is open; the first map follows. */
  record MapStreamOpened(String via) implements ControlEvent {}

  /** The map stream ended; the client goes on trying. */
  record MapStreamLost(String reason) implements ControlEvent {}

  /** The network map is another one. */
  record NetmapChanged(Netmap netmap, NetmapChange change) implements ControlEvent {}

  /** Our node key has expired: a login with a new key is needed. Comes once per expiry. */
  record KeyExpired() implements ControlEvent {}

  /** The server wants the user to visit a page. */
  record BrowserAsked(String url) implements ControlEvent {}

  /** What the server knows about newer versions. */
  record VersionKnown(ClientVersion version) implements ControlEvent {}

  /** We are logged out: node keys and user are to be forgotten, the machine key stays. */
  record LoggedOut() implements ControlEvent {}
}
