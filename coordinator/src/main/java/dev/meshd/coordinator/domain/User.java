package dev.meshd.coordinator.domain;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A person or team that owns nodes. Immutable.
 *
 * @param id positive, never used again
 * @param name unique; also the login name clients show
 * @param displayName may be empty
 * @param email may be empty
 */
public record User(long id, String name, String displayName, String email, Instant createdAt) {
  /** Starts with a letter; two characters or more; at most one {@code @}, not at the end. */
  private static final Pattern NAME =
      Pattern.compile("\\p{Alpha}[\\p{Alnum}._-]*(?:@[\\p{Alnum}._-]+)?");

  private static final int MAX_NAME = 253;

  public static boolean isValidName(String name) {
    return name.length() >= 2 && name.length() <= MAX_NAME && NAME.matcher(name).matches();
  }

  /** What people see: the display name, or the name where there is none. */
  public String shownName() {
    return displayName.isEmpty() ? name : displayName;
  }

  public User withName(String newName) {
    return new User(id, newName, displayName, email, createdAt);
  }
}
