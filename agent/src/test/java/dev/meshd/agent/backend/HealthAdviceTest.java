package dev.meshd.agent.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthAdviceTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path proc;
  private Path v4;
  private Path v6;
  private final HealthConditions health = new HealthConditions(all -> {});
  private HealthAdvice advice;

  @BeforeEach
  void open() throws IOException {
    v4 = Files.writeString(proc.resolve("v4"), "0\n");
    v6 = Files.writeString(proc.resolve("v6"), "0\n");
    advice = new HealthAdvice(health, v4, v6);
  }

  @Test
  void routesNeedAKernelThatForwards() throws Exception {
    advice.look(offering("10.1.0.0/16"), Optional.empty(), NOON);
    assertThat(health.texts()).singleElement().asString().contains("net.ipv4.ip_forward=1");
    Files.writeString(v4, "1\n");
    advice.look(offering("10.1.0.0/16"), Optional.empty(), NOON);
    assertThat(health.texts()).isEmpty();
  }

  @Test
  void eachFamilyHasItsOwnSwitch() throws Exception {
    advice.look(offering("fd00:1::/64"), Optional.empty(), NOON);
    assertThat(health.texts())
        .singleElement()
        .asString()
        .contains("net.ipv6.conf.all.forwarding=1");
    Files.writeString(v6, "1\n");
    advice.look(offering("fd00:1::/64"), Optional.empty(), NOON);
    assertThat(health.texts()).isEmpty();
  }

  @Test
  void nothingIsSaidToAHostWithoutRoutesOrWhereItCannotBeKnown() throws Exception {
    advice.look(Prefs.defaults(), Optional.empty(), NOON);
    Files.delete(v4);
    advice.look(offering("10.1.0.0/16"), Optional.empty(), NOON);
    assertThat(health.texts()).isEmpty();
  }

  private static Prefs offering(String route) throws PrefsException {
    return MaskedPrefs.none().with("AdvertiseRoutes", List.of(route)).applyTo(Prefs.defaults());
  }
}
