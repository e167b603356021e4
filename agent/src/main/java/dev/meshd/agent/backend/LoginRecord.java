package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.state.NodeState;
import dev.meshd.control.session.Netmap;
import dev.meshd.crypto.SecureRandomSource;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Writes down who is logged in. Stateless. */
final class LoginRecord {
  private LoginRecord() {}

  /**
   * The login as it is known now; profile and time of creation stay those of the first.
   *
   * @param map absent before the first map of a login
   */
  static NodeState.Login of(
      Optional<NodeState.Login> known,
      Optional<Netmap> map,
      long userId,
      String loginName,
      String displayName) {
    return new NodeState.Login(
        known.map(NodeState.Login::profileId).orElseGet(LoginRecord::newProfileId),
        map.map(m -> m.self().stableId()).or(() -> known.map(NodeState.Login::nodeId)).orElse(""),
        userId,
        loginName,
        displayName,
        map.map(Netmap::domain).or(() -> known.map(NodeState.Login::domain)).orElse(""),
        known.map(NodeState.Login::created).orElseGet(() -> Json.time(Instant.now())));
  }

  private static String newProfileId() {
    byte[] bytes = new byte[2];
    SecureRandomSource.system().fill(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
