package dev.meshd.testkit.sim;

import dev.meshd.packet.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stateful IPv6 firewall: translates nothing, and lets in only answers to what went out, from the
 * very address and port it went to.
 */
final class SimFirewall implements Gateway {

  private record Flow(Endpoint inside, Endpoint outside) {}

  private final long timeoutNs;
  private final Map<Flow, Long> lastSentNs = new HashMap<>();

  SimFirewall(long timeoutNs) {
    this.timeoutNs = timeoutNs;
  }

  @Override
  public Endpoint outbound(Endpoint from, Endpoint to, long nowNs) {
    lastSentNs.put(new Flow(from, to), nowNs);
    return from;
  }

  @Override
  public Optional<Endpoint> inbound(Endpoint from, Endpoint to, long nowNs) {
    Long sentNs = lastSentNs.get(new Flow(to, from));
    return sentNs != null && nowNs - sentNs < timeoutNs ? Optional.of(to) : Optional.empty();
  }

  @Override
  public void flush() {
    lastSentNs.clear();
  }

  @Override
  public int size() {
    return lastSentNs.size();
  }
}
