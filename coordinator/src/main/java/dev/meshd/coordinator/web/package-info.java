/**
 * How nodes and people reach the server. Read {@link ControlListener} (the port, plain or TLS),
 * {@link FrontDoor} (what is answered before the Noise channel), {@link NodeRequests} (what is
 * answered inside it), {@link MapStream} and {@link MapMessages} (one open map stream on the wire).
 *
 * <p>Runs on Netty's event loops and decides nothing: requests are decoded here, answered on the
 * coordinator loop, and encoded on virtual threads. Protocol: tailscale: control/controlhttp,
 * tailcfg/tailcfg.go; headscale: hscontrol/handlers.go, hscontrol/noise.go.
 */
@NullMarked
package dev.meshd.coordinator.web;

import org.jspecify.annotations.NullMarked;
