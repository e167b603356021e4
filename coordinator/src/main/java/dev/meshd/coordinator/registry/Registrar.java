package dev.meshd.coordinator.registry;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.Login;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireTime;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.Origin;
import dev.meshd.coordinator.domain.Owner;
import dev.meshd.coordinator.domain.PreAuthKey;
import dev.meshd.coordinator.domain.RegisterMethod;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.registry.NodeRegistry.LoginFacts;
import dev.meshd.coordinator.storage.Transaction;
import dev.meshd.crypto.MachineKey;
import dev.meshd.packet.IpAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The rules of {@code /machine/register}, in the order that decides:
 *
 * <ol>
 *   <li>an expiry in the past is a logout, whatever else is in the request;
 *   <li>a known node key without an auth key is a restart: the current state, or "key expired";
 *   <li>a follow-up waits until a person decides;
 *   <li>an auth key admits at once;
 *   <li>everything else gets the address of a page where a person can let the device in.
 * </ol>
 *
 * <p>Refusals are answers with a text for the user, never errors of the connection. Owned by the
 * coordinator loop; futures complete on it.
 */
public final class Registrar {
  private static final String REGISTER_PATH = "/register/";
  private static final Hostinfo NO_HOSTINFO = Hostinfo.builder().build();

  private final UserDirectory users;
  private final KeyRing keys;
  private final NodeRegistry nodes;
  private final PendingRegistrations pending;
  private final InstantSource clock;
  private final Supplier<URI> serverUrl;
  private final Duration defaultExpiry;

  /**
   * @param serverUrl what the addresses given to people begin with
   * @param defaultExpiry lifetime of keys when the client asks for none; zero for no end
   */
  public Registrar(
      UserDirectory users,
      KeyRing keys,
      NodeRegistry nodes,
      PendingRegistrations pending,
      InstantSource clock,
      Supplier<URI> serverUrl,
      Duration defaultExpiry) {
    this.users = users;
    this.keys = keys;
    this.nodes = nodes;
    this.pending = pending;
    this.clock = clock;
    this.serverUrl = serverUrl;
    this.defaultExpiry = defaultExpiry;
  }

  /**
   * Decides one request of the device that proved {@code machine}. Cancelling the future ends a
   * wait.
   *
   * @param from where the request came from, to be shown to a person who decides
   */
  public CompletableFuture<RegisterResponse> register(
      MachineKey machine, RegisterRequest request, Asker from) {
    try {
      if (request.nodeKey().isZero()) {
        return answered(RegisterResponse.refusal("the node key is missing"));
      }
      return decide(machine, request, from);
    } catch (RefusedException e) {
      return answered(RegisterResponse.refusal(e.sentence()));
    }
  }

  private CompletableFuture<RegisterResponse> decide(
      MachineKey machine, RegisterRequest request, Asker from) {
    Optional<NodeRecord> known = nodes.byNodeKey(request.nodeKey());
    Optional<String> authKey =
        Optional.ofNullable(request.auth())
            .map(RegisterRequestAuth::authKey)
            .filter(key -> !key.isEmpty());
    boolean expirySet = WireTime.isSet(request.expiry());
    if (known.isPresent() && expirySet && request.expiry().isBefore(clock.instant())) {
      return answered(logOut(requireSameMachine(known.get(), machine)));
    }
    if (known.isPresent() && authKey.isEmpty()) {
      return answered(restart(requireSameMachine(known.get(), machine), expirySet));
    }
    if (!request.followup().isEmpty()) {
      return followUp(machine, request, from);
    }
    if (authKey.isPresent()) {
      return answered(admitByKey(machine, request, authKey.get(), known));
    }
    return answered(askPerson(machine, request, from));
  }

  private static NodeRecord requireSameMachine(NodeRecord node, MachineKey machine) {
    if (!node.machineKey().equals(machine)) {
      throw RefusedException.conflict("node exists with a different machine key");
    }
    return node;
  }

  /** An ephemeral node goes at once, any other stays with a key that ends now. */
  private RegisterResponse logOut(NodeRecord node) {
    if (node.origin().ephemeral()) {
      nodes.delete(node);
    } else if (!node.isExpired(clock.instant())) {
      nodes.setExpiry(node, Optional.of(clock.instant()));
    }
    return RegisterResponse.builder().nodeKeyExpired(true).build();
  }

  private RegisterResponse restart(NodeRecord node, boolean asksForExpiry) {
    if (node.isExpired(clock.instant())) {
      return accepted(node).toBuilder().nodeKeyExpired(true).machineAuthorized(false).build();
    }
    return asksForExpiry
        ? RegisterResponse.refusal("extending key is not allowed")
        : accepted(node);
  }

