package dev.meshd.coordinator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.domain.PreAuthKey;
import dev.meshd.coordinator.domain.User;
import dev.meshd.coordinator.registry.KeyRing;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.RefusedException;
import dev.meshd.coordinator.registry.Registrar;
import dev.meshd.coordinator.registry.UserDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What administrators can ask, by method and path below {@code /api/v1/}. Users and nodes may be
 * named by id or name wherever Headscale's API takes an id. Owned by the coordinator loop.
 *
 * <pre>
 * user        GET ?name=  POST {name, displayName, email}  POST /U/rename/NEW  DELETE /U
 * preauthkey  GET  POST {user, reusable, ephemeral, expiration, aclTags}  POST /expire {id}  DELETE ?id=
 * node        GET ?user=  GET /N  POST /register ?user= ?key=  POST /N/expire {expiry | disableExpiry}
 *             POST /N/rename/NEW  POST /N/tags {tags}  POST /N/user {user}  DELETE /N
 * registration GET
 * log-level   GET  POST {logger, level}
 * health      GET
 * </pre>
 */
public final class AdminApi {
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(365 * 100);

  private final UserDirectory users;
  private final KeyRing keys;
  private final NodeRegistry nodes;
  private final Registrar registrar;
  private final LogControl log;
  private final InstantSource clock;

  public AdminApi(
      UserDirectory users,
      KeyRing keys,
      NodeRegistry nodes,
      Registrar registrar,
      LogControl log,
      InstantSource clock) {
    this.users = users;
    this.keys = keys;
    this.nodes = nodes;
    this.registrar = registrar;
    this.log = log;
    this.clock = clock;
  }

  static RefusedException badInput(String sentence) {
    return new RefusedException(RefusedException.Reason.BAD_INPUT, sentence);
  }

  /**
   * Answers one request with a JSON object.
   *
   * @throws RefusedException for what cannot be done; nothing has changed then
   */
  JsonNode answer(AdminRequest request) {
    List<String> path = request.path();
    Object answer =
        switch (path.isEmpty() ? "" : path.getFirst()) {
          case "user" -> user(request, path);
          case "preauthkey" -> preAuthKey(request, path);
          case "node" -> node(request, path);
          case "registration" -> registrations(request, path);
          case "log-level" -> logLevel(request, path);
          case "health" -> Map.of("databaseConnectivity", true);
          default -> throw noSuchPath(request);
        };
    return ApiJson.mapper().valueToTree(answer);
  }

  private Object user(AdminRequest request, List<String> path) {
    return switch (request.method() + " " + path.size()) {
      case "GET 1" ->
          Map.of(
              "users",
              users.all().stream()
                  .filter(user -> request.text("name").map(user.name()::equals).orElse(true))
                  .map(ApiUser::of)
                  .toList());
      case "POST 1" ->
          shown(
              users.create(
                  request.require("name"),
                  request.text("displayName").orElse(""),
                  request.text("email").orElse("")));
      case "POST 4" -> {
        requirePart(request, 2, "rename");
        yield shown(users.rename(users.require(path.get(1)), path.get(3)));
      }
      case "DELETE 2" -> {
        users.delete(users.require(path.get(1)), nodes);
        yield Map.of();
      }
      default -> throw noSuchPath(request);
    };
  }

  private Object preAuthKey(AdminRequest request, List<String> path) {
    return switch (request.method() + " " + path.size()) {
      case "GET 1" -> Map.of("preAuthKeys", keys.all().stream().map(this::shown).toList());
      case "POST 1" -> Map.of("preAuthKey", issueKey(request));
      case "POST 2" -> {
        requirePart(request, 1, "expire");
        keys.expire(keyId(request));
        yield Map.of();
      }
      case "DELETE 1" -> {
        keys.delete(keyId(request));
        yield Map.of();
      }
      default -> throw noSuchPath(request);
    };
  }

  private ApiPreAuthKey issueKey(AdminRequest request) {
    Optional<User> owner = request.text("user").map(users::require);
    Duration lifetime =
        request
            .time("expiration")
            .map(end -> Duration.between(clock.instant(), end))
            .orElse(Duration.ZERO);
    if (lifetime.isNegative() || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
      throw badInput("the expiration must lie in the future, by at most a hundred years");
    }
    KeyRing.IssuedKey issued =
        keys.issue(
            owner.map(user -> OptionalLong.of(user.id())).orElse(OptionalLong.empty()),
            request.flag("reusable"),
            request.flag("ephemeral"),
            request.texts("aclTags"),
            lifetime);
    return ApiPreAuthKey.of(
        issued.key(), issued.secret().reveal(), owner.map(User::name), clock.instant());
  }

