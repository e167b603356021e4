package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the SSH policy.
 *
 * @param sshUsers requested user or {@code *} to local user; {@code =} keeps the name, empty does
 *     not match
 */
public record SSHRule(
    @JsonProperty("ruleExpires") @WhenPresent @Nullable Instant ruleExpires,
    @JsonProperty("principals") @Always List<SSHPrincipal> principals,
    @JsonProperty("sshUsers") @Always Map<String, String> sshUsers,
    @JsonProperty("action") @Always @Nullable SSHAction action,
    @JsonProperty("acceptEnv") List<String> acceptEnv) {

  /** Absent and null members become the empty value; collections are copied. */
  public SSHRule {
    principals = Absent.list(principals);
    sshUsers = Absent.map(sshUsers);
    acceptEnv = Absent.list(acceptEnv);
  }
}
