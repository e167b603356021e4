package dev.meshd.agent.localapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaskedPrefsTest {
  @Test
  void appliesOnlyMarkedFields() throws Exception {
    Prefs edited =
        edit(
            "{\"WantRunning\":true,\"WantRunningSet\":true,\"RouteAll\":true,\"Hostname\":\"x\",\"HostnameSet\":false}");
    assertThat(edited.wantRunning()).isTrue();
    assertThat(edited.routeAll()).isFalse();
    assertThat(edited.hostname()).isEmpty();
    assertThat(edited.corpDns()).isTrue();
  }

  @Test
  void aMarkWithoutValueMeansTheZeroValue() throws Exception {
    assertThat(edit("{\"CorpDNSSet\":true}").corpDns()).isFalse();
  }

  @Test
  void marksInsideAnObjectAreOnePerMember() throws Exception {
    Prefs edited =
        edit(
            "{\"AutoUpdate\":{\"Check\":false,\"Apply\":true},\"AutoUpdateSet\":{\"ApplySet\":true}}");
    assertThat(edited.autoUpdate()).isEqualTo(new Prefs.AutoUpdate(true, true));
  }

  @Test
  void internalFieldsCannotBeSet() {
    assertThatThrownBy(
            () -> edit("{\"InternalExitNodePrior\":\"n\",\"InternalExitNodePriorSet\":true}"))
        .isInstanceOf(PrefsException.class)
        .hasMessage("can't set Internal fields");
  }

  @Test
  void choosingAnExitNodeEndsTheAutomaticChoice() throws Exception {
    Prefs auto = MaskedPrefs.none().with("AutoExitNode", "any").applyTo(Prefs.defaults());
    assertThat(MaskedPrefs.none().with("ExitNodeIP", "100.64.0.9").applyTo(auto).autoExitNode())
        .isEmpty();
  }

  @Test
  void valuesOfAWrongTypeAreRefused() {
    assertThatThrownBy(() -> edit("{\"NetfilterMode\":{\"a\":1},\"NetfilterModeSet\":true}"))
        .isInstanceOf(PrefsException.class)
        .hasMessageStartingWith("malformed prefs");
    assertThatThrownBy(() -> MaskedPrefs.of(Json.parse("[1]".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(PrefsException.class);
  }

  @Test
  void prefsSurviveTheirJson() throws Exception {
    Prefs prefs =
        MaskedPrefs.none()
            .with("AdvertiseRoutes", List.of("10.0.0.0/8"))
            .with("Sync", true)
            .with("RelayServerPort", 0)
            .applyTo(Prefs.defaults());
    assertThat(Json.read(Json.bytes(prefs), Prefs.class)).isEqualTo(prefs);
    assertThat(Json.tree(Prefs.defaults()).has("RelayServerPort")).isFalse();
    assertThat(Json.tree(Prefs.defaults()).path("NoStatefulFiltering").asBoolean()).isTrue();
    assertThat(Json.tree(Prefs.defaults()).path("Sync").isNull()).isTrue();
  }

  private static Prefs edit(String json) throws Exception {
    return MaskedPrefs.of(Json.parse(json.getBytes(StandardCharsets.UTF_8)))
        .applyTo(Prefs.defaults());
  }
}
