package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The relays of the mesh. In a map response it may be partial: null {@code regions} keep the
 * regions and {@code omitDefaultRegions} held before, null {@code homeParams} keep the tuning.
 *
 * @param regions by region id
 */
public record DERPMap(
    @JsonProperty("HomeParams") @WhenPresent @Nullable DERPHomeParams homeParams,
    @JsonProperty("Regions") @Always @Nullable Map<Integer, DERPRegion> regions,
    @JsonProperty("omitDefaultRegions") boolean omitDefaultRegions) {

  /** Absent and null members become the empty value; collections are copied. */
  public DERPMap {
    regions = Absent.copyOrNull(regions);
  }

  /** A complete map of {@code regions}. */
  public static DERPMap of(Map<Integer, DERPRegion> regions) {
    return new DERPMap(null, regions, false);
  }
}
