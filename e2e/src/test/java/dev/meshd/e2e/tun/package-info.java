/**
 * The TUN device, its configuration and the link monitor against a real kernel: each test runs
 * {@link dev.meshd.e2e.tun.TunTool} in a host of the lab and looks at that host with ping and ip.
 */
@NullMarked
package dev.meshd.e2e.tun;

import org.jspecify.annotations.NullMarked;
