package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows about its own network. Optional booleans are null while unknown.
 *
 * @param mappingVariesByDestIp whether the NAT maps per destination (RFC 4787 address-dependent
 *     mapping)
 * @param preferredDerp home relay region; 0 makes the node unreachable by relay
 * @param linkType {@code wired}, {@code wifi}, {@code mobile} or empty
 * @param derpLatency seconds by {@code <region>-v4} or {@code <region>-v6}
 */
public record NetInfo(
    @JsonProperty("MappingVariesByDestIP") @WhenPresent @Nullable Boolean mappingVariesByDestIp,
    @JsonProperty("WorkingIPv6") @WhenPresent @Nullable Boolean workingIpv6,
    @JsonProperty("OSHasIPv6") @WhenPresent @Nullable Boolean osHasIpv6,
    @JsonProperty("WorkingUDP") @WhenPresent @Nullable Boolean workingUdp,
    @JsonProperty("WorkingICMPv4") @WhenPresent @Nullable Boolean workingIcmpv4,
    @JsonProperty("HavePortMap") boolean havePortMap,
    @JsonProperty("UPnP") @WhenPresent @Nullable Boolean upnp,
    @JsonProperty("PMP") @WhenPresent @Nullable Boolean pmp,
    @JsonProperty("PCP") @WhenPresent @Nullable Boolean pcp,
    @JsonProperty("PreferredDERP") int preferredDerp,
    @JsonProperty("LinkType") String linkType,
    @JsonProperty("DERPLatency") Map<String, Double> derpLatency,
    @JsonProperty("FirewallMode") String firewallMode) {

  /** Absent and null members become the empty value; collections are copied. */
  public NetInfo {
    linkType = Absent.text(linkType);
    derpLatency = Absent.map(derpLatency);
    firewallMode = Absent.text(firewallMode);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.mappingVariesByDestIp = mappingVariesByDestIp;
    b.workingIpv6 = workingIpv6;
    b.osHasIpv6 = osHasIpv6;
    b.workingUdp = workingUdp;
    b.workingIcmpv4 = workingIcmpv4;
    b.havePortMap = havePortMap;
    b.upnp = upnp;
    b.pmp = pmp;
    b.pcp = pcp;
    b.preferredDerp = preferredDerp;
    b.linkType = linkType;
    b.derpLatency = derpLatency;
    b.firewallMode = firewallMode;
    return b;
  }

  /**
   * Collects the members of a {@link NetInfo}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private @Nullable Boolean mappingVariesByDestIp;
    private @Nullable Boolean workingIpv6;
    private @Nullable Boolean osHasIpv6;
    private @Nullable Boolean workingUdp;
    private @Nullable Boolean workingIcmpv4;
    private boolean havePortMap;
    private @Nullable Boolean upnp;
    private @Nullable Boolean pmp;
    private @Nullable Boolean pcp;
    private int preferredDerp;
    private String linkType = "";
    private Map<String, Double> derpLatency = Map.of();
    private String firewallMode = "";

    private Builder() {}

    public Builder mappingVariesByDestIp(@Nullable Boolean value) {
      mappingVariesByDestIp = value;
      return this;
    }

    public Builder workingIpv6(@Nullable Boolean value) {
      workingIpv6 = value;
      return this;
    }

    public Builder osHasIpv6(@Nullable Boolean value) {
      osHasIpv6 = value;
      return this;
    }

    public Builder workingUdp(@Nullable Boolean value) {
      workingUdp = value;
      return this;
    }

    public Builder workingIcmpv4(@Nullable Boolean value) {
      workingIcmpv4 = value;
      return this;
    }

    public Builder havePortMap(boolean value) {
      havePortMap = value;
      return this;
    }

    public Builder upnp(@Nullable Boolean value) {
      upnp = value;
      return this;
    }

    public Builder pmp(@Nullable Boolean value) {
      pmp = value;
      return this;
    }

    public Builder pcp(@Nullable Boolean value) {
      pcp = value;
      return this;
    }

    public Builder preferredDerp(int value) {
      preferredDerp = value;
      return this;
    }

    public Builder linkType(String value) {
      linkType = value;
      return this;
    }

    public Builder derpLatency(Map<String, Double> value) {
      derpLatency = value;
      return this;
    }

    public Builder firewallMode(String value) {
      firewallMode = value;
      return this;
    }

    public NetInfo build() {
      return new NetInfo(
          mappingVariesByDestIp,
          workingIpv6,
          osHasIpv6,
          workingUdp,
          workingIcmpv4,
          havePortMap,
          upnp,
          pmp,
          pcp,
          preferredDerp,
          linkType,
          derpLatency,
          firewallMode);
    }
  }
}
