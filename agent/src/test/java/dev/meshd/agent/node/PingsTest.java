package dev.meshd.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.engine.PingResult;
import dev.meshd.packet.Endpoint;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class PingsTest {
  private final Pings pings = new Pings();

  @Test
  void bringsTheAnswerToWhoAsked() throws Exception {
    PingResult[] sent = new PingResult[1];
    var answer =
        pings.ping(
            request -> {
              sent[0] = answerTo(request);
              pings.answered(answerTo(request + 1)); // somebody else's
              pings.answered(sent[0]);
            },
            Duration.ofSeconds(5));
    assertThat(answer).contains(sent[0]);
  }

  @Test
  void tellsAnUnknownPeerFromASilentOne() throws Exception {
    assertThat(pings.ping(pings::refused, Duration.ofSeconds(5))).isEmpty();
    assertThatThrownBy(() -> pings.ping(request -> {}, Duration.ofMillis(1)))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void aLateAnswerIsNobodys() {
    long[] late = new long[1];
    assertThatThrownBy(() -> pings.ping(request -> late[0] = request, Duration.ofMillis(1)))
        .isInstanceOf(TimeoutException.class);
    pings.answered(answerTo(late[0]));
  }

  private static PingResult answerTo(long request) {
    return new PingResult(
        request, NodePrivateKey.generate().publicKey(), Endpoint.parse("192.0.2.1:1"), 1);
  }
}
