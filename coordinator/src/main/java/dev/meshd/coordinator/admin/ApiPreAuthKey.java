package dev.meshd.coordinator.admin;

import dev.meshd.coordinator.domain.PreAuthKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pre-auth key as the API shows it.
 *
 * @param key the whole key in the answer to its creation, its public beginning ever after
 * @param user name of the owner; null for a key with tags alone
 * @param expiration null for a key without end
 * @param refusal why it admits nobody any more; null while it does
 */
public record ApiPreAuthKey(
    String id,
    String key,
    @Nullable String user,
    boolean reusable,
    boolean ephemeral,
    boolean used,
    List<String> aclTags,
    String createdAt,
    @Nullable String expiration,
    @Nullable String refusal) {
  static ApiPreAuthKey of(PreAuthKey key, String text, Optional<String> userName, Instant now) {
    return new ApiPreAuthKey(
        Long.toString(key.id()),
        text,
        userName.orElse(null),
        key.reusable(),
        key.ephemeral(),
        key.used(),
        key.tags(),
        key.createdAt().toString(),
        key.expiresAt().map(Instant::toString).orElse(null),
        key.refusal(now).orElse(null));
  }
}
