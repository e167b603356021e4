/**
 * Where this node itself can be reached, and which relay region it calls home.
 *
 * <p>Read {@link dev.meshd.magicsock.endpoint.OwnEndpoints} (the set that is told to the
 * coordination server and to peers), {@link dev.meshd.magicsock.endpoint.LocalAddressRules} (which
 * interface addresses are worth telling), {@link dev.meshd.magicsock.endpoint.EndpointTracker} (why
 * an address survives one failed measurement), {@link dev.meshd.magicsock.endpoint.RestunSchedule}
 * (when to measure again) and {@link dev.meshd.magicsock.endpoint.HomeRegion}.
 *
 * <p>Owned by the engine loop. Does no I/O and reads no clock; the shell lists interfaces and
 * netcheck measures. Source: tailscale: wgengine/magicsock/{magicsock,endpoint_tracker,derp}.go,
 * net/netmon/state.go.
 */
@NullMarked
package dev.meshd.magicsock.endpoint;

import org.jspecify.annotations.NullMarked;
