package dev.meshd.e2e.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import java.time.Duration;

/**
 * A node of a mesh, whoever wrote it: both clients have the same commands and the same status
 * document.
 */
interface Member {
  LabHost host();

  void up(String serverUrl, String authKey);

  /** Returns {@code status --json}. */
  JsonNode status();

  /**
   * Returns what {@code ping} of the client prints until the path is direct or {@code count}
   * answers came.
   */
  String ping(String address, int count);

  default String ipv4() {
    return address(false);
  }

  default String ipv6() {
    return address(true);
  }

  default String backendState() {
    return status().path("BackendState").asText();
  }

  default void awaitRunning() {
    Await.until(
        Duration.ofSeconds(30), host() + " to be Running", () -> backendState().equals("Running"));
  }

  /** Returns the entry of a peer in this node's status; a missing node when it is not there. */
  default JsonNode peer(Member other) {
    String address = other.ipv4();
    for (JsonNode peer : status().path("Peer")) {
      for (JsonNode its : peer.path("TailscaleIPs")) {
        if (its.asText().equals(address)) {
          return peer;
        }
      }
    }
    return MissingNode.getInstance();
  }

  default void awaitPeer(Member other) {
    Await.until(
        Duration.ofSeconds(20),
        host() + " to hear of " + other.host(),
        () -> !peer(other).isMissingNode());
  }

  private String address(boolean v6) {
    for (JsonNode address : status().path("Self").path("TailscaleIPs")) {
      if (address.asText().contains(":") == v6) {
        return address.asText();
      }
    }
    throw new AssertionError(host() + " has no " + (v6 ? "IPv6" : "IPv4") + " address in the mesh");
  }
}
