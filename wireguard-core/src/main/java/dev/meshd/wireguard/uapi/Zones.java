package dev.meshd.wireguard.uapi;

import java.util.OptionalInt;

/** Knows the interfaces that link-local endpoints name: {@code [fe80::1%eth0]:51820}. */
@FunctionalInterface
public interface Zones {
  /** The kernel's number of the interface with that name or number, if there is one. */
  OptionalInt indexOf(String nameOrNumber);
}