  private CompletableFuture<RegisterResponse> followUp(
      MachineKey machine, RegisterRequest request, Asker from) {
    String path = followUpPath(request.followup());
    Optional<PendingRegistration> waiting =
        pending
            .find(path.substring(REGISTER_PATH.length()))
            .filter(found -> found.machineKey().equals(machine));
    if (waiting.isEmpty()) {
      return answered(askPerson(machine, request, from));
    }
    CompletableFuture<PendingRegistration.Outcome> outcome = waiting.get().outcome();
    CompletableFuture<RegisterResponse> answer =
        outcome.thenApply(result -> afterWait(result, machine, request, from));
    var _ =
        answer.whenComplete(
            (response, failure) -> {
              if (answer.isCancelled()) {
                outcome.cancel(false);
              }
            });
    return answer;
  }

  private static String followUpPath(String followup) {
    try {
      String path = URI.create(followup).getPath();
      if (path != null && path.startsWith(REGISTER_PATH + PendingRegistrations.ID_HEAD)) {
        return path;
      }
    } catch (IllegalArgumentException e) {
      throw RefusedException.badInput("invalid followup URL");
    }
    throw RefusedException.badInput("invalid registration ID");
  }

  private RegisterResponse afterWait(
      PendingRegistration.Outcome outcome,
      MachineKey machine,
      RegisterRequest request,
      Asker from) {
    return switch (outcome) {
      case PendingRegistration.Outcome.Approved(long nodeId) ->
          nodes.byId(nodeId).map(this::accepted).orElseGet(() -> askPerson(machine, request, from));
      case PendingRegistration.Outcome.Lapsed() -> askPerson(machine, request, from);
    };
  }

  private RegisterResponse admitByKey(
      MachineKey machine, RegisterRequest request, String text, Optional<NodeRecord> known) {
    if (known.isPresent() && !known.get().machineKey().equals(machine)) {
      throw RefusedException.conflict("node key already in use by another machine");
    }
    Optional<PreAuthKey> key = keys.find(text);
    if (known.isPresent()
        && !known.get().isExpired(clock.instant())
        && key.map(k -> sameIdentity(known.get().owner(), k.owner())).orElse(true)) {
      // A restarted container presents its spent key again; its node key is proof enough.
      return accepted(known.get());
    }
    PreAuthKey valid = key.orElseThrow(() -> RefusedException.badInput("invalid pre auth key"));
    Optional<String> refusal = valid.refusal(clock.instant());
    if (refusal.isPresent()) {
      throw RefusedException.badInput(refusal.get());
    }
    Origin origin =
        new Origin(RegisterMethod.AUTH_KEY, OptionalLong.of(valid.id()), valid.ephemeral());
    Optional<NodeRecord> successor = successorOn(machine, request, valid.owner());
    if (successor.isEmpty()) {
      refuseRequestedTags(request);
    }
    if (known.isPresent() && !known.equals(successor)) {
      // The device changes owner: the old node keeps its key, so the new one needs another.
      return RegisterResponse.builder().nodeKeyExpired(true).build();
    }
    return accepted(
        admit(
            machine,
            request,
            successor,
            valid.owner(),
            origin,
            tx -> tx.preAuthKeys().markUsed(valid.id())));
  }

  private RegisterResponse askPerson(MachineKey machine, RegisterRequest request, Asker from) {
    refuseRequestedTags(request);
    PendingRegistration waiting = pending.open(machine, request, from);
    return RegisterResponse.builder()
        .authUrl(serverUrl.get() + REGISTER_PATH + waiting.id())
        .build();
  }

  /** Tags come from auth keys and administrators only; nobody is set down as owner of a tag. */
  private static void refuseRequestedTags(RegisterRequest request) {
    Hostinfo hostinfo = request.hostinfo();
    if (hostinfo != null && !hostinfo.requestTags().isEmpty()) {
      throw RefusedException.badInput(
          "requested tags ["
              + String.join(" ", hostinfo.requestTags())
              + "] are invalid or not permitted");
    }
  }

  /** What the page of a registration shows. */
  public RegistrationView view(String pendingId) {
    return pending
        .find(pendingId)
        .<RegistrationView>flatMap(
            found ->
                found.isApproved()
                    ? nodes.byId(found.approvedNodeId().getAsLong()).map(Registrar::approvedView)
                    : Optional.of(waitingView(found)))
        .orElseGet(RegistrationView.Unknown::new);
  }

  /** The devices that wait for a person, oldest first. */
  public List<RegistrationView.Waiting> waiting() {
    return pending.waiting().stream().map(this::waitingView).toList();
  }

