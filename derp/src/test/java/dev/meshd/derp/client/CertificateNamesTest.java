package dev.meshd.derp.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNamesTest {

  @ParameterizedTest
  @CsvSource({
    "relay.example, relay.example, true",
    "Relay.Example., relay.example, true",
    "relay.example, other.example, false",
    "*.example.org, relay.example.org, true",
    "*.example.org, a.b.example.org, false",
    "*.example.org, example.org, false",
    "*.org, example.org, false",
    "*, example, false",
    "*., example, false",
    "r*.example.org, relay.example.org, false",
    "'', '', false"
  })
  void wildcardsStandForOneLeftmostLabel(String pattern, String host, boolean matches) {
    assertThat(CertificateNames.matchesDnsName(pattern, host)).isEqualTo(matches);
  }
}
