package dev.meshd.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.cli.Meshd;
import dev.meshd.testkit.lab.NatKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoCommandTest {
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"1", "11", "-3", "many"})
  void refusesCountsItCannotShow(String peers) {
    assertThat(run("demo", "--peers", peers)).isEqualTo(Meshd.EXIT_USAGE);
    assertThat(err.toString()).contains("--peers").doesNotContain("\tat ");
  }

  @Test
  void namesTheRoutersItKnows() {
    assertThat(run("demo", "--nat", "symmetric")).isEqualTo(Meshd.EXIT_USAGE);
    assertThat(err.toString())
        .contains("none, easy, hard, address-only, full-cone, double, udp-blocked");
  }

  @ParameterizedTest
  @EnumSource
  void knowsEveryRouterByTheNameItShows(NatKind nat) {
    assertThat(new DemoCommand.NatKindOption().convert(nat.toString())).isEqualTo(nat);
  }

  @Test
  void expectsADirectPathWhereRoutersAllowOne() {
    assertThat(new DemoOptions(2, NatKind.EASY, false, false).directPathExists()).isTrue();
    assertThat(new DemoOptions(2, NatKind.HARD, false, false).directPathExists()).isFalse();
    assertThat(new DemoOptions(2, NatKind.HARD, true, false).directPathExists()).isTrue();
    assertThat(new DemoOptions(2, NatKind.UDP_BLOCKED, true, false).directPathExists()).isFalse();
  }

  private int run(String... arguments) {
    return Meshd.run(
        new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), arguments);
  }
}
