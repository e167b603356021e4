package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.AuthKeySecret;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.PreAuthKey;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.crypto.SecureRandomSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Pre-auth keys. Nothing is kept in memory: they are asked for rarely. Owned by the coordinator
 * loop.
 */
public final class KeyRing {
  private final Database database;
  private final InstantSource clock;
  private final SecureRandomSource random;

  public KeyRing(Database database, InstantSource clock, SecureRandomSource random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /** A stored key and its secret, which exists only here and now. */
  public record IssuedKey(PreAuthKey key, AuthKeySecret secret) {}

  /**
   * Makes a key.
   *
   * @param userId owner of its nodes; may be absent only with tags
   * @param lifetime zero for a key without end
   */
  public IssuedKey issue(
      OptionalLong userId,
      boolean reusable,
      boolean ephemeral,
      List<String> tags,
      Duration lifetime) {
    if (userId.isEmpty() && tags.isEmpty()) {
      throw RefusedException.badInput("a key needs a user or tags");
    }
    for (String tag : tags) {
      if (!Owner.isValidTag(tag)) {
        throw RefusedException.badInput(
            "'" + tag + "' is not a tag: 'tag:' and a letter, then letters, digits and dashes");
      }
    }
    Instant now = clock.instant();
    AuthKeySecret secret = AuthKeySecret.generate(random);
    PreAuthKey key =
        new PreAuthKey(
            0,
            secret.prefix(),
            secret.secretHash(),
            userId,
            reusable,
            ephemeral,
            false,
            tags.stream().distinct().sorted().toList(),
            now,
            lifetime.isZero() ? Optional.empty() : Optional.of(now.plus(lifetime)),
            Optional.empty());
    return new IssuedKey(database.inTransaction(tx -> tx.preAuthKeys().insert(key)), secret);
  }

  public List<PreAuthKey> all() {
    return database.inTransaction(tx -> tx.preAuthKeys().all());
  }

  /** The key whose full text is {@code text}; empty for a wrong secret as for an unknown key. */
  public Optional<PreAuthKey> find(String text) {
    return AuthKeySecret.parse(text)
        .flatMap(
            secret ->
                database
                    .inTransaction(tx -> tx.preAuthKeys().byPrefix(secret.prefix()))
                    .filter(secret::matches));
  }

  /** Ends a key at once; it stays in the list. */
  public void expire(long id) {
    if (!database.inTransaction(tx -> tx.preAuthKeys().revoke(id, clock.instant()))) {
      throw noSuchKey(id);
    }
  }

  public void delete(long id) {
    if (!database.inTransaction(tx -> tx.preAuthKeys().delete(id))) {
      throw noSuchKey(id);
    }
  }

  private static RefusedException noSuchKey(long id) {
    return RefusedException.notFound("there is no pre-auth key " + id);
  }
}
