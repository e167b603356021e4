package dev.meshd.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rules say; what they do is tested end to end. */
class NatKindRulesTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyRouterTranslatesAndDropsWhatWasNotAskedFor(NatKind nat) {
    assertThat(nat.homeRules("192.168.11.2"))
        .contains("masquerade")
        .contains("iifname \"wan\" drop")
        .doesNotContain("%s");
  }

  @Test
  void onlyHardRoutersChoosePortsAtRandom() {
    assertThat(NatKind.HARD.homeRules("192.168.11.2")).contains("fully-random");
    assertThat(NatKind.EASY.homeRules("192.168.11.2")).doesNotContain("random");
    assertThat(NatKind.carrierRules()).doesNotContain("random");
  }

  @Test
  void noneHasNoRouter() {
    assertThatThrownBy(() -> NatKind.NONE.homeRules("192.168.11.2"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesAreWrittenWithHyphens() {
    assertThat(NatKind.ADDRESS_ONLY).hasToString("address-only");
  }
}
