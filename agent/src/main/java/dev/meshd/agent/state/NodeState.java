package dev.meshd.agent.state;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a node has to remember. Immutable; {@link StateStore} makes a change durable.
 *
 * @param machineKey identifies this machine to coordination servers; made once, never replaced
 * @param stateKey 32 bytes as hex; encrypts the other files of the state directory
 * @param nodeKey identifies the node in its network, absent when logged out
 * @param pendingNodeKey made for a login whose end is not known yet: the server may or may not know
 *     it, so the next login uses it again
 * @param discoKey the one peers were last told
 * @param serverKeys by server URL, the text of the public key it showed at first contact
 * @param login who is logged in, absent before the first successful login
 */
public record NodeState(
    MachinePrivateKey machineKey,
    StateKey stateKey,
    Optional<NodePrivateKey> nodeKey,
    Optional<NodePrivateKey> oldNodeKey,
    Optional<NodePrivateKey> pendingNodeKey,
    Optional<DiscoPrivateKey> discoKey,
    Map<String, String> serverKeys,
    Optional<Login> login,
    Prefs prefs) {

  public NodeState {
    serverKeys = Map.copyOf(serverKeys);
  }

  /**
   * Who this node belongs to.
   *
   * @param profileId 4 hex digits, chosen at the first login
   * @param nodeId stable ID given by the server, or empty while unknown
   * @param created RFC 3339
   */
  public record Login(
      String profileId,
      String nodeId,
      long userId,
      String loginName,
      String displayName,
      String domain,
      String created) {}

  /** The state of a machine that has never run a daemon: new keys and default prefs. */
  public static NodeState fresh() {
    return new NodeState(
        MachinePrivateKey.generate(),
        StateKey.generate(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Prefs.defaults());
  }

  public NodeState withPrefs(Prefs newPrefs) {
    return new NodeState(
        machineKey,
        stateKey,
        nodeKey,
        oldNodeKey,
        pendingNodeKey,
        discoKey,
        serverKeys,
        login,
        newPrefs);
  }

  /** The login has ended one way or the other: no key is pending any more. */
  public NodeState withNodeKeys(Optional<NodePrivateKey> key, Optional<NodePrivateKey> oldKey) {
    return new NodeState(
        machineKey, stateKey, key, oldKey, Optional.empty(), discoKey, serverKeys, login, prefs);
  }

  public NodeState withPendingNodeKey(NodePrivateKey key) {
    return new NodeState(
        machineKey,
        stateKey,
        nodeKey,
        oldNodeKey,
        Optional.of(key),
        discoKey,
        serverKeys,
        login,
        prefs);
  }

  public NodeState withDiscoKey(DiscoPrivateKey key) {
    return new NodeState(
        machineKey,
        stateKey,
        nodeKey,
        oldNodeKey,
        pendingNodeKey,
        Optional.of(key),
        serverKeys,
        login,
        prefs);
  }

  public NodeState withServerKey(String serverUrl, String key) {
    Map<String, String> keys = new HashMap<>(serverKeys);
    keys.put(serverUrl, key);
    return new NodeState(
        machineKey, stateKey, nodeKey, oldNodeKey, pendingNodeKey, discoKey, keys, login, prefs);
  }

  public NodeState withLogin(Optional<Login> newLogin) {
    return new NodeState(
        machineKey,
        stateKey,
        nodeKey,
        oldNodeKey,
        pendingNodeKey,
        discoKey,
        serverKeys,
        newLogin,
        prefs);
  }

  /** Names no key. */
  @Override
  public String toString() {
    return "NodeState["
        + machineKey.publicKey().shortText()
        + ", logged in: "
        + login.isPresent()
        + "]";
  }
}
