package dev.meshd.coordinator.storage;

import dev.meshd.coordinator.domain.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of {@code users}. */
public final class UserTable {
  private final Handle handle;

  UserTable(Handle handle) {
    this.handle = handle;
  }

  public List<User> all() {
    return handle.createQuery("SELECT * FROM users ORDER BY id").map(UserTable::user).list();
  }

  /** Stores a new user and returns it with its id. */
  public User insert(String name, String displayName, String email, Instant createdAt) {
    return handle
        .createQuery(
            "INSERT INTO users (name, display_name, email, created_at)"
                + " VALUES (:name, :display, :email, :created) RETURNING *")
        .bind("name", name)
        .bind("display", displayName)
        .bind("email", email)
        .bind("created", createdAt.toEpochMilli())
        .map(UserTable::user)
        .one();
  }

  public void rename(long id, String name) {
    handle
        .createUpdate("UPDATE users SET name = :name WHERE id = :id")
        .bind("name", name)
        .bind("id", id)
        .execute();
  }

  /** Fails while nodes refer to the user; pre-auth keys of the user are deleted by the caller. */
  public void delete(long id) {
    handle.createUpdate("DELETE FROM users WHERE id = :id").bind("id", id).execute();
  }

  private static User user(ResultSet row, StatementContext context) throws SQLException {
    return new User(
        row.getLong("id"),
        row.getString("name"),
        row.getString("display_name"),
        row.getString("email"),
        Instant.ofEpochMilli(row.getLong("created_at")));
  }
}
