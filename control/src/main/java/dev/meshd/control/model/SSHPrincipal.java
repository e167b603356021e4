package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Who a rule of the SSH policy is about; any set member that matches is enough.
 *
 * @param node stable node id
 * @param pubKeys obsolete
 */
public record SSHPrincipal(
    @JsonProperty("node") String node,
    @JsonProperty("nodeIP") String nodeIp,
    @JsonProperty("userLogin") String userLogin,
    @JsonProperty("any") boolean any,
    @JsonProperty("pubKeys") List<String> pubKeys) {

  /** Absent and null members become the empty value; collections are copied. */
  public SSHPrincipal {
    node = Absent.text(node);
    nodeIp = Absent.text(nodeIp);
    userLogin = Absent.text(userLogin);
    pubKeys = Absent.list(pubKeys);
  }
}
