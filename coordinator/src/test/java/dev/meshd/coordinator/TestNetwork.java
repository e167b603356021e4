package dev.meshd.coordinator;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.registry.Asker;
import dev.meshd.coordinator.registry.IpAllocator;
import dev.meshd.coordinator.registry.KeyRing;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.PendingRegistrations;
import dev.meshd.coordinator.registry.Registrar;
import dev.meshd.coordinator.registry.UserDirectory;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/**
 * The registry over a real database, with a clock that tests move. Everything runs on the test's
 * thread.
 */
public final class TestNetwork implements AutoCloseable {
  public static final Asker ASKER = new Asker("192.0.2.7:1234", "192.0.2.7", false);

  public Instant now = Instant.parse("2026-01-01T00:00:00Z");
  public final InstantSource clock = () -> now;
  public final Database database;
  public final IpAllocator addresses;
  public final NodeRegistry nodes;
  public final UserDirectory users;
  public final KeyRing keys;
  public final PendingRegistrations pending;
  public final Registrar registrar;

  public TestNetwork(Path dir) {
    this(dir, Duration.ZERO);
  }

  public TestNetwork(Path dir, Duration defaultExpiry) {
    ServerConfig.AddressRanges ranges = ServerConfig.defaults().addresses();
    database = Database.open(dir.resolve("server.db"));
    addresses = new IpAllocator(ranges.v4(), ranges.v6());
    nodes = new NodeRegistry(database, addresses, clock);
    users = new UserDirectory(database, clock);
    keys = new KeyRing(database, clock, SecureRandomSource.system());
    pending = new PendingRegistrations(clock, SecureRandomSource.system());
    registrar =
        new Registrar(
            users,
            keys,
            nodes,
            pending,
            clock,
            () -> URI.create("http://mesh.example"),
            defaultExpiry);
  }

  public User user(String name) {
    return users.byName(name).orElseGet(() -> users.create(name, "", ""));
  }

  /** The whole text of a new key. */
  public String key(String user, boolean reusable, boolean ephemeral, String... tags) {
    return keys.issue(
            OptionalLong.of(user(user).id()),
            reusable,
            ephemeral,
            List.of(tags),
            Duration.ofHours(1))
        .secret()
        .reveal();
  }

  public RegisterResponse register(MachineKey machine, RegisterRequest request) {
    return registrar.register(machine, request, ASKER).getNow(RegisterResponse.refusal("waiting"));
  }

  /** Joins a new device with a key of {@code user}. */
  public NodeKey join(String user, String hostname) {
    NodeKey nodeKey = nodeKey();
    register(
        machine(),
        request(nodeKey)
            .hostinfo(host(hostname))
            .auth(RegisterRequestAuth.ofKey(key(user, false, false)))
            .build());
    return nodeKey;
  }

  public static RegisterRequest.Builder request(NodeKey key) {
    return RegisterRequest.builder().version(131).nodeKey(key).hostinfo(host("box"));
  }

  public static Hostinfo host(String name) {
    return Hostinfo.builder().hostname(name).os("linux").build();
  }

  public static MachineKey machine() {
    return MachinePrivateKey.generate().publicKey();
  }

  public static NodeKey nodeKey() {
    return NodePrivateKey.generate().publicKey();
  }

  @Override
  public void close() {
    database.close();
  }
}
