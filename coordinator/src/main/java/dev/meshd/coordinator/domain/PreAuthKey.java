package dev.meshd.coordinator.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A key that admits nodes without a person. Only a hash of the secret is kept. Immutable.
 *
 * @param prefix public part, unique; finds the key
 * @param secretHash hex SHA-256 of the secret part
 * @param userId the owner of the nodes it makes; with tags, only who asked for it
 * @param reusable may admit any number of nodes
 * @param ephemeral its nodes are deleted when they stay away
 * @param used has admitted a node
 * @param tags given to its nodes; then they belong to no user
 */
public record PreAuthKey(
    long id,
    String prefix,
    String secretHash,
    OptionalLong userId,
    boolean reusable,
    boolean ephemeral,
    boolean used,
    List<String> tags,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt) {

  public PreAuthKey {
    tags = List.copyOf(tags);
  }

  /** Why the key admits nobody at {@code now}, in the words clients show; empty when it does. */
  public Optional<String> refusal(Instant now) {
    if (revokedAt.isPresent()) {
      return Optional.of("authkey revoked");
    }
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
      return Optional.of("authkey expired");
    }
    return used && !reusable ? Optional.of("authkey already used") : Optional.empty();
  }

  /** The owner of nodes admitted by this key. */
  public Owner owner() {
    return tags.isEmpty() ? new Owner.OfUser(userId.orElseThrow()) : new Owner.Tagged(tags);
  }

  /** The public beginning of the key, enough to tell keys apart in a list. */
  public String shownForm() {
    return AuthKeySecret.HEAD + prefix + "-***";
  }
}
