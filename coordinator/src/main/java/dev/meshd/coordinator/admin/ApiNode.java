package dev.meshd.coordinator.admin;

import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.User;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node as the API shows it.
 *
 * @param name the host name the client sent
 * @param givenName the name on the network
 * @param user login name of the owner; {@code tagged-devices} for a node with tags
 * @param lastSeen null while online or never seen
 * @param expiry null when the key never ends
 */
public record ApiNode(
    String id,
    String machineKey,
    String nodeKey,
    String discoKey,
    List<String> ipAddresses,
    String name,
    String givenName,
    String user,
    boolean online,
    @Nullable String lastSeen,
    @Nullable String expiry,
    boolean expired,
    boolean ephemeral,
    String createdAt,
    String registerMethod,
    List<String> tags,
    int homeDerp,
    List<String> endpoints,
    String clientVersion,
    String os) {
  static ApiNode of(NodeRecord node, User owner, Instant now) {
    return new ApiNode(
        node.stableId(),
        node.machineKey().text(),
        node.nodeKey().text(),
        node.facts().discoKey().text(),
        node.addresses().all().stream().map(IpAddress::toString).toList(),
        node.label().hostname(),
        node.label().given(),
        owner.name(),
        node.presence().online(),
        node.presence().awaySince().map(Instant::toString).orElse(null),
        node.expiry().map(Instant::toString).orElse(null),
        node.isExpired(now),
        node.origin().ephemeral(),
        node.createdAt().toString(),
        node.origin().method().apiText(),
        node.owner().tags(),
        node.facts().homeDerp(),
        node.facts().endpoints().stream().map(Endpoint::toString).toList(),
        node.facts().hostinfo().ipnVersion(),
        node.facts().hostinfo().os());
  }
}
