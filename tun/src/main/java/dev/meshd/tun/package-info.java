/**
 * The overlay's end in the host, and a look at the host's underlay.
 *
 * <p>{@link dev.meshd.tun.TunDevice} creates the interface and moves packets; {@link
 * dev.meshd.tun.InterfaceSetup} keeps its addresses and routes as an {@link
 * dev.meshd.tun.InterfaceConfig} says; {@link dev.meshd.tun.StaleInterface} removes what a killed
 * process left. {@link dev.meshd.tun.TunWatch} tells when our own interface is switched on or off,
 * wherever it has been moved; {@link dev.meshd.tun.LinkMonitor} tells when the other interfaces
 * changed, and {@link dev.meshd.tun.NetworkState} is what it tells of.
 *
 * <p>Packets stay in native memory; the reader and the writer of a device are one thread each.
 * Configuration may come from any thread. Nothing here decides which addresses or routes a node
 * should have, or touches an address, route or interface that is not ours.
 */
@NullMarked
package dev.meshd.tun;

import org.jspecify.annotations.NullMarked;
