package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** Ways to dial the control server other than by DNS; empty means by DNS. */
public record ControlDialPlan(
    @JsonProperty("Candidates") @Always List<ControlIPCandidate> candidates) {

  /** Absent and null members become the empty value; collections are copied. */
  public ControlDialPlan {
    candidates = Absent.list(candidates);
  }
}
