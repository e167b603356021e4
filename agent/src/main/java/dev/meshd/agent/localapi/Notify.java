package dev.meshd.agent.localapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message of the bus. A field that is absent has not changed.
 *
 * @param sessionId 32 hex digits, in the first message only
 * @param errMessage a failure that ends what the user asked for
 * @param loginFinished an empty object when a login has just succeeded
 * @param state {@link BackendState#wire()}
 * @param browseToUrl where the user has to log in
 * @see "tailscale: ipn/backend.go, Notify"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notify(
    @Nullable String version,
    @JsonProperty("SessionID") @Nullable String sessionId,
    @Nullable String errMessage,
    @Nullable JsonNode loginFinished,
    @Nullable Integer state,
    @Nullable Prefs prefs,
    @Nullable JsonNode netMap,
    @Nullable JsonNode selfChange,
    @Nullable List<JsonNode> peersChanged,
    @Nullable List<Long> peersRemoved,
    @Nullable Map<String, JsonNode> userProfiles,
    @Nullable JsonNode engine,
    @JsonProperty("BrowseToURL") @Nullable String browseToUrl,
    @Nullable Health health,
    @Nullable Status initialStatus) {

  /** All present conditions by code. */
  @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
  public record Health(Map<String, HealthWarning> warnings) {}

  public Optional<String> error() {
    return Optional.ofNullable(errMessage);
  }

  public Optional<BackendState> stateChange() {
    return Optional.ofNullable(state).flatMap(BackendState::fromWire);
  }

  public Optional<String> loginUrl() {
    return Optional.ofNullable(browseToUrl).filter(url -> !url.isEmpty());
  }

  /** A message without content, to be filled by the {@code with} methods. */
  public static Notify empty() {
    return new Notify(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  public static Notify error(String message) {
    return new Notify(
        null, null, message, null, null, null, null, null, null, null, null, null, null, null,
        null);
  }

  public static Notify ofState(BackendState state) {
    return empty().withState(state);
  }

  public static Notify ofPrefs(Prefs prefs) {
    return empty().withPrefs(prefs);
  }

  public static Notify ofLoginUrl(String url) {
    return empty().withLoginUrl(url);
  }

  public static Notify ofLoginFinished() {
    return new Notify(
        null,
        null,
        null,
        Json.object(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  public static Notify ofHealth(Map<String, HealthWarning> warnings) {
    return empty().withHealth(warnings);
  }

  /**
   * Changes of the network: self, peers that came or changed, numeric IDs of those that went,
   * owners.
   */
  public static Notify ofNetworkChange(
      @Nullable JsonNode self,
      @Nullable List<JsonNode> peersChanged,
      @Nullable List<Long> peersRemoved,
      @Nullable Map<String, JsonNode> userProfiles) {
    return new Notify(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        self,
        peersChanged,
        peersRemoved,
        userProfiles,
        null,
        null,
        null,
        null);
  }

  public Notify withSession(String id, String daemonVersion) {
    return new Notify(
        daemonVersion,
        id,
        errMessage,
        loginFinished,
        state,
        prefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        health,
        initialStatus);
  }

  public Notify withState(BackendState newState) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        newState.wire(),
        prefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        health,
        initialStatus);
  }

  public Notify withPrefs(Prefs newPrefs) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        state,
        newPrefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        health,
        initialStatus);
  }

  public Notify withLoginUrl(String url) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        state,
        prefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        url,
        health,
        initialStatus);
  }

  public Notify withHealth(Map<String, HealthWarning> warnings) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        state,
        prefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        new Health(warnings),
        initialStatus);
  }

  public Notify withNetMap(JsonNode map, JsonNode self) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        state,
        prefs,
        map,
        self,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        health,
        initialStatus);
  }

  public Notify withStatus(Status status) {
    return new Notify(
        version,
        sessionId,
        errMessage,
        loginFinished,
        state,
        prefs,
        netMap,
        selfChange,
        peersChanged,
        peersRemoved,
        userProfiles,
        engine,
        browseToUrl,
        health,
        status);
  }

  /**
   * This message without the parts a watcher with {@code mask} did not ask for; empty when nothing
   * is left.
   */
  public Optional<Notify> filteredFor(long mask) {
    boolean peers = NotifyMask.wantsPeers(mask);
    boolean engineUpdates = (mask & NotifyMask.ENGINE_UPDATES) != 0;
    Notify kept =
        new Notify(
            version,
            sessionId,
            errMessage,
            loginFinished,
            state,
            prefs,
            netMap,
            selfChange,
            peers ? peersChanged : null,
            peers ? peersRemoved : null,
            peers ? userProfiles : null,
            engineUpdates ? engine : null,
            browseToUrl,
            health,
            initialStatus);
    return kept.equals(empty()) ? Optional.empty() : Optional.of(kept);
  }
}
