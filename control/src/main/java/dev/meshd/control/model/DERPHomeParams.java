package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tuning of the choice of the home relay.
 *
 * @param regionScore factor on a region's latency, smaller is preferred; empty resets all to 1
 */
public record DERPHomeParams(
    @JsonProperty("RegionScore") @WhenPresent @Nullable Map<Integer, Double> regionScore) {

  /** Absent and null members become the empty value; collections are copied. */
  public DERPHomeParams {
    regionScore = Absent.copyOrNull(regionScore);
  }
}
