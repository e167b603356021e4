package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** Who may open SSH sessions on this node; the first matching rule wins. */
public record SSHPolicy(@JsonProperty("rules") @Always List<SSHRule> rules) {

  /** Absent and null members become the empty value; collections are copied. */
  public SSHPolicy {
    rules = Absent.list(rules);
  }
}
