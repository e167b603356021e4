package dev.meshd.coordinator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.SecureRandomSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AuthKeySecretTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final AuthKeySecret secret = AuthKeySecret.generate(SecureRandomSource.system());

  @Test
  void textFindsItsOwnHashOnly() {
    AuthKeySecret read = AuthKeySecret.parse(" " + secret.reveal() + "\n").orElseThrow();
    AuthKeySecret other = AuthKeySecret.generate(SecureRandomSource.system());
    PreAuthKey stored = stored(secret, false, false, Optional.empty(), Optional.empty());
    assertThat(read.prefix()).isEqualTo(secret.prefix());
    assertThat(read.matches(stored)).isTrue();
    assertThat(other.matches(stored)).isFalse();
  }

  @Test
  void storedFormAndPrintedFormHoldNoSecret() {
    String secretPart = secret.reveal().substring(secret.reveal().length() - 64);
    PreAuthKey stored = stored(secret, false, false, Optional.empty(), Optional.empty());
    assertThat(stored.toString()).doesNotContain(secretPart);
    assertThat(stored.shownForm()).doesNotContain(secretPart);
    assertThat(secret.toString()).doesNotContain(secretPart);
  }

  @Property
  void anyOtherTextIsNoKey(@ForAll String text) {
    assertThat(AuthKeySecret.parse(text)).isEmpty();
  }

  @Test
  void keysAreRefusedInTheWordsClientsShow() {
    Optional<Instant> never = Optional.empty();
    Optional<Instant> past = Optional.of(NOW.minusSeconds(1));
    Optional<Instant> future = Optional.of(NOW.plusSeconds(1));
    assertThat(stored(secret, false, false, never, never).refusal(NOW)).isEmpty();
    assertThat(stored(secret, true, true, future, never).refusal(NOW)).isEmpty();
    assertThat(stored(secret, false, true, never, never).refusal(NOW))
        .contains("authkey already used");
    assertThat(stored(secret, false, false, past, never).refusal(NOW)).contains("authkey expired");
    assertThat(stored(secret, false, false, Optional.of(NOW), never).refusal(NOW))
        .contains("authkey expired");
    assertThat(stored(secret, true, false, future, past).refusal(NOW)).contains("authkey revoked");
  }

  private static PreAuthKey stored(
      AuthKeySecret secret,
      boolean reusable,
      boolean used,
      Optional<Instant> expires,
      Optional<Instant> revoked) {
    return new PreAuthKey(
        1,
        secret.prefix(),
        secret.secretHash(),
        OptionalLong.of(1),
        reusable,
        false,
        used,
        List.of(),
        NOW,
        expires,
        revoked);
  }
}
