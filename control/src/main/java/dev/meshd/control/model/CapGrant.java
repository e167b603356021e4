package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * Application capabilities that a rule's sources have towards some destinations.
 *
 * @param caps deprecated form of {@code capMap}
 * @param capMap capability name to its values
 */
public record CapGrant(
    @JsonProperty("Dsts") @Always List<IpPrefix> dsts,
    @JsonProperty("Caps") List<String> caps,
    @JsonProperty("CapMap") @JsonSetter(contentNulls = Nulls.SET)
        Map<String, List<JsonNode>> capMap) {

  /** Absent and null members become the empty value; collections are copied. */
  public CapGrant {
    dsts = Absent.list(dsts);
    caps = Absent.list(caps);
    capMap = Absent.mapOfLists(capMap);
  }
}
