/**
 * Decides which packets may pass between the overlay and this host.
 *
 * <p>{@link dev.meshd.engine.filter.RuleFilter} is asked per packet. It is told what to do by a
 * {@link dev.meshd.engine.filter.FilterPolicy} of {@link dev.meshd.engine.filter.FilterRule}s,
 * which {@code RuleCompiler} turns into {@code AcceptRule}s; {@code PacketFacts} is what is read of
 * a packet, {@code FlowTable} what is remembered of packets sent. {@link
 * dev.meshd.engine.filter.FilterDrop} names the reasons.
 *
 * <p>Rules only accept; the default is to drop, and so is the state before the first policy. A rule
 * that cannot be understood never widens what is accepted. Nothing here allocates per packet, takes
 * a lock on the packet path, or throws because of what a packet or a rule contains.
 *
 * <p>Semantics follow tailscale: wgengine/filter, net/packet.
 */
@NullMarked
package dev.meshd.engine.filter;

import org.jspecify.annotations.NullMarked;
