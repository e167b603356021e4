package dev.meshd.coordinator.domain;

import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A node of the network. Identity is the pair of machine key and owner: a new node key of the same
 * pair is a rotation of this record, another owner on the same machine is another record.
 * Immutable.
 *
 * @param id positive, never used again
 * @param machineKey the device, proven by the Noise channel
 * @param nodeKey the current login, bound to {@code machineKey}
 * @param expiry when the node key ends; empty for never
 */
public record NodeRecord(
    long id,
    MachineKey machineKey,
    NodeKey nodeKey,
    Owner owner,
    NodeLabel label,
    NodeAddresses addresses,
    Origin origin,
    Instant createdAt,
    Optional<Instant> expiry,
    NodeFacts facts,
    Presence presence) {

  /** True once {@code now} has reached the expiry. */
  public boolean isExpired(Instant now) {
    return expiry.isPresent() && !expiry.get().isAfter(now);
  }

  /** The id clients persist: decimal. */
  public String stableId() {
    return Long.toString(id);
  }

  public NodeRecord withId(long newId) {
    return new NodeRecord(
        newId,
        machineKey,
        nodeKey,
        owner,
        label,
        addresses,
        origin,
        createdAt,
        expiry,
        facts,
        presence);
  }

  /** A new login of the same device and owner. */
  public NodeRecord withLogin(NodeKey newKey, Origin newOrigin, Optional<Instant> newExpiry) {
    return new NodeRecord(
        id,
        machineKey,
        newKey,
        owner,
        label,
        addresses,
        newOrigin,
        createdAt,
        newExpiry,
        facts,
        presence);
  }

  public NodeRecord withOwner(Owner newOwner) {
    return new NodeRecord(
        id,
        machineKey,
        nodeKey,
        newOwner,
        label,
        addresses,
        origin,
        createdAt,
        expiry,
        facts,
        presence);
  }

  public NodeRecord withLabel(NodeLabel newLabel) {
    return new NodeRecord(
        id,
        machineKey,
        nodeKey,
        owner,
        newLabel,
        addresses,
        origin,
        createdAt,
        expiry,
        facts,
        presence);
  }

  public NodeRecord withExpiry(Optional<Instant> newExpiry) {
    return new NodeRecord(
        id,
        machineKey,
        nodeKey,
        owner,
        label,
        addresses,
        origin,
        createdAt,
        newExpiry,
        facts,
        presence);
  }

  public NodeRecord withFacts(NodeFacts newFacts) {
    return new NodeRecord(
        id,
        machineKey,
        nodeKey,
        owner,
        label,
        addresses,
        origin,
        createdAt,
        expiry,
        newFacts,
        presence);
  }

  public NodeRecord withPresence(Presence newPresence) {
    return new NodeRecord(
        id,
        machineKey,
        nodeKey,
        owner,
        label,
        addresses,
        origin,
        createdAt,
        expiry,
        facts,
        newPresence);
  }
}
