package dev.meshd.coordinator.registry;

import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All users, in memory and in the database. Owned by the coordinator loop. */
public final class UserDirectory {
  /** Stands for the owner of tagged nodes in everything clients see; the value Headscale uses. */
  public static final long TAGGED_DEVICES_ID = 2147455555L;

  public static final String TAGGED_DEVICES_NAME = "tagged-devices";

  private final Database database;
  private final InstantSource clock;
  private final Map<Long, User> byId = new TreeMap<>();
  private final List<NodeListener> listeners = new ArrayList<>();

  public UserDirectory(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    database.inTransaction(tx -> tx.users().all()).forEach(user -> byId.put(user.id(), user));
  }

  public void addListener(NodeListener listener) {
    listeners.add(listener);
  }

  /** Sorted by id. */
  public Collection<User> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** How many there are; for other threads a moment old. */
  public int size() {
    return byId.size();
  }

  public Optional<User> byId(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<User> byName(String name) {
    return byId.values().stream().filter(user -> user.name().equals(name)).findFirst();
  }

  /**
   * Finds by name, else by decimal id; throws {@link RefusedException} when there is no such user.
   */
  public User require(String nameOrId) {
    return byName(nameOrId)
        .or(() -> parseId(nameOrId).flatMap(this::byId))
        .orElseThrow(() -> RefusedException.notFound("there is no user " + quoted(nameOrId)));
  }

  /** The user there is when there is only one; refused otherwise. */
  public User requireOnly() {
    if (byId.size() != 1) {
      throw RefusedException.badInput(
          byId.isEmpty()
              ? "there is no user to own the node; make one with 'users create'"
              : "there are several users: name the one who is to own the node");
    }
    return byId.values().iterator().next();
  }

  /** The user that stands for {@code owner} towards clients. */
  public User shownFor(Owner owner) {
    return switch (owner) {
      case Owner.OfUser(long userId) ->
          byId(userId)
              .orElseThrow(() -> new IllegalStateException("node of unknown user " + userId));
      case Owner.Tagged tagged ->
          new User(TAGGED_DEVICES_ID, TAGGED_DEVICES_NAME, "Tagged Devices", "", Instant.EPOCH);
    };
  }

  public User create(String name, String displayName, String email) {
    requireUsableName(name);
    User user =
        database.inTransaction(tx -> tx.users().insert(name, displayName, email, clock.instant()));
    byId.put(user.id(), user);
    return user;
  }

  public User rename(User user, String newName) {
    if (user.name().equals(newName)) {
      return user;
    }
    requireUsableName(newName);
    database.inTransaction(
        tx -> {
          tx.users().rename(user.id(), newName);
          return true;
        });
    User renamed = user.withName(newName);
    byId.put(user.id(), renamed);
    listeners.forEach(listener -> listener.userChanged(renamed));
    return renamed;
  }

  /** Deletes a user who owns no node, and the user's pre-auth keys with them. */
  public void delete(User user, NodeRegistry nodes) {
    long owned = nodes.ownedBy(user.id());
    if (owned > 0) {
      throw RefusedException.conflict(
          "user "
              + quoted(user.name())
              + " still owns "
              + owned
              + (owned == 1 ? " node" : " nodes"));
    }
    database.inTransaction(
        tx -> {
          tx.preAuthKeys().deleteOfUser(user.id());
          tx.users().delete(user.id());
          return true;
        });
    byId.remove(user.id());
  }

  private void requireUsableName(String name) {
    if (!User.isValidName(name)) {
      throw RefusedException.badInput(
          "the user name "
              + quoted(name)
              + " is not usable: two characters or more, first a letter, then letters, digits, '-', '.',"
              + " '_' and at most one '@'");
    }
    if (name.equals(TAGGED_DEVICES_NAME) || byName(name).isPresent()) {
      throw RefusedException.conflict("there is a user " + quoted(name) + " already");
    }
  }

  private static Optional<Long> parseId(String text) {
    try {
      return Optional.of(Long.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }
}
