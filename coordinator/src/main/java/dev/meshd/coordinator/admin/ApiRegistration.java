package dev.meshd.coordinator.admin;

import dev.meshd.coordinator.registry.RegistrationView;

/**
 * A device that waits for approval, as the API shows it. What it says of itself is as it sent it.
 *
 * @param id what {@code nodes register --key} takes
 * @param lapsesAt when it must ask again
 */
public record ApiRegistration(
    String id, String name, String system, String from, String nodeKey, String lapsesAt) {
  static ApiRegistration of(RegistrationView.Waiting waiting) {
    return new ApiRegistration(
        waiting.id(),
        waiting.hostname(),
        waiting.system(),
        waiting.from(),
        waiting.nodeKey().text(),
        waiting.lapsesAt().toString());
  }
}
