package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Relay servers of one place.
 *
 * @param regionId positive; 900 to 999 are for private relays
 * @param avoid deprecated
 * @param noMeasureNoHome never probed and never home, still used to reach peers
 * @param nodes in order of preference
 */
public record DERPRegion(
    @JsonProperty("RegionID") @Always int regionId,
    @JsonProperty("RegionCode") @Always String regionCode,
    @JsonProperty("RegionName") @Always String regionName,
    @JsonProperty("Latitude") double latitude,
    @JsonProperty("Longitude") double longitude,
    @JsonProperty("Avoid") boolean avoid,
    @JsonProperty("NoMeasureNoHome") boolean noMeasureNoHome,
    @JsonProperty("Nodes") @Always List<DERPNode> nodes) {

  /** Absent and null members become the empty value; collections are copied. */
  public DERPRegion {
    regionCode = Absent.text(regionCode);
    regionName = Absent.text(regionName);
    nodes = Absent.list(nodes);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.regionId = regionId;
    b.regionCode = regionCode;
    b.regionName = regionName;
    b.latitude = latitude;
    b.longitude = longitude;
    b.avoid = avoid;
    b.noMeasureNoHome = noMeasureNoHome;
    b.nodes = nodes;
    return b;
  }

  /**
   * Collects the members of a {@link DERPRegion}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private int regionId;
    private String regionCode = "";
    private String regionName = "";
    private double latitude;
    private double longitude;
    private boolean avoid;
    private boolean noMeasureNoHome;
    private List<DERPNode> nodes = List.of();

    private Builder() {}

    public Builder regionId(int value) {
      regionId = value;
      return this;
    }

    public Builder regionCode(String value) {
      regionCode = value;
      return this;
    }

    public Builder regionName(String value) {
      regionName = value;
      return this;
    }

    public Builder latitude(double value) {
      latitude = value;
      return this;
    }

    public Builder longitude(double value) {
      longitude = value;
      return this;
    }

    public Builder avoid(boolean value) {
      avoid = value;
      return this;
    }

    public Builder noMeasureNoHome(boolean value) {
      noMeasureNoHome = value;
      return this;
    }

    public Builder nodes(List<DERPNode> value) {
      nodes = value;
      return this;
    }

    public DERPRegion build() {
      return new DERPRegion(
          regionId, regionCode, regionName, latitude, longitude, avoid, noMeasureNoHome, nodes);
    }
  }
}
