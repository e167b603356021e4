package dev.meshd.magicsock.stun;

import dev.meshd.packet.Endpoint;

/**
 * A STUN server's answer. Immutable.
 *
 * @param id of the request
 * @param mapped where the server saw the request come from; never an IPv4-mapped IPv6 address
 */
public record StunResponse(StunTxId id, Endpoint mapped) {}
