/**
 * Who is in the network and how one gets in. Read {@link NodeRegistry} (all nodes, in memory,
 * written through to the database), then {@link Registrar} (the rules of {@code
 * /machine/register}), {@link PendingRegistrations} (people still deciding; {@link
 * RegistrationView} is what they are shown), {@link KeyRing} and {@link UserDirectory} (what
 * administrators make), {@link IpAllocator}.
 *
 * <p>Owned by the coordinator loop. Every change is committed to the database first, then to
 * memory, then told to the {@link NodeListener}s, so nobody hears of a node that a crash could take
 * back. A refusal changes nothing.
 *
 * <p>Protocol: tailscale: tailcfg/tailcfg.go (RegisterRequest); headscale: hscontrol/auth.go for
 * order and texts.
 */
@NullMarked
package dev.meshd.coordinator.registry;

import org.jspecify.annotations.NullMarked;
