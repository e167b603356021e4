/**
 * The bus on which the daemon tells watchers what changed: {@link dev.meshd.agent.bus.IpnBus} hands
 * every message to each {@link dev.meshd.agent.bus.BusWatcher}. Publishers never wait for a
 * watcher; one that falls behind is cut off.
 *
 * @see "tailscale: ipn/ipnlocal/bus.go"
 */
@NullMarked
package dev.meshd.agent.bus;

import org.jspecify.annotations.NullMarked;
