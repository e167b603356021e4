package dev.meshd.agent.localapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user wants of this node. Changed only through {@link MaskedPrefs}, so that a writer
 * touches the fields it means and no others. A field that is null has three states, null being "not
 * decided".
 *
 * @param controlUrl the coordination server; takes effect at the next start
 * @param routeAll accept the subnet routes of peers
 * @param corpDns accept the network's DNS settings
 * @param wantRunning be connected
 * @param loggedOut the user logged out; only a new login brings the node back
 * @param shieldsUp refuse all inbound connections
 * @param hostname asked-for host name; empty means the system's
 * @param advertiseRoutes offered subnets; both default routes make an exit node
 * @param noSnat do not hide the sources of routed traffic
 * @param netfilterMode 0 off, 1 no divert, 2 on
 * @param operatorUser name of the local user who may write as root does
 * @see "tailscale: ipn/prefs.go"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record Prefs(
    @JsonProperty("ControlURL") String controlUrl,
    boolean routeAll,
    @JsonProperty("ExitNodeID") String exitNodeId,
    @JsonProperty("ExitNodeIP") String exitNodeIp,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String autoExitNode,
    String internalExitNodePrior,
    @JsonProperty("ExitNodeAllowLANAccess") boolean exitNodeAllowLanAccess,
    @JsonProperty("CorpDNS") boolean corpDns,
    @JsonProperty("RunSSH") boolean runSsh,
    boolean runWebClient,
    boolean wantRunning,
    boolean loggedOut,
    boolean shieldsUp,
    List<String> advertiseTags,
    String hostname,
    @JsonProperty("NotepadURLs") boolean notepadUrls,
    List<String> advertiseRoutes,
    List<String> advertiseServices,
    @Nullable Boolean sync,
    @JsonProperty("NoSNAT") boolean noSnat,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean noStatefulFiltering,
    int netfilterMode,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String operatorUser,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String profileName,
    AutoUpdate autoUpdate,
    AppConnector appConnector,
    boolean postureChecking,
    boolean remoteConfig,
    String netfilterKind,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer relayServerPort,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> relayServerStaticEndpoints) {

  private static final Prefs DEFAULTS =
      new Prefs(
          "",
          false,
          "",
          "",
          "",
          "",
          false,
          true,
          false,
          false,
          false,
          true,
          false,
          List.of(),
          "",
          false,
          List.of(),
          List.of(),
          null,
          false,
          true,
          2,
          "",
          "",
          new AutoUpdate(true, null),
          new AppConnector(false),
          false,
          false,
          "",
          null,
          List.of());

  public Prefs {
    controlUrl = text(controlUrl);
    exitNodeId = text(exitNodeId);
    exitNodeIp = text(exitNodeIp);
    autoExitNode = text(autoExitNode);
    internalExitNodePrior = text(internalExitNodePrior);
    advertiseTags = list(advertiseTags);
    hostname = text(hostname);
    advertiseRoutes = list(advertiseRoutes);
    advertiseServices = list(advertiseServices);
    operatorUser = text(operatorUser);
    profileName = text(profileName);
    autoUpdate = autoUpdate == null ? new AutoUpdate(true, null) : autoUpdate;
    appConnector = appConnector == null ? new AppConnector(false) : appConnector;
    netfilterKind = text(netfilterKind);
    relayServerStaticEndpoints = list(relayServerStaticEndpoints);
  }

  /** Update checks; kept for tools that read it. */
  @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
  public record AutoUpdate(boolean check, @Nullable Boolean apply) {}

  /** Kept for tools that read it. */
  @JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
  public record AppConnector(boolean advertise) {}

  /** The prefs of a node that has never been configured. */
  public static Prefs defaults() {
    return DEFAULTS;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static List<String> list(@Nullable List<String> value) {
    return value == null ? List.of() : List.copyOf(value);
  }
}
