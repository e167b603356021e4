package dev.meshd.engine.filter;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the UDP and SCTP flows that this node opened, so that replies are let in without a
 * rule.
 *
 * <p>A flow is kept as the reply will look: source is the remote end. The table holds at most
 * {@value #CAPACITY} flows in sets of {@value #WAYS}; a new flow takes the place of the one in its
 * set that was idle longest. Only packets this node sends create flows, so a stranger cannot push
 * flows out. Flows have no timeout, as in the reference.
 *
 * <p>The sealing thread notes and the opening thread asks at the same time, without a lock: a flow
 * is an immutable object behind an atomic reference, except for the time of its last use, where
 * losing a write to a race only ages the flow a little. Allocates once per new flow, never per
 * packet.
 */
final class FlowTable {
  static final int WAYS = 8;
  static final int SETS = 256;
  static final int CAPACITY = WAYS * SETS;

  /** Refreshing more often than this would only cost cache traffic between the two threads. */
  private static final long REFRESH_NS = 100_000_000L;

  private final AtomicReferenceArray<@Nullable Flow> flows = new AtomicReferenceArray<>(CAPACITY);

  private static final class Flow {
    private final int protocolAndPorts;
    private final int protocol;
    private final long sourceHigh;
    private final long sourceLow;
    private final long destinationHigh;
    private final long destinationLow;
    private volatile long lastUsedNs;

    Flow(int protocol, int ports, PacketFacts sent, long nowNs) {
      this.protocol = protocol;
      protocolAndPorts = ports;
      sourceHigh = sent.destinationHigh;
      sourceLow = sent.destinationLow;
      destinationHigh = sent.sourceHigh;
      destinationLow = sent.sourceLow;
      lastUsedNs = nowNs;
    }

    boolean isSame(int otherProtocol, int ports, long sh, long sl, long dh, long dl) {
      return protocolAndPorts == ports
          && protocol == otherProtocol
          && sourceLow == sl
          && destinationLow == dl
          && sourceHigh == sh
          && destinationHigh == dh;
    }

    void use(long nowNs) {
      if (nowNs - lastUsedNs > REFRESH_NS) {
        lastUsedNs = nowNs;
      }
    }
  }

  /** Notes a packet that this node sends. */
  void noteSent(PacketFacts sent, long nowNs) {
    int ports = sent.destinationPort << 16 | sent.sourcePort;
    int protocol = key(sent);
    int set =
        setOf(
            protocol,
            ports,
            sent.destinationHigh,
            sent.destinationLow,
            sent.sourceHigh,
            sent.sourceLow);
    int victim = set;
    long victimIdleNs = Long.MIN_VALUE;
    for (int i = set; i < set + WAYS; i++) {
      Flow flow = flows.getAcquire(i);
      if (flow == null) {
        victim = i;
        break;
      }
      if (flow.isSame(
          protocol,
          ports,
          sent.destinationHigh,
          sent.destinationLow,
          sent.sourceHigh,
          sent.sourceLow)) {
        flow.use(nowNs);
        return;
      }
      long idleNs = nowNs - flow.lastUsedNs;
      if (idleNs > victimIdleNs) {
        victim = i;
        victimIdleNs = idleNs;
      }
    }
    flows.setRelease(victim, new Flow(protocol, ports, sent, nowNs));
  }

  /** Whether a packet that arrived answers one that was sent; keeps its flow young. */
  boolean isReply(PacketFacts received, long nowNs) {
    int ports = received.sourcePort << 16 | received.destinationPort;
    int protocol = key(received);
    int set =
        setOf(
            protocol,
            ports,
            received.sourceHigh,
            received.sourceLow,
            received.destinationHigh,
            received.destinationLow);
    for (int i = set; i < set + WAYS; i++) {
      Flow flow = flows.getAcquire(i);
      if (flow == null) {
        return false;
      }
      if (flow.isSame(
          protocol,
          ports,
          received.sourceHigh,
          received.sourceLow,
          received.destinationHigh,
          received.destinationLow)) {
        flow.use(nowNs);
        return true;
      }
    }
    return false;
  }

  void clear() {
    for (int i = 0; i < CAPACITY; i++) {
      flows.setRelease(i, null);
    }
  }

  /** Family and protocol: an IPv4 address must not be taken for the IPv6 one of equal value. */
  private static int key(PacketFacts packet) {
    return packet.version << 8 | packet.protocol;
  }

  /** The first slot of the set that the flow belongs to. */
  private static int setOf(int protocol, int ports, long sh, long sl, long dh, long dl) {
    long hash = ports * 0x9e3779b97f4a7c15L + protocol;
    hash = (hash ^ sl) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ sh ^ hash >>> 31) * 0x94d049bb133111ebL;
    hash = (hash ^ dl ^ hash >>> 29) * 0x9e3779b97f4a7c15L;
    hash = (hash ^ dh ^ hash >>> 32) * 0xbf58476d1ce4e5b9L;
    return (int) (hash >>> 56) * WAYS;
  }
}
