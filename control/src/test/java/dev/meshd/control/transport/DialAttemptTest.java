package dev.meshd.control.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialAttemptTest {
  @ParameterizedTest
  @CsvSource({
    "https://h.example,            http://h.example:80 https://h.example:443",
    "https://h.example:8443/,      http://h.example:80 https://h.example:8443",
    "http://h.example,             http://h.example:80 https://h.example:443",
    "http://h.example:8080,        http://h.example:8080 https://h.example:443",
    "http://localhost:8080,        http://localhost:8080",
    "http://127.0.0.1,             http://127.0.0.1:80",
    "http://10.1.2.3:99,           http://10.1.2.3:99",
    "http://[fd00::1]:99,          http://[fd00::1]:99",
    "http://203.0.113.1:99,        http://203.0.113.1:99 https://203.0.113.1:443",
  })
  void waysFollowTheRules(String url, String ways) {
    var attempts = DialAttempt.forUrl(ServerUrl.parse(url), false);
    assertThat(attempts).extracting(DialAttempt::toString).containsExactly(ways.strip().split(" "));
    assertThat(attempts.get(0).delayMs()).isZero();
    assertThat(attempts).filteredOn(DialAttempt::tls).allMatch(attempt -> attempt.delayMs() == 500);
  }

  @Test
  void afterARecentDialHttpsGoesFirst() {
    var attempts = DialAttempt.forUrl(ServerUrl.parse("http://h.example:8080"), true);
    assertThat(attempts)
        .extracting(DialAttempt::toString)
        .containsExactly("https://h.example:443", "http://h.example:8080");
    assertThat(attempts).extracting(DialAttempt::delayMs).containsExactly(0L, 500L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h.example",
        "ftp://h",
        "http://",
        "http://h?x=1",
        "http://u@h",
        "http://h h",
        "https://h#f"
      })
  void anUnusableUrlIsRefusedInOneSentence(String url) {
    assertThatThrownBy(() -> ServerUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the server URL \"" + url + "\"");
  }

  @Test
  void urlKeepsPortAndPath() {
    ServerUrl url = ServerUrl.parse("HTTPS://H.Example:8443/base/");
    assertThat(url.toString()).isEqualTo("https://h.example:8443/base");
    assertThat(url.authority()).isEqualTo("h.example:8443");
    assertThat(url.basePath()).isEqualTo("/base");
  }
}
