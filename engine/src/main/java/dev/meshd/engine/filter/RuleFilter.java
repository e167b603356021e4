package dev.meshd.engine.filter;

import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.TcpView;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The packet filter of a mesh node: what the server's rules accept, plus the answers to what this
 * node sent (tailscale: wgengine/filter/filter.go).
 *
 * <p>Both directions first drop what is not sound IP and what is addressed to multicast or
 * link-local addresses, and let later fragments pass, which are useless without their first one.
 * Outbound, everything else passes and UDP and SCTP flows are noted. Inbound, in this order:
 *
 * <ol>
 *   <li>The destination must be ours: an own address or one in an advertised route.
 *   <li>ICMP replies and errors pass; other ICMP if any rule joins the two addresses.
 *   <li>TCP that does not open a connection passes: without a connection the host answers with a
 *       reset. Opening one needs a rule.
 *   <li>UDP and SCTP pass as replies to a noted flow, or by a rule.
 *   <li>TSMP, the reference client's in-tunnel messages, pass.
 *   <li>Any other protocol needs a rule that names it, about all ports.
 * </ol>
 *
 * <p>{@link #allowsOutbound} belongs to the sealing thread and {@link #allowsInbound} to the
 * opening thread; {@link #update} comes from one other thread and takes effect with the next
 * packet. Nothing is allocated per packet.
 */
public final class RuleFilter implements PacketFilter {
  private static final int MIN_PACKET_BYTES = 20;

  private final FlowTable flows = new FlowTable();
  private final DropTally outboundDrops = new DropTally();
  private final DropTally inboundDrops = new DropTally();

  // Published whole by update, read once per packet.
  private volatile CompiledPolicy policy = RuleCompiler.compile(FilterPolicy.CLOSED);

  private final PacketFacts outbound = new PacketFacts(); // sealing thread
  private final PacketFacts inbound = new PacketFacts(); // opening thread

  /**
   * Replaces the policy; drops everything inbound until it is first called. Flows survive, except
   * when shields go up: then also the answers to earlier packets are kept out.
   *
   * @return what in the rules could not be understood, one sentence each, for the log
   */
  public List<String> update(FilterPolicy newPolicy) {
    CompiledPolicy compiled = RuleCompiler.compile(newPolicy);
    boolean shieldsRaised = compiled.shieldsUp() && !policy.shieldsUp();
    policy = compiled;
    if (shieldsRaised) {
      flows.clear();
    }
    return compiled.faults();
  }

  @Override
  public boolean allowsOutbound(MemorySegment memory, long offset, int length, long nowNs) {
    PacketFacts packet = outbound;
    if (length == 0) {
      return true;
    }
    packet.read(memory, offset, length);
    FilterDrop drop = unsound(packet, length);
    if (drop != null) {
      outboundDrops.count(drop);
      return false;
    }
    if (packet.protocol == IpProtocol.UDP || packet.protocol == IpProtocol.SCTP) {
      flows.noteSent(packet, nowNs);
    }
    return true;
  }

  @Override
  public boolean allowsInbound(MemorySegment memory, long offset, int length, long nowNs) {
    PacketFacts packet = inbound;
    if (length == 0) {
      return true;
    }
    packet.read(memory, offset, length);
    FilterDrop drop = unsound(packet, length);
    if (drop == null && packet.protocol != PacketFacts.FRAGMENT) {
      drop = judge(policy, packet, nowNs);
    }
    if (drop != null) {
      inboundDrops.count(drop);
      return false;
    }
    return true;
  }

  private static @Nullable FilterDrop unsound(PacketFacts packet, int length) {
    if (length < MIN_PACKET_BYTES) {
      return FilterDrop.TOO_SHORT;
    }
    if (packet.protocol == PacketFacts.UNKNOWN) {
      return FilterDrop.UNKNOWN_PROTOCOL;
    }
    if (packet.isToMulticast()) {
      return FilterDrop.MULTICAST;
    }
    return packet.isToLinkLocal() ? FilterDrop.LINK_LOCAL_UNICAST : null;
  }

  private @Nullable FilterDrop judge(CompiledPolicy rules, PacketFacts packet, long nowNs) {
    if (!rules.isLocal(packet)) {
      return FilterDrop.NOT_LOCAL;
    }
    boolean accepted =
        switch (packet.protocol) {
          case IpProtocol.TCP ->
              !TcpView.opensConnection(packet.tcpFlags) || rules.acceptsPort(packet);
          case IpProtocol.UDP, IpProtocol.SCTP ->
              flows.isReply(packet, nowNs) || rules.acceptsPort(packet);
          case IpProtocol.TSMP -> true;
          default ->
              packet.isIcmp()
                  ? packet.isIcmpReplyOrError() || rules.acceptsAddresses(packet)
                  : rules.acceptsProtocol(packet);
        };
    return accepted ? null : FilterDrop.ACL;
  }

  /** Packets of this host that were dropped for that reason. */
  public long outboundDrops(FilterDrop reason) {
    return outboundDrops.get(reason);
  }

  /** Packets from peers that were dropped for that reason. */
  public long inboundDrops(FilterDrop reason) {
    return inboundDrops.get(reason);
  }
}
