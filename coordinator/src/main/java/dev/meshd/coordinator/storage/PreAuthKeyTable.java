package dev.meshd.coordinator.storage;

import dev.meshd.coordinator.domain.PreAuthKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of {@code pre_auth_keys}. */
public final class PreAuthKeyTable {
  private final Handle handle;

  PreAuthKeyTable(Handle handle) {
    this.handle = handle;
  }

  public List<PreAuthKey> all() {
    return handle
        .createQuery("SELECT * FROM pre_auth_keys ORDER BY id")
        .map(PreAuthKeyTable::key)
        .list();
  }

  public Optional<PreAuthKey> byPrefix(String prefix) {
    return handle
        .createQuery("SELECT * FROM pre_auth_keys WHERE prefix = :prefix")
        .bind("prefix", prefix)
        .map(PreAuthKeyTable::key)
        .findOne();
  }

  /** Stores {@code key}, ignoring its id, and returns it with the id it got. */
  public PreAuthKey insert(PreAuthKey key) {
    return handle
        .createQuery(
            "INSERT INTO pre_auth_keys (prefix, secret_hash, user_id, reusable, ephemeral, used,"
                + " tags, created_at, expires_at, revoked_at) VALUES (:prefix, :hash, :user,"
                + " :reusable, :ephemeral, :used, :tags, :created, :expires, :revoked) RETURNING *")
        .bind("prefix", key.prefix())
        .bind("hash", key.secretHash())
        .bind("user", Columns.nullable(key.userId()))
        .bind("reusable", key.reusable())
        .bind("ephemeral", key.ephemeral())
        .bind("used", key.used())
        .bind("tags", Columns.json(key.tags()))
        .bind("created", key.createdAt().toEpochMilli())
        .bind("expires", Columns.millis(key.expiresAt()))
        .bind("revoked", Columns.millis(key.revokedAt()))
        .map(PreAuthKeyTable::key)
        .one();
  }

  public void markUsed(long id) {
    handle
        .createUpdate("UPDATE pre_auth_keys SET used = 1 WHERE id = :id")
        .bind("id", id)
        .execute();
  }

  /** Returns false when there is no such key. */
  public boolean revoke(long id, Instant at) {
    return handle
            .createUpdate(
                "UPDATE pre_auth_keys SET revoked_at = coalesce(revoked_at, :at) WHERE id = :id")
            .bind("id", id)
            .bind("at", at.toEpochMilli())
            .execute()
        > 0;
  }

  /** Returns false when there is no such key. */
  public boolean delete(long id) {
    return handle.createUpdate("DELETE FROM pre_auth_keys WHERE id = :id").bind("id", id).execute()
        > 0;
  }

  public void deleteOfUser(long userId) {
    handle
        .createUpdate("DELETE FROM pre_auth_keys WHERE user_id = :user")
        .bind("user", userId)
        .execute();
  }

  private static PreAuthKey key(ResultSet row, StatementContext context) throws SQLException {
    return new PreAuthKey(
        row.getLong("id"),
        row.getString("prefix"),
        row.getString("secret_hash"),
        Columns.optionalLong(row, "user_id"),
        row.getBoolean("reusable"),
        row.getBoolean("ephemeral"),
        row.getBoolean("used"),
        Columns.texts(row, "tags"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Columns.time(row, "expires_at"),
        Columns.time(row, "revoked_at"));
  }
}
