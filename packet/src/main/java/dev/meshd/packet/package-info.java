/** IP addresses and prefixes, header views, checksums, prefix trie. */
@NullMarked
package dev.meshd.packet;

import org.jspecify.annotations.NullMarked;
