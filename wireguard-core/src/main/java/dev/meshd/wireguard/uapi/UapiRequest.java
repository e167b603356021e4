package dev.meshd.wireguard.uapi;

import java.util.List;
import java.util.Optional;

/** One operation of a client. */
public sealed interface UapiRequest {
  /** The client asks for the whole state. */
  record Get() implements UapiRequest {}

  /**
   * The client wants something changed. The protocol knows no transactions: what stands before a
   * faulty line is carried out all the same.
   *
   * @param fault what is wrong with the line after the last change
   */
  record Set(List<DeviceChange> changes, Optional<UapiFault> fault) implements UapiRequest {
    public Set {
      changes = List.copyOf(changes);
    }
  }

  /** The client does not speak the protocol: the connection is closed without an answer. */
  record Nonsense() implements UapiRequest {}
}
