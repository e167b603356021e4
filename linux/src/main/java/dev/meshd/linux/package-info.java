/** The one room for native calls: system calls, netlink, struct layouts. */
@NullMarked
package dev.meshd.linux;

import org.jspecify.annotations.NullMarked;
