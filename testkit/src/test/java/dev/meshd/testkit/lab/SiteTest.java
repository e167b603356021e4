package dev.meshd.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SiteTest {
  @Test
  void hasAFamily() {
    assertThat(Site.open().ipv4Only().ipv6()).isFalse();
    assertThat(Site.open().ipv6Only().ipv4()).isFalse();
    assertThatThrownBy(() -> new Site(NatKind.NONE, false, false, 1500))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void carriesWhatIpv6Demands() {
    assertThat(Site.open().withMtu(1280).mtuBytes()).isEqualTo(1280);
    assertThatThrownBy(() -> Site.open().withMtu(1279))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