  private RegistrationView.Waiting waitingView(PendingRegistration found) {
    Hostinfo hostinfo = Optional.ofNullable(found.request().hostinfo()).orElse(NO_HOSTINFO);
    return new RegistrationView.Waiting(
        found.id(),
        hostinfo.hostname(),
        (hostinfo.os() + " " + hostinfo.osVersion() + " " + hostinfo.machine()).strip(),
        hostinfo.ipnVersion(),
        found.from().address(),
        found.request().nodeKey(),
        found.lapsesAt(),
        switch (users.all().size()) {
          case 0 -> RegistrationView.Users.NONE;
          case 1 -> RegistrationView.Users.ONE;
          default -> RegistrationView.Users.SEVERAL;
        });
  }

  private static RegistrationView approvedView(NodeRecord node) {
    return new RegistrationView.Approved(
        node.label().given(),
        node.addresses().all().stream().map(IpAddress::toString).toList(),
        node.nodeKey());
  }

  /**
   * Lets a waiting device in as a node of {@code user}.
   *
   * @throws RefusedException when nothing of this id waits
   */
  public NodeRecord approve(String pendingId, User user) {
    PendingRegistration waiting =
        pending
            .find(pendingId)
            .filter(found -> !found.isApproved())
            .orElseThrow(
                () ->
                    RefusedException.notFound(
                        "no registration '"
                            + pendingId
                            + "' is waiting; it may have lapsed, run 'up' again"));
    RegisterRequest request = waiting.request();
    Owner owner = new Owner.OfUser(user.id());
    Optional<NodeRecord> successor = successorOn(waiting.machineKey(), request, owner);
    Optional<NodeRecord> known = nodes.byNodeKey(request.nodeKey());
    if (known.isPresent() && !known.equals(successor)) {
      throw RefusedException.conflict("the node key is in use by another node");
    }
    NodeRecord node =
        admit(
            waiting.machineKey(),
            request,
            successor,
            owner,
            new Origin(RegisterMethod.CLI, OptionalLong.empty(), false),
            tx -> {});
    waiting.approved(node.id());
    return node;
  }

  private NodeRecord admit(
      MachineKey machine,
      RegisterRequest request,
      Optional<NodeRecord> successor,
      Owner owner,
      Origin origin,
      Consumer<Transaction> alongside) {
    Hostinfo hostinfo = request.hostinfo();
    LoginFacts login =
        new LoginFacts(
            machine,
            request.nodeKey(),
            // Tags of a key count at the first registration only.
            successor.map(NodeRecord::owner).filter(old -> sameIdentity(old, owner)).orElse(owner),
            origin,
            expiryOf(request, owner),
            hostinfo == null ? NO_HOSTINFO : hostinfo,
            request.version());
    return successor.isPresent()
        ? nodes.logIn(successor.get(), login, alongside)
        : nodes.add(login, alongside);
  }

  /**
   * The record that a login continues: the one of the same device and owner, or, for a tagged
   * login, the user's node whose key it replaces.
   */
  private Optional<NodeRecord> successorOn(
      MachineKey machine, RegisterRequest request, Owner owner) {
    var ofMachine = nodes.ofMachine(machine);
    return ofMachine.stream()
        .filter(node -> sameIdentity(node.owner(), owner))
        .findFirst()
        .or(
            () ->
                owner instanceof Owner.Tagged
                    ? ofMachine.stream()
                        .filter(
                            node ->
                                node.nodeKey().equals(request.nodeKey())
                                    || node.nodeKey().equals(request.oldNodeKey()))
                        .findFirst()
                    : Optional.empty());
  }

  /** Users are compared, tagged is tagged: one device has one tagged node. */
  private static boolean sameIdentity(Owner a, Owner b) {
    return a instanceof Owner.Tagged ? b instanceof Owner.Tagged : a.equals(b);
  }

  private Optional<Instant> expiryOf(RegisterRequest request, Owner owner) {
    if (owner instanceof Owner.Tagged) {
      return Optional.empty();
    }
    Optional<Instant> latest =
        defaultExpiry.isZero()
            ? Optional.empty()
            : Optional.of(clock.instant().plus(defaultExpiry));
    if (WireTime.isSet(request.expiry()) && request.expiry().isAfter(clock.instant())) {
      // A client may ask for less than is configured, never for more.
      return latest.filter(request.expiry()::isAfter).or(() -> Optional.of(request.expiry()));
    }
    return latest;
  }

  private RegisterResponse accepted(NodeRecord node) {
    User owner = users.shownFor(node.owner());
    return RegisterResponse.builder()
        .user(
            new dev.meshd.control.model.User(owner.id(), owner.shownName(), "", owner.createdAt()))
        .login(new Login(owner.id(), "", owner.name(), owner.shownName(), ""))
        .machineAuthorized(true)
        .build();
  }

  private static CompletableFuture<RegisterResponse> answered(RegisterResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
