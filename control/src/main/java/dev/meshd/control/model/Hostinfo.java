package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells about its host. The server keeps it whole and echoes it to peers, so every
 * request carries the complete current value: what is left out is gone.
 *
 * @param ipnVersion client version
 * @param os {@code linux}, {@code windows}, {@code macOS}, ...
 * @param osVersion kernel version on Linux
 * @param hostname first label the node asks for
 * @param shieldsUp whether incoming connections are refused
 * @param machine {@code uname -m}
 * @param routableIps advertised routes; both default routes mean exit node
 * @param requestTags tags the node wants to own
 * @param sshHostKeys not empty when the SSH server runs
 * @param exitNodeId stable id of the exit node in use
 */
public record Hostinfo(
    @JsonProperty("IPNVersion") String ipnVersion,
    @JsonProperty("FrontendLogID") String frontendLogId,
    @JsonProperty("BackendLogID") String backendLogId,
    @JsonProperty("OS") String os,
    @JsonProperty("OSVersion") String osVersion,
    @JsonProperty("Container") @WhenPresent @Nullable Boolean container,
    @JsonProperty("Env") String env,
    @JsonProperty("Distro") String distro,
    @JsonProperty("DistroVersion") String distroVersion,
    @JsonProperty("DistroCodeName") String distroCodeName,
    @JsonProperty("App") String app,
    @JsonProperty("Desktop") @WhenPresent @Nullable Boolean desktop,
    @JsonProperty("Package") String packageType,
    @JsonProperty("DeviceModel") String deviceModel,
    @JsonProperty("PushDeviceToken") String pushDeviceToken,
    @JsonProperty("Hostname") String hostname,
    @JsonProperty("ShieldsUp") boolean shieldsUp,
    @JsonProperty("ShareeNode") boolean shareeNode,
    @JsonProperty("NoLogsNoSupport") boolean noLogsNoSupport,
    @JsonProperty("RemoteConfig") boolean remoteConfig,
    @JsonProperty("WireIngress") boolean wireIngress,
    @JsonProperty("IngressEnabled") boolean ingressEnabled,
    @JsonProperty("AllowsUpdate") boolean allowsUpdate,
    @JsonProperty("Machine") String machine,
    @JsonProperty("GoArch") String goArch,
    @JsonProperty("GoArchVar") String goArchVar,
    @JsonProperty("GoVersion") String goVersion,
    @JsonProperty("RoutableIPs") List<IpPrefix> routableIps,
    @JsonProperty("RequestTags") List<String> requestTags,
    @JsonProperty("WoLMACs") List<String> wolMacs,
    @JsonProperty("Services") List<Service> services,
    @JsonProperty("NetInfo") @WhenPresent @Nullable NetInfo netInfo,
    @JsonProperty("sshHostKeys") List<String> sshHostKeys,
    @JsonProperty("Cloud") String cloud,
    @JsonProperty("Userspace") @WhenPresent @Nullable Boolean userspace,
    @JsonProperty("UserspaceRouter") @WhenPresent @Nullable Boolean userspaceRouter,
    @JsonProperty("AppConnector") @WhenPresent @Nullable Boolean appConnector,
    @JsonProperty("ServicesHash") String servicesHash,
    @JsonProperty("PeerRelay") boolean peerRelay,
    @JsonProperty("ExitNodeID") String exitNodeId,
    @JsonProperty("Location") @WhenPresent @Nullable Location location,
    @JsonProperty("TPM") @WhenPresent @Nullable TPMInfo tpm,
    @JsonProperty("StateEncrypted") @WhenPresent @Nullable Boolean stateEncrypted) {

  /** Absent and null members become the empty value; collections are copied. */
  public Hostinfo {
    ipnVersion = Absent.text(ipnVersion);
    frontendLogId = Absent.text(frontendLogId);
    backendLogId = Absent.text(backendLogId);
    os = Absent.text(os);
    osVersion = Absent.text(osVersion);
    env = Absent.text(env);
    distro = Absent.text(distro);
    distroVersion = Absent.text(distroVersion);
    distroCodeName = Absent.text(distroCodeName);
    app = Absent.text(app);
    packageType = Absent.text(packageType);
    deviceModel = Absent.text(deviceModel);
    pushDeviceToken = Absent.text(pushDeviceToken);
    hostname = Absent.text(hostname);
    machine = Absent.text(machine);
    goArch = Absent.text(goArch);
    goArchVar = Absent.text(goArchVar);
    goVersion = Absent.text(goVersion);
    routableIps = Absent.list(routableIps);
    requestTags = Absent.list(requestTags);
    wolMacs = Absent.list(wolMacs);
    services = Absent.list(services);
    sshHostKeys = Absent.list(sshHostKeys);
    cloud = Absent.text(cloud);
    servicesHash = Absent.text(servicesHash);
    exitNodeId = Absent.text(exitNodeId);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.ipnVersion = ipnVersion;
    b.frontendLogId = frontendLogId;
    b.backendLogId = backendLogId;
    b.os = os;
    b.osVersion = osVersion;
    b.container = container;
    b.env = env;
    b.distro = distro;
    b.distroVersion = distroVersion;
    b.distroCodeName = distroCodeName;
    b.app = app;
    b.desktop = desktop;
    b.packageType = packageType;
    b.deviceModel = deviceModel;
    b.pushDeviceToken = pushDeviceToken;
    b.hostname = hostname;
    b.shieldsUp = shieldsUp;
    b.shareeNode = shareeNode;
    b.noLogsNoSupport = noLogsNoSupport;
    b.remoteConfig = remoteConfig;
    b.wireIngress = wireIngress;
    b.ingressEnabled = ingressEnabled;
    b.allowsUpdate = allowsUpdate;
    b.machine = machine;
    b.goArch = goArch;
    b.goArchVar = goArchVar;
    b.goVersion = goVersion;
    b.routableIps = routableIps;
    b.requestTags = requestTags;
    b.wolMacs = wolMacs;
    b.services = services;
    b.netInfo = netInfo;
    b.sshHostKeys = sshHostKeys;
    b.cloud = cloud;
    b.userspace = userspace;
    b.userspaceRouter = userspaceRouter;
    b.appConnector = appConnector;
    b.servicesHash = servicesHash;
    b.peerRelay = peerRelay;
    b.exitNodeId = exitNodeId;
    b.location = location;
    b.tpm = tpm;
    b.stateEncrypted = stateEncrypted;
    return b;
  }

  /**
   * Collects the members of a {@link Hostinfo}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private String ipnVersion = "";
    private String frontendLogId = "";
    private String backendLogId = "";
    private String os = "";
    private String osVersion = "";
    private @Nullable Boolean container;
    private String env = "";
    private String distro = "";
    private String distroVersion = "";
    private String distroCodeName = "";
    private String app = "";
    private @Nullable Boolean desktop;
    private String packageType = "";
    private String deviceModel = "";
    private String pushDeviceToken = "";
    private String hostname = "";
    private boolean shieldsUp;
    private boolean shareeNode;
    private boolean noLogsNoSupport;
    private boolean remoteConfig;
    private boolean wireIngress;
    private boolean ingressEnabled;
    private boolean allowsUpdate;
    private String machine = "";
    private String goArch = "";
    private String goArchVar = "";
    private String goVersion = "";
    private List<IpPrefix> routableIps = List.of();
    private List<String> requestTags = List.of();
    private List<String> wolMacs = List.of();
    private List<Service> services = List.of();
    private @Nullable NetInfo netInfo;
    private List<String> sshHostKeys = List.of();
    private String cloud = "";
    private @Nullable Boolean userspace;
    private @Nullable Boolean userspaceRouter;
    private @Nullable Boolean appConnector;
    private String servicesHash = "";
    private boolean peerRelay;
    private String exitNodeId = "";
    private @Nullable Location location;
    private @Nullable TPMInfo tpm;
    private @Nullable Boolean stateEncrypted;

    private Builder() {}

    public Builder ipnVersion(String value) {
      ipnVersion = value;
      return this;
    }

    public Builder frontendLogId(String value) {
      frontendLogId = value;
      return this;
    }

    public Builder backendLogId(String value) {
      backendLogId = value;
      return this;
    }

    public Builder os(String value) {
      os = value;
      return this;
    }

    public Builder osVersion(String value) {
      osVersion = value;
      return this;
    }

    public Builder container(@Nullable Boolean value) {
      container = value;
      return this;
    }

    public Builder env(String value) {
      env = value;
      return this;
    }

    public Builder distro(String value) {
      distro = value;
      return this;
    }

    public Builder distroVersion(String value) {
      distroVersion = value;
      return this;
    }

    public Builder distroCodeName(String value) {
      distroCodeName = value;
      return this;
    }

    public Builder app(String value) {
      app = value;
      return this;
    }

    public Builder desktop(@Nullable Boolean value) {
      desktop = value;
      return this;
    }

    public Builder packageType(String value) {
      packageType = value;
      return this;
    }

    public Builder deviceModel(String value) {
      deviceModel = value;
      return this;
    }

    public Builder pushDeviceToken(String value) {
      pushDeviceToken = value;
      return this;
    }

    public Builder hostname(String value) {
      hostname = value;
      return this;
    }

    public Builder shieldsUp(boolean value) {
      shieldsUp = value;
      return this;
    }

    public Builder shareeNode(boolean value) {
      shareeNode = value;
      return this;
    }

    public Builder noLogsNoSupport(boolean value) {
      noLogsNoSupport = value;
      return this;
    }

    public Builder remoteConfig(boolean value) {
      remoteConfig = value;
      return this;
    }

    public Builder wireIngress(boolean value) {
      wireIngress = value;
      return this;
    }

    public Builder ingressEnabled(boolean value) {
      ingressEnabled = value;
      return this;
    }

    public Builder allowsUpdate(boolean value) {
      allowsUpdate = value;
      return this;
    }

    public Builder machine(String value) {
      machine = value;
      return this;
    }

    public Builder goArch(String value) {
      goArch = value;
      return this;
    }

    public Builder goArchVar(String value) {
      goArchVar = value;
      return this;
    }

    public Builder goVersion(String value) {
      goVersion = value;
      return this;
    }

    public Builder routableIps(List<IpPrefix> value) {
      routableIps = value;
      return this;
    }

    public Builder requestTags(List<String> value) {
      requestTags = value;
      return this;
    }

    public Builder wolMacs(List<String> value) {
      wolMacs = value;
      return this;
    }

    public Builder services(List<Service> value) {
      services = value;
      return this;
    }

    public Builder netInfo(@Nullable NetInfo value) {
      netInfo = value;
      return this;
    }

    public Builder sshHostKeys(List<String> value) {
      sshHostKeys = value;
      return this;
    }

    public Builder cloud(String value) {
      cloud = value;
      return this;
    }

    public Builder userspace(@Nullable Boolean value) {
      userspace = value;
      return this;
    }

    public Builder userspaceRouter(@Nullable Boolean value) {
      userspaceRouter = value;
      return this;
    }

    public Builder appConnector(@Nullable Boolean value) {
      appConnector = value;
      return this;
    }

    public Builder servicesHash(String value) {
      servicesHash = value;
      return this;
    }

    public Builder peerRelay(boolean value) {
      peerRelay = value;
      return this;
    }

    public Builder exitNodeId(String value) {
      exitNodeId = value;
      return this;
    }

    public Builder location(@Nullable Location value) {
      location = value;
      return this;
    }

    public Builder tpm(@Nullable TPMInfo value) {
      tpm = value;
      return this;
    }

    public Builder stateEncrypted(@Nullable Boolean value) {
      stateEncrypted = value;
      return this;
    }

    public Hostinfo build() {
      return new Hostinfo(
          ipnVersion,
          frontendLogId,
          backendLogId,
          os,
          osVersion,
          container,
          env,
          distro,
          distroVersion,
          distroCodeName,
          app,
          desktop,
          packageType,
          deviceModel,
          pushDeviceToken,
          hostname,
          shieldsUp,
          shareeNode,
          noLogsNoSupport,
          remoteConfig,
          wireIngress,
          ingressEnabled,
          allowsUpdate,
          machine,
          goArch,
          goArchVar,
          goVersion,
          routableIps,
          requestTags,
          wolMacs,
          services,
          netInfo,
          sshHostKeys,
          cloud,
          userspace,
          userspaceRouter,
          appConnector,
          servicesHash,
          peerRelay,
          exitNodeId,
          location,
          tpm,
          stateEncrypted);
    }
  }
}
