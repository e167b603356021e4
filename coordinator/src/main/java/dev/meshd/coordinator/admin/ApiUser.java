package dev.meshd.coordinator.admin;

import dev.meshd.coordinator.domain.User;

/** A user as the API shows it. */
public record ApiUser(String id, String name, String displayName, String email, String createdAt) {
  static ApiUser of(User user) {
    return new ApiUser(
        Long.toString(user.id()),
        user.name(),
        user.displayName(),
        user.email(),
        user.createdAt().toString());
  }
}