  private Object node(AdminRequest request, List<String> path) {
    if (path.size() == 2 && path.get(1).equals("register") && request.method().equals("POST")) {
      String id = request.require("key");
      // People also paste the whole address of the page.
      return shown(
          registrar.approve(
              id.substring(id.lastIndexOf('/') + 1),
              request.text("user").map(users::require).orElseGet(users::requireOnly)));
    }
    return switch (request.method() + " " + path.size()) {
      case "GET 1" -> Map.of("nodes", listNodes(request));
      case "GET 2" -> shown(nodes.require(path.get(1)));
      case "DELETE 2" -> {
        nodes.delete(nodes.require(path.get(1)));
        yield Map.of();
      }
      case "POST 3" -> changeNode(request, nodes.require(path.get(1)), path.get(2));
      case "POST 4" -> {
        requirePart(request, 2, "rename");
        yield shown(nodes.rename(nodes.require(path.get(1)), path.get(3)));
      }
      default -> throw noSuchPath(request);
    };
  }

  private Object registrations(AdminRequest request, List<String> path) {
    if (!request.method().equals("GET") || path.size() != 1) {
      throw noSuchPath(request);
    }
    return Map.of("registrations", registrar.waiting().stream().map(ApiRegistration::of).toList());
  }

  private Object logLevel(AdminRequest request, List<String> path) {
    return switch (request.method() + " " + path.size()) {
      case "GET 1" -> Map.of("levels", log.levels());
      case "POST 1" -> {
        try {
          log.setLevel(request.text("logger").orElse("dev.meshd"), request.require("level"));
        } catch (IllegalArgumentException e) {
          throw badInput(String.valueOf(e.getMessage()));
        }
        yield Map.of("levels", log.levels());
      }
      default -> throw noSuchPath(request);
    };
  }

  private List<ApiNode> listNodes(AdminRequest request) {
    Optional<User> owner = request.text("user").map(users::require);
    return nodes.all().stream()
        .filter(
            node -> owner.map(user -> users.shownFor(node.owner()).id() == user.id()).orElse(true))
        .map(this::api)
        .toList();
  }

  private Object changeNode(AdminRequest request, NodeRecord node, String change) {
    return switch (change) {
      case "expire" ->
          shown(
              nodes.setExpiry(
                  node,
                  request.flag("disableExpiry")
                      ? Optional.empty()
                      : Optional.of(request.time("expiry").orElseGet(clock::instant))));
      case "user" -> shown(nodes.move(node, users.require(request.require("user"))));
      case "tags" -> shown(nodes.setTags(node, request.texts("tags")));
      default -> throw noSuchPath(request);
    };
  }

  private static long keyId(AdminRequest request) {
    String id = request.require("id");
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw badInput("the id of a pre-auth key is a number, not '" + id + "'");
    }
  }

  private static void requirePart(AdminRequest request, int index, String word) {
    if (!request.path().get(index).equals(word)) {
      throw noSuchPath(request);
    }
  }

  private static RefusedException noSuchPath(AdminRequest request) {
    return new RefusedException(
        RefusedException.Reason.NOT_FOUND,
        "there is no " + request.method() + " /api/v1/" + String.join("/", request.path()));
  }

  private static Map<String, ApiUser> shown(User user) {
    return Map.of("user", ApiUser.of(user));
  }

  private Map<String, ApiNode> shown(NodeRecord node) {
    return Map.of("node", api(node));
  }

  private ApiNode api(NodeRecord node) {
    return ApiNode.of(node, users.shownFor(node.owner()), clock.instant());
  }

  private ApiPreAuthKey shown(PreAuthKey key) {
    Instant now = clock.instant();
    Optional<String> owner =
        key.userId().isPresent()
            ? users.byId(key.userId().getAsLong()).map(User::name)
            : Optional.empty();
    return ApiPreAuthKey.of(key, key.shownForm(), owner, now);
  }
}
