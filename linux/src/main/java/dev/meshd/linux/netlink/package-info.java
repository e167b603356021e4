/**
 * Interfaces, addresses and routes of the host, by rtnetlink (RFC 3549, rtnetlink(7)).
 *
 * <p>Start at {@link dev.meshd.linux.netlink.RouteNetlink}, which asks and orders, and {@link
 * dev.meshd.linux.netlink.NetlinkMonitor}, which hears of changes. {@link
 * dev.meshd.linux.netlink.Link}, {@link dev.meshd.linux.netlink.InterfaceAddress} and {@link
 * dev.meshd.linux.netlink.Route} are what both speak of; the message format is in {@code
 * NetlinkFormat}, {@code NetlinkRequest}, {@code NetlinkMessage} and {@code Attributes}.
 *
 * <p>The values are immutable. Decoding never throws: a message that is not understood is passed
 * over, since the kernel adds attributes with every release. Nothing here decides what the host
 * should look like; that is {@code dev.meshd.tun}.
 */
@NullMarked
package dev.meshd.linux.netlink;

import org.jspecify.annotations.NullMarked;
