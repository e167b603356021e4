/**
 * IP addresses and prefixes, views over packet headers, checksums and the prefix trie.
 *
 * <p>Values first: {@link dev.meshd.packet.IpAddress}, {@link dev.meshd.packet.IpPrefix} and {@link
 * dev.meshd.packet.Endpoint}. They are immutable and safe to share between threads.
 *
 * <p>This package knows nothing about where packets come from: it opens no socket, reads no clock
 * and keeps no mutable state. Whatever bytes a stranger sends, no method here that takes packet
 * bytes throws because of their content; malformed input is a return value.
 */
@NullMarked
package dev.meshd.packet;

import org.jspecify.annotations.NullMarked;
