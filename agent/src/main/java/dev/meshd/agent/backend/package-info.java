/**
 * What the daemon is doing and why: {@link dev.meshd.agent.backend.Backend} takes what users, the
 * coordination server and the running node say, one thing at a time on its own thread, and decides.
 * {@link dev.meshd.agent.backend.StateRules} is the table of states; {@link
 * dev.meshd.agent.backend.HealthConditions} what needs attention; {@link
 * dev.meshd.agent.backend.NetmapCache} the map kept for a start without the server; {@link
 * dev.meshd.agent.backend.Snapshot} what other threads see of it, from which {@link
 * dev.meshd.agent.backend.StatusBuilder} and its neighbours answer the local API.
 *
 * <p>Nothing here touches a packet, and nothing waits for the network on the backend's thread.
 *
 * @see "tailscale: ipn/ipnlocal"
 */
@NullMarked
package dev.meshd.agent.backend;

import org.jspecify.annotations.NullMarked;
