package dev.meshd.agent.backend;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PrefsRulesTest {
  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("ControlURL", "not a url"),
        Arguments.of("ControlURL", "ftp://x"),
        Arguments.of("Hostname", "a b"),
        Arguments.of("Hostname", "-a"),
        Arguments.of("Hostname", "a".repeat(64)),
        Arguments.of("AdvertiseRoutes", List.of("10.0.0.1/8")),
        Arguments.of("AdvertiseRoutes", List.of("ten")),
        Arguments.of("AdvertiseTags", List.of("server")),
        Arguments.of("AdvertiseTags", List.of("tag:")));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void refusesWithTheValueInTheSentence(String field, Object value) throws Exception {
    Prefs prefs = MaskedPrefs.none().with(field, value).applyTo(Prefs.defaults());
    String shown =
        value instanceof List<?> list ? String.valueOf(list.getFirst()) : value.toString();
    assertThatThrownBy(() -> PrefsRules.check(prefs))
        .isInstanceOf(PrefsException.class)
        .hasMessageContaining(shown);
  }

  @Test
  void acceptsOrdinaryPrefs() throws Exception {
    Prefs prefs =
        MaskedPrefs.none()
            .with("ControlURL", "https://headscale.example.com")
            .with("Hostname", "box-1")
            .with("AdvertiseRoutes", List.of("10.0.0.0/8", "0.0.0.0/0", "::/0"))
            .with("AdvertiseTags", List.of("tag:server"))
            .applyTo(Prefs.defaults());
    assertThatCode(() -> PrefsRules.check(prefs)).doesNotThrowAnyException();
    assertThatCode(() -> PrefsRules.check(Prefs.defaults())).doesNotThrowAnyException();
  }

  @Test
  void nobodyOffersAndUsesAnExitNode() throws Exception {
    Prefs prefs =
        MaskedPrefs.none()
            .with("AdvertiseRoutes", List.of("::/0"))
            .with("ExitNodeID", "n")
            .applyTo(Prefs.defaults());
    assertThatThrownBy(() -> PrefsRules.check(prefs)).hasMessageContaining("exit node");
  }
}
