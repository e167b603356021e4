package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the server knows about newer client versions. */
public record ClientVersion(
    @JsonProperty("RunningLatest") boolean runningLatest,
    @JsonProperty("LatestVersion") String latestVersion,
    @JsonProperty("UrgentSecurityUpdate") boolean urgentSecurityUpdate,
    @JsonProperty("Notify") boolean notifyUser,
    @JsonProperty("NotifyURL") String notifyUrl,
    @JsonProperty("NotifyText") String notifyText) {

  /** Absent and null members become the empty value; collections are copied. */
  public ClientVersion {
    latestVersion = Absent.text(latestVersion);
    notifyUrl = Absent.text(notifyUrl);
    notifyText = Absent.text(notifyText);
  }
}
