package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One relay server of a region.
 *
 * @param name unique name, not a host
 * @param certName expected certificate name; {@code sha256-raw:<hex>} pins a self-signed one
 * @param ipv4 literal address, {@code none} disables the family
 * @param ipv6 literal address, {@code none} disables the family
 * @param stunPort 0 means 3478, -1 no STUN
 * @param derpPort 0 means 443
 * @param insecureForTests whether TLS is not verified
 */
public record DERPNode(
    @JsonProperty("Name") @Always String name,
    @JsonProperty("RegionID") @Always int regionId,
    @JsonProperty("HostName") @Always String hostName,
    @JsonProperty("CertName") String certName,
    @JsonProperty("IPv4") String ipv4,
    @JsonProperty("IPv6") String ipv6,
    @JsonProperty("STUNPort") int stunPort,
    @JsonProperty("STUNOnly") boolean stunOnly,
    @JsonProperty("DERPPort") int derpPort,
    @JsonProperty("InsecureForTests") boolean insecureForTests,
    @JsonProperty("STUNTestIP") String stunTestIp,
    @JsonProperty("CanPort80") boolean canPort80) {

  /** Absent and null members become the empty value; collections are copied. */
  public DERPNode {
    name = Absent.text(name);
    hostName = Absent.text(hostName);
    certName = Absent.text(certName);
    ipv4 = Absent.text(ipv4);
    ipv6 = Absent.text(ipv6);
    stunTestIp = Absent.text(stunTestIp);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.name = name;
    b.regionId = regionId;
    b.hostName = hostName;
    b.certName = certName;
    b.ipv4 = ipv4;
    b.ipv6 = ipv6;
    b.stunPort = stunPort;
    b.stunOnly = stunOnly;
    b.derpPort = derpPort;
    b.insecureForTests = insecureForTests;
    b.stunTestIp = stunTestIp;
    b.canPort80 = canPort80;
    return b;
  }

  /**
   * Collects the members of a {@link DERPNode}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private String name = "";
    private int regionId;
    private String hostName = "";
    private String certName = "";
    private String ipv4 = "";
    private String ipv6 = "";
    private int stunPort;
    private boolean stunOnly;
    private int derpPort;
    private boolean insecureForTests;
    private String stunTestIp = "";
    private boolean canPort80;

    private Builder() {}

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder regionId(int value) {
      regionId = value;
      return this;
    }

    public Builder hostName(String value) {
      hostName = value;
      return this;
    }

    public Builder certName(String value) {
      certName = value;
      return this;
    }

    public Builder ipv4(String value) {
      ipv4 = value;
      return this;
    }

    public Builder ipv6(String value) {
      ipv6 = value;
      return this;
    }

    public Builder stunPort(int value) {
      stunPort = value;
      return this;
    }

    public Builder stunOnly(boolean value) {
      stunOnly = value;
      return this;
    }

    public Builder derpPort(int value) {
      derpPort = value;
      return this;
    }

    public Builder insecureForTests(boolean value) {
      insecureForTests = value;
      return this;
    }

    public Builder stunTestIp(String value) {
      stunTestIp = value;
      return this;
    }

    public Builder canPort80(boolean value) {
      canPort80 = value;
      return this;
    }

    public DERPNode build() {
      return new DERPNode(
          name,
          regionId,
          hostName,
          certName,
          ipv4,
          ipv6,
          stunPort,
          stunOnly,
          derpPort,
          insecureForTests,
          stunTestIp,
          canPort80);
    }
  }
}
