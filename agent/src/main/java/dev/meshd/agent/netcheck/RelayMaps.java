package dev.meshd.agent.netcheck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.node.MapTranslation;
import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.WireJson;
import dev.meshd.derp.DerpMap;
import java.io.IOException;

/** Reads relay maps in the form of the control protocol. Stateless. */
public final class RelayMaps {

  private RelayMaps() {}

  /**
   * @throws IOException if the JSON is no relay map
   */
  public static DerpMap of(JsonNode json) throws IOException {
    try {
      return MapTranslation.relays(WireJson.mapper().treeToValue(json, DERPMap.class));
    } catch (JsonProcessingException e) {
      throw new IOException("not a relay map: " + e.getOriginalMessage(), e);
    }
  }
}
