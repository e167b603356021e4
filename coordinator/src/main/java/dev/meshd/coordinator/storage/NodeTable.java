package dev.meshd.coordinator.storage;

import dev.meshd.coordinator.domain.NodeAddresses;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeLabel;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Origin;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.RegisterMethod;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Rows of {@code nodes}. */
public final class NodeTable {
  private final Handle handle;

  NodeTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * Every node, offline. A row that cannot be read is handed to {@code broken} as a sentence and
   * left out: one rotten row must not keep the others from starting.
   */
  public List<NodeRecord> all(Consumer<String> broken) {
    return handle
        .createQuery("SELECT * FROM nodes ORDER BY id")
        .map((row, context) -> readable(row, broken))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** Stores {@code node}, ignoring its id, and returns it with the id it got. */
  public NodeRecord insert(NodeRecord node) {
    long id =
        bindAll(
                handle.createQuery(
                    "INSERT INTO nodes (machine_key, node_key, user_id, tags, hostname, given_name,"
                        + " name_by_admin, ipv4, ipv6, register_method, auth_key_id, ephemeral,"
                        + " created_at, expires_at, last_seen, disco_key, endpoints, home_derp,"
                        + " host_info, cap_version) VALUES (:machine, :key, :user, :tags,"
                        + " :hostname, :given, :by_admin, :ipv4, :ipv6, :method, :auth_key,"
                        + " :ephemeral, :created, :expires, :last_seen, :disco, :endpoints, :derp,"
                        + " :host_info, :cap) RETURNING id"),
                node)
            .mapTo(Long.class)
            .one();
    return node.withId(id);
  }

  /**
   * Overwrites the row of {@code node.id()}, except addresses and creation time, which never
   * change.
   */
  public void update(NodeRecord node) {
    bindAll(
            handle.createUpdate(
                "UPDATE nodes SET machine_key = :machine, node_key = :key, user_id = :user,"
                    + " tags = :tags, hostname = :hostname, given_name = :given,"
                    + " name_by_admin = :by_admin, register_method = :method,"
                    + " auth_key_id = :auth_key, ephemeral = :ephemeral, expires_at = :expires,"
                    + " last_seen = :last_seen, disco_key = :disco, endpoints = :endpoints,"
                    + " home_derp = :derp, host_info = :host_info, cap_version = :cap"
                    + " WHERE id = :id"),
            node)
        .bind("id", node.id())
        .execute();
  }

  public void delete(long id) {
    handle.createUpdate("DELETE FROM nodes WHERE id = :id").bind("id", id).execute();
  }

  private static <S extends SqlStatement<S>> S bindAll(S statement, NodeRecord node) {
    return statement
        .bind("machine", node.machineKey().bytes())
        .bind("key", node.nodeKey().bytes())
        .bind("user", node.owner() instanceof Owner.OfUser(long userId) ? (Long) userId : null)
        .bind("tags", Columns.json(node.owner().tags()))
        .bind("hostname", node.label().hostname())
        .bind("given", node.label().given())
        .bind("by_admin", node.label().byAdmin())
        .bind("ipv4", text(node.addresses().v4()))
        .bind("ipv6", text(node.addresses().v6()))
        .bind("method", node.origin().method().name())
        .bind("auth_key", Columns.nullable(node.origin().authKeyId()))
        .bind("ephemeral", node.origin().ephemeral())
        .bind("created", node.createdAt().toEpochMilli())
        .bind("expires", Columns.millis(node.expiry()))
        .bind("last_seen", Columns.millis(node.presence().lastSeen()))
        .bind("disco", node.facts().discoKey().bytes())
        .bind(
            "endpoints",
            Columns.json(node.facts().endpoints().stream().map(Endpoint::toString).toList()))
        .bind("derp", node.facts().homeDerp())
        .bind("host_info", Columns.json(node.facts().hostinfo()))
        .bind("cap", node.facts().capabilityVersion());
  }

  private static @Nullable String text(Optional<IpAddress> address) {
    return address.map(IpAddress::toString).orElse(null);
  }

  private static Optional<NodeRecord> readable(ResultSet row, Consumer<String> broken)
      throws SQLException {
    try {
      return Optional.of(node(row));
    } catch (SQLException | IllegalArgumentException e) {
      broken.accept(
          "node " + row.getLong("id") + " is left out, its row cannot be read: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static NodeRecord node(ResultSet row) throws SQLException {
    OptionalLong userId = Columns.optionalLong(row, "user_id");
    return new NodeRecord(
        row.getLong("id"),
        MachineKey.of(row.getBytes("machine_key")),
        NodeKey.of(row.getBytes("node_key")),
        userId.isPresent()
            ? new Owner.OfUser(userId.getAsLong())
            : new Owner.Tagged(Columns.texts(row, "tags")),
        new NodeLabel(
            row.getString("hostname"),
            row.getString("given_name"),
            row.getBoolean("name_by_admin")),
        new NodeAddresses(address(row, "ipv4"), address(row, "ipv6")),
        new Origin(
            RegisterMethod.valueOf(row.getString("register_method")),
            Columns.optionalLong(row, "auth_key_id"),
            row.getBoolean("ephemeral")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Columns.time(row, "expires_at"),
        new NodeFacts(
            DiscoKey.of(row.getBytes("disco_key")),
            Columns.texts(row, "endpoints").stream().map(Endpoint::parse).toList(),
            row.getInt("home_derp"),
            Columns.hostinfo(row, "host_info"),
            row.getInt("cap_version")),
        new Presence(false, Columns.time(row, "last_seen")));
  }

  private static Optional<IpAddress> address(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? Optional.empty() : Optional.of(IpAddress.parse(text));
  }
}
