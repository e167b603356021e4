package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What to do when a session cannot be recorded. */
public record SSHRecorderFailureAction(
    @JsonProperty("RejectSessionWithMessage") String rejectSessionWithMessage,
    @JsonProperty("TerminateSessionWithMessage") String terminateSessionWithMessage,
    @JsonProperty("NotifyURL") String notifyUrl) {

  /** Absent and null members become the empty value; collections are copied. */
  public SSHRecorderFailureAction {
    rejectSessionWithMessage = Absent.text(rejectSessionWithMessage);
    terminateSessionWithMessage = Absent.text(terminateSessionWithMessage);
    notifyUrl = Absent.text(notifyUrl);
  }
}
