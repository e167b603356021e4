package dev.meshd.agent.node;

import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.client.RelayLatency;
import dev.meshd.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * The slow questions about relays: what addresses a name has, and how far a relay is when UDP does
 * not get through. Names are looked up on virtual threads, at most {@value #MAX_AT_ONCE} at once.
 *
 * <p>Distance is the time of one HTTPS request to the relay, so that something on the way that
 * accepts every connection is not taken for it.
 */
final class RelayProbes {
  private static final int MAX_AT_ONCE = 16;

  private final Semaphore slots = new Semaphore(MAX_AT_ONCE);
  private final DerpClientConfig relays;
  private final Answers answers;

  /** Where answers go; called on any thread. */
  interface Answers {
    void resolved(String host, List<IpAddress> addresses);

    void measured(int region, boolean overIpv6, OptionalLong roundTripNs);
  }

  RelayProbes(DerpClientConfig relays, Answers answers) {
    this.relays = relays;
    this.answers = answers;
  }

  void resolve(String host) {
    start(() -> answers.resolved(host, Arrays.stream(addresses(host)).map(IpAddress::of).toList()));
  }

  void measure(DerpRegion region) {
    var _ =
        RelayLatency.measure(relays, region)
            .whenComplete(
                (measured, failure) -> {
                  if (failure == null) {
                    answers.measured(
                        region.id(), measured.overIpv6(), OptionalLong.of(measured.nanos()));
                  } else {
                    answers.measured(region.id(), false, OptionalLong.empty());
                  }
                });
  }

  private static InetAddress[] addresses(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  private void start(Runnable question) {
    Thread.ofVirtual()
        .name("relay-probe")
        .start(
            () -> {
              slots.acquireUninterruptibly();
              try {
                question.run();
              } finally {
                slots.release();
              }
            });
  }
}
