package dev.meshd.magicsock.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnEndpointsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Endpoint SEEN = Endpoint.parse("203.0.113.1:50001");
  private static final LocalAddressRules.Selection LOCAL =
      new LocalAddressRules.Selection(
          List.of(IpAddress.parse("10.0.0.5"), IpAddress.parse("2001:db8::5")),
          List.of(IpAddress.parse("127.0.0.1")));

  private final OwnEndpoints own = new OwnEndpoints();

  @Test
  void tellsLocalAddressesWithThePortOfTheSocket() {
    assertThat(own.onLocal(LOCAL, 41641)).isTrue();
    assertThat(told()).containsExactly("10.0.0.5:41641", "[2001:db8::5]:41641");
    assertThat(own.onLocal(LOCAL, 41641)).isFalse();
  }

  @Test
  void tellsMeasuredAddressesFirst() {
    own.onLocal(LOCAL, 41641);
    assertThat(own.onMeasured(List.of(SEEN), false, 0)).isTrue();
    assertThat(told()).first().isEqualTo("203.0.113.1:50001");
    assertThat(own.current().getFirst().type()).isEqualTo(EndpointType.STUN);
  }

  @Test
  void remembersAMeasuredAddressThroughAFailedMeasurement() {
    own.onMeasured(List.of(SEEN), false, 0);
    assertThat(own.onMeasured(List.of(), false, 300 * SECOND)).isFalse();
    assertThat(own.onMeasured(List.of(), false, 311 * SECOND)).isTrue();
    assertThat(told()).isEmpty();
  }

  @Test
  void keepsFewPortsOfOneAddress() {
    for (int port = 1; port <= 20; port++) {
      own.onMeasured(List.of(Endpoint.parse("203.0.113.1:" + port)), false, port);
    }
    assertThat(told()).hasSize(EndpointTracker.MAX_PER_ADDRESS).first().isEqualTo("203.0.113.1:20");
  }

  @Test
  void guessesAManualPortForwardBehindAHardNat() {
    own.onLocal(LOCAL, 41641);
    own.onMeasured(List.of(SEEN), true, 0);
    assertThat(own.current())
        .contains(
            new TypedEndpoint(Endpoint.parse("203.0.113.1:41641"), EndpointType.STUN_LOCAL_PORT));
  }

  @Test
  void tellsLoopbackOnlyWhenThereIsNothingElse() {
    LocalAddressRules.Selection loopbackOnly =
        new LocalAddressRules.Selection(List.of(), List.of(IpAddress.parse("127.0.0.1")));
    own.onLocal(loopbackOnly, 7);
    assertThat(told()).containsExactly("127.0.0.1:7");
    own.onMeasured(List.of(SEEN), false, 0);
    assertThat(told()).containsExactly("203.0.113.1:50001");
  }

  @Test
  void aRebindVoidsWhatWasMeasured() {
    own.onLocal(LOCAL, 41641);
    own.onMeasured(List.of(SEEN), false, 0);
    assertThat(own.isFresh(SECOND)).isTrue();
    assertThat(own.onRebind()).isTrue();
    assertThat(own.isFresh(SECOND)).isFalse();
    assertThat(told()).containsExactly("10.0.0.5:41641", "[2001:db8::5]:41641");
  }

  @Test
  void growsStaleAfterTwentySevenSeconds() {
    own.onMeasured(List.of(), false, 0);
    assertThat(own.isFresh(27 * SECOND)).isTrue();
    assertThat(own.isFresh(28 * SECOND)).isFalse();
  }

  private List<String> told() {
    return own.current().stream().map(entry -> entry.endpoint().toString()).toList();
  }
}
