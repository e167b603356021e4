package dev.meshd.control.client;

import dev.meshd.control.model.PingResponse;
import dev.meshd.packet.IpAddress;
import java.util.Optional;

/**
 * What the server may ask of this node beyond the protocol itself. Called on virtual threads; may
 * block.
 */
public interface ControlServices {
  /** A node that answers liveness checks only. */
  ControlServices NONE = new ControlServices() {};

  /**
   * Probes a peer.
   *
   * @param type {@code disco}, {@code TSMP}, {@code ICMP} or {@code peerapi}
   * @return empty when the probe could not be run, which is then not answered
   */
  default Optional<PingResponse> probe(String type, IpAddress target) {
    return Optional.empty();
  }

  /** An answer to a request of the server to this node. */
  record Answer(int status, String text) {}

  /** Answers a request of the server to this node; {@code /echo} never comes here. */
  default Answer onServerRequest(String method, String path, byte[] body) {
    return new Answer(400, "unknown c2n path");
  }
}
