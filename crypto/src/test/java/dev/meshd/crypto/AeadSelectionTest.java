package dev.meshd.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AeadSelectionTest {
  @Test
  void prefersOpenSslWhereItWorks() {
    AeadSelection chosen = AeadSelection.choose(Optional.empty());
    assertThat(chosen.engine())
        .isEqualTo(AeadEngine.OPENSSL.isPresent() ? AeadEngine.OPENSSL : AeadEngine.JCA);
    assertThat(chosen.reason()).contains("libcrypto.so.3");
  }

  @Test
  void obeysTheProperty() {
    assertThat(AeadSelection.choose(Optional.of("jca")).engine()).isEqualTo(AeadEngine.JCA);
    AeadEngineTest.assumePresent(AeadEngine.OPENSSL);
    assertThat(AeadSelection.choose(Optional.of("openssl")).engine()).isEqualTo(AeadEngine.OPENSSL);
  }

  @Test
  void namesTheEnginesWhenTheForcedOneIsUnknown() {
    assertThatThrownBy(() -> AeadSelection.choose(Optional.of("fast")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("-Dmeshd.aead=fast: the engines are jca and openssl");
  }

  @Test
  void everyPresentEnginePassesItsSelfTest() {
    for (AeadEngine engine : AeadEngine.values()) {
      if (engine.isPresent()) {
        assertThat(AeadSelfTest.failure(engine)).isEmpty();
      }
    }
  }
}
