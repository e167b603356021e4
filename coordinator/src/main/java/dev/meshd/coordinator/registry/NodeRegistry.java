package dev.meshd.coordinator.registry;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.coordinator.domain.NodeAddresses;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeLabel;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Origin;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.Presence;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.coordinator.storage.StorageException;
import dev.meshd.coordinator.storage.Transaction;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All nodes, in memory. What a person or a login decided (owner, key, name, expiry) is committed
 * before it takes effect; what nodes repeat at every contact ({@link NodeFacts}, presence) takes
 * effect at once and is written by the next {@link #flush}. Owned by the coordinator loop, except
 * {@link #isKnown}.
 */
public final class NodeRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistry.class);
  private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

  private final Database database;
  private final IpAllocator addresses;
  private final InstantSource clock;
  private final List<NodeListener> listeners = new ArrayList<>();

  private final Map<Long, NodeRecord> byId = new TreeMap<>();
  private final Map<NodeKey, Long> byNodeKey = new ConcurrentHashMap<>();
  private final Map<String, Long> byLabel = new HashMap<>();
  private final Map<MachineKey, Set<Long>> byMachine = new HashMap<>();

  /** Nodes whose facts or presence are newer in memory than in the database. */
  private final Set<Long> unsaved = new LinkedHashSet<>();

  /** Whether the last {@link #flush} failed. */
  private boolean writesFail;

  /** Nodes whose expiry has been told to the listeners. */
  private final Set<Long> announcedExpired = new HashSet<>();

  public NodeRegistry(Database database, IpAllocator addresses, InstantSource clock) {
    this.database = database;
    this.addresses = addresses;
    this.clock = clock;
    for (NodeRecord node : database.inTransaction(tx -> tx.nodes().all(LOG::error))) {
      addresses.take(node.addresses());
      index(node);
      if (node.isExpired(clock.instant())) {
        announcedExpired.add(node.id());
      }
    }
  }

  public void addListener(NodeListener listener) {
    listeners.add(listener);
  }

  /** Sorted by id. */
  public Collection<NodeRecord> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  public int size() {
    return byId.size();
  }

  public Optional<NodeRecord> byId(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<NodeRecord> byNodeKey(NodeKey key) {
    return Optional.ofNullable(byNodeKey.get(key)).map(byId::get);
  }

  /** The nodes of one device, one per owner. */
  public List<NodeRecord> ofMachine(MachineKey machine) {
    return byMachine.getOrDefault(machine, Set.of()).stream().map(this::existing).toList();
  }

  /**
   * Finds by decimal id, else by given name; throws {@link RefusedException} when there is no such
   * node.
   */
  public NodeRecord require(String idOrName) {
    Optional<NodeRecord> byNumber =
        ID.matcher(idOrName).matches() ? byId(Long.parseLong(idOrName)) : Optional.empty();
    return byNumber
        .or(() -> Optional.ofNullable(byLabel.get(idOrName)).map(byId::get))
        .orElseThrow(() -> RefusedException.notFound("there is no node '" + idOrName + "'"));
  }

  public long ownedBy(long userId) {
    return byId.values().stream()
        .filter(node -> node.owner() instanceof Owner.OfUser(long id) && id == userId)
        .count();
  }

  /** Whether a node of this key is registered; thread-safe, for the relay's admission. */
  public boolean isKnown(NodeKey key) {
    return byNodeKey.containsKey(key);
  }

  /**
   * What a login brings.
   *
   * @param expiry when the key ends; empty for never
   */
  public record LoginFacts(
      MachineKey machineKey,
      NodeKey nodeKey,
      Owner owner,
      Origin origin,
      Optional<Instant> expiry,
      Hostinfo hostinfo,
      int capabilityVersion) {}

  /**
   * Adds a node with addresses and a name of its own. {@code alongside} runs in the same
   * transaction, for using up a key.
   */
  public NodeRecord add(LoginFacts login, Consumer<Transaction> alongside) {
    NodeAddresses free = addresses.propose();
    NodeRecord draft =
        new NodeRecord(
            0,
            login.machineKey(),
            login.nodeKey(),
            login.owner(),
            NodeLabel.derive(login.hostinfo().hostname(), byLabel::containsKey),
            free,
            login.origin(),
            clock.instant(),
            login.expiry(),
            NodeFacts.ofRegistration(login.hostinfo(), login.capabilityVersion()),
            Presence.NEVER_SEEN);
    NodeRecord node =
        database.inTransaction(
            tx -> {
              alongside.accept(tx);
              return tx.nodes().insert(draft);
            });
    addresses.take(free);
    index(node);
    listeners.forEach(listener -> listener.nodeAdded(node));
    return node;
  }

  /** Logs a node in again, possibly with a new key or owner; id, addresses and name stay. */
  public NodeRecord logIn(NodeRecord node, LoginFacts login, Consumer<Transaction> alongside) {
    NodeFacts old = node.facts();
    // A new key comes with a new start of the client: its disco key and endpoints follow with the
    // first poll.
    NodeFacts facts =
        new NodeFacts(
            old.discoKey(),
            old.endpoints(),
            old.homeDerp(),
            login.hostinfo(),
            login.capabilityVersion());
    NodeRecord after =
        relabelled(
            node.withLogin(login.nodeKey(), login.origin(), login.expiry())
                .withOwner(login.owner())
                .withFacts(facts));
    commit(node, after, alongside);
    return after;
  }

  public NodeRecord rename(NodeRecord node, String label) {
    if (!NodeLabel.isValidLabel(label)) {
      throw RefusedException.badInput(
          "'"
              + label
              + "' is not usable as a name: up to 63 small letters, digits and inner dashes");
    }
    Long holder = byLabel.get(label);
    if (holder != null && holder != node.id()) {
      throw RefusedException.conflict("another node is named '" + label + "'");
    }
    return change(node, node.withLabel(new NodeLabel(node.label().hostname(), label, true)));
  }

  /** Sets when the node key ends; empty for never. */
  public NodeRecord setExpiry(NodeRecord node, Optional<Instant> expiry) {
    return change(node, node.withExpiry(expiry));
  }

  /** Takes the node from its user and gives it to {@code tags}; its key then never expires. */
  public NodeRecord setTags(NodeRecord node, List<String> tags) {
    if (tags.isEmpty()) {
      throw RefusedException.badInput("a node needs at least one tag once it is tagged");
    }
    for (String tag : tags) {
      if (!Owner.isValidTag(tag)) {
        throw RefusedException.badInput(
            "'" + tag + "' is not a tag: 'tag:' and a letter, then letters, digits and dashes");
      }
    }
    requireOnlyOfItsKind(node, other -> other.owner() instanceof Owner.Tagged, "with tags");
    return change(node, node.withOwner(new Owner.Tagged(tags)).withExpiry(Optional.empty()));
  }

  /** Gives the node to {@code user}; it loses its tags. Addresses and name stay. */
  public NodeRecord move(NodeRecord node, User user) {
    Owner owner = new Owner.OfUser(user.id());
    requireOnlyOfItsKind(node, other -> other.owner().equals(owner), "of " + user.name());
    return change(node, node.withOwner(owner));
  }

  /** A device has one node per owner, and one with tags: a login could not tell two apart. */
  private void requireOnlyOfItsKind(NodeRecord node, Predicate<NodeRecord> sameKind, String kind) {
    ofMachine(node.machineKey()).stream()
        .filter(other -> other.id() != node.id() && sameKind.test(other))
        .findFirst()
        .ifPresent(
            other -> {
              throw RefusedException.conflict(
                  "the device has a node "
                      + kind
                      + " already: "
                      + other.label().given()
                      + "; delete that one first");
            });
  }

  public void delete(NodeRecord node) {
    database.inTransaction(
        tx -> {
          tx.nodes().delete(node.id());
          return true;
        });
    byId.remove(node.id());
    byNodeKey.remove(node.nodeKey());
    byLabel.remove(node.label().given());
    byMachine.computeIfPresent(
        node.machineKey(),
        (machine, ids) -> {
          ids.remove(node.id());
          return ids.isEmpty() ? null : ids;
        });
    unsaved.remove(node.id());
    announcedExpired.remove(node.id());
    addresses.release(node.addresses());
    listeners.forEach(listener -> listener.nodeRemoved(node));
  }

  /** Takes over what the node says about itself; a derived name follows a changed host name. */
  public NodeRecord updateFacts(NodeRecord node, NodeFacts facts) {
    if (facts.equals(node.facts())) {
      return node;
    }
    NodeRecord after = relabelled(node.withFacts(facts));
    if (after.label().equals(node.label())) {
      applyUnsaved(node, after);
      return after;
    }
    return change(node, after);
  }

  public NodeRecord updatePresence(NodeRecord node, Presence presence) {
    if (presence.equals(node.presence())) {
      return node;
    }
    NodeRecord after = node.withPresence(presence);
    applyUnsaved(node, after);
    return after;
  }

  /** Writes facts and presence that are newer than the database, in one transaction. */
  public void flush() {
    if (unsaved.isEmpty()) {
      return;
    }
    List<NodeRecord> rows = unsaved.stream().map(byId::get).toList();
    try {
      database.inTransaction(
          tx -> {
            rows.forEach(tx.nodes()::update);
            return true;
          });
    } catch (StorageException e) {
      noteWrites(false, e.getMessage());
      return;
    }
    unsaved.clear();
    noteWrites(true, "");
  }

  /** Says once that the database takes nothing, and once that it does again. */
  private void noteWrites(boolean succeed, @Nullable String sentence) {
    database.noteWrites(succeed);
    if (succeed == writesFail) {
      writesFail = !succeed;
      if (succeed) {
        LOG.info("the database takes changes again");
      } else {
        LOG.error(
            "{}; logins and changes are refused until it works again, nothing that was answered is"
                + " lost",
            sentence);
      }
    }
  }

  /**
   * Tells the listeners of each node whose expiry has come since the last call, or is yet to come
   * again because the clock was set back.
   */
  public void announceExpired() {
    Instant now = clock.instant();
    List<NodeRecord> validAgain =
        announcedExpired.stream()
            .map(byId::get)
            .filter(node -> node != null && !node.isExpired(now))
            .toList();
    for (NodeRecord node : validAgain) {
      announcedExpired.remove(node.id());
      listeners.forEach(listener -> listener.nodeValidAgain(node));
    }
    List<NodeRecord> due =
        byId.values().stream()
            .filter(node -> node.isExpired(now) && !announcedExpired.contains(node.id()))
            .toList();
    for (NodeRecord node : due) {
      announcedExpired.add(node.id());
      listeners.forEach(listener -> listener.nodeExpired(node));
    }
  }

  private NodeRecord relabelled(NodeRecord node) {
    String hostname = node.facts().hostinfo().hostname();
    if (hostname.equals(node.label().hostname())) {
      return node;
    }
    if (node.label().byAdmin()) {
      return node.withLabel(new NodeLabel(hostname, node.label().given(), true));
    }
    return node.withLabel(
        NodeLabel.derive(
            hostname,
            label -> {
              Long holder = byLabel.get(label);
              return holder != null && holder != node.id();
            }));
  }

  private NodeRecord change(NodeRecord before, NodeRecord after) {
    commit(before, after, tx -> {});
    return after;
  }

  private void commit(NodeRecord before, NodeRecord after, Consumer<Transaction> alongside) {
    database.inTransaction(
        tx -> {
          alongside.accept(tx);
          tx.nodes().update(after);
          return true;
        });
    unsaved.remove(after.id());
    replace(before, after);
  }

  private void applyUnsaved(NodeRecord before, NodeRecord after) {
    unsaved.add(after.id());
    replace(before, after);
  }

  private void replace(NodeRecord before, NodeRecord after) {
    if (!before.nodeKey().equals(after.nodeKey())) {
      byNodeKey.remove(before.nodeKey());
    }
    byLabel.remove(before.label().given());
    index(after);
    if (!after.isExpired(clock.instant())) {
      announcedExpired.remove(after.id());
    } else if (!before.expiry().equals(after.expiry())) {
      announcedExpired.add(after.id()); // this very change tells it
    }
    listeners.forEach(listener -> listener.nodeChanged(before, after));
  }

  private void index(NodeRecord node) {
    byId.put(node.id(), node);
    byNodeKey.put(node.nodeKey(), node.id());
    byLabel.put(node.label().given(), node.id());
    byMachine.computeIfAbsent(node.machineKey(), machine -> new TreeSet<>()).add(node.id());
  }

  private NodeRecord existing(long id) {
    return Objects.requireNonNull(byId.get(id));
  }
}
