package dev.meshd.magicsock.endpoint;

import dev.meshd.packet.IpAddress;

/**
 * One address of one network interface, as the system lists it. Immutable.
 *
 * @param interfaceName such as {@code eth0}
 * @param interfaceUp whether the interface is up
 * @param loopbackInterface whether it is the loopback interface
 * @param prefixBits length of the on-link prefix
 */
public record LocalAddress(
    String interfaceName,
    boolean interfaceUp,
    boolean loopbackInterface,
    IpAddress address,
    int prefixBits) {}
