package dev.meshd.coordinator.registry;

import dev.meshd.crypto.NodeKey;
import java.time.Instant;
import java.util.List;

/**
 * What the page of an interactive registration shows to whoever has its link, which may be anybody:
 * facts of the asking device, nothing about the network it does not belong to.
 */
public sealed interface RegistrationView {
  /** How many users there are to choose from, as far as a stranger may know. */
  enum Users {
    NONE,
    ONE,
    SEVERAL
  }

  /**
   * The device waits for a person. All texts are as the device sent them.
   *
   * @param id what the approving command names
   * @param system operating system and machine type
   * @param from address and port the request came from
   * @param lapsesAt when the device must ask again
   */
  record Waiting(
      String id,
      String hostname,
      String system,
      String clientVersion,
      String from,
      NodeKey nodeKey,
      Instant lapsesAt,
      Users users)
      implements RegistrationView {}

  /** The device was let in. */
  record Approved(String name, List<String> addresses, NodeKey nodeKey)
      implements RegistrationView {
    public Approved {
      addresses = List.copyOf(addresses);
    }
  }

  /** There is no such registration, or not any more. */
  record Unknown() implements RegistrationView {}
}
