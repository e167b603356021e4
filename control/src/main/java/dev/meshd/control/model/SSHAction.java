package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.packet.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a matching SSH connection.
 *
 * @param message shown to the user
 * @param sessionDurationNs nanoseconds, 0 for unlimited
 * @param holdAndDelegate URL that gives the next action
 */
public record SSHAction(
    @JsonProperty("message") String message,
    @JsonProperty("reject") boolean reject,
    @JsonProperty("accept") boolean accept,
    @JsonProperty("sessionDuration") long sessionDurationNs,
    @JsonProperty("allowAgentForwarding") boolean allowAgentForwarding,
    @JsonProperty("holdAndDelegate") String holdAndDelegate,
    @JsonProperty("allowLocalPortForwarding") boolean allowLocalPortForwarding,
    @JsonProperty("allowRemotePortForwarding") boolean allowRemotePortForwarding,
    @JsonProperty("recorders") List<Endpoint> recorders,
    @JsonProperty("onRecordingFailure") @WhenPresent
        @Nullable SSHRecorderFailureAction onRecordingFailure) {

  /** Absent and null members become the empty value; collections are copied. */
  public SSHAction {
    message = Absent.text(message);
    holdAndDelegate = Absent.text(holdAndDelegate);
    recorders = Absent.list(recorders);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.message = message;
    b.reject = reject;
    b.accept = accept;
    b.sessionDurationNs = sessionDurationNs;
    b.allowAgentForwarding = allowAgentForwarding;
    b.holdAndDelegate = holdAndDelegate;
    b.allowLocalPortForwarding = allowLocalPortForwarding;
    b.allowRemotePortForwarding = allowRemotePortForwarding;
    b.recorders = recorders;
    b.onRecordingFailure = onRecordingFailure;
    return b;
  }

  /**
   * Collects the members of a {@link SSHAction}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private String message = "";
    private boolean reject;
    private boolean accept;
    private long sessionDurationNs;
    private boolean allowAgentForwarding;
    private String holdAndDelegate = "";
    private boolean allowLocalPortForwarding;
    private boolean allowRemotePortForwarding;
    private List<Endpoint> recorders = List.of();
    private @Nullable SSHRecorderFailureAction onRecordingFailure;

    private Builder() {}

    public Builder message(String value) {
      message = value;
      return this;
    }

    public Builder reject(boolean value) {
      reject = value;
      return this;
    }

    public Builder accept(boolean value) {
      accept = value;
      return this;
    }

    public Builder sessionDurationNs(long value) {
      sessionDurationNs = value;
      return this;
    }

    public Builder allowAgentForwarding(boolean value) {
      allowAgentForwarding = value;
      return this;
    }

    public Builder holdAndDelegate(String value) {
      holdAndDelegate = value;
      return this;
    }

    public Builder allowLocalPortForwarding(boolean value) {
      allowLocalPortForwarding = value;
      return this;
    }

    public Builder allowRemotePortForwarding(boolean value) {
      allowRemotePortForwarding = value;
      return this;
    }

    public Builder recorders(List<Endpoint> value) {
      recorders = value;
      return this;
    }

    public Builder onRecordingFailure(@Nullable SSHRecorderFailureAction value) {
      onRecordingFailure = value;
      return this;
    }

    public SSHAction build() {
      return new SSHAction(
          message,
          reject,
          accept,
          sessionDurationNs,
          allowAgentForwarding,
          holdAndDelegate,
          allowLocalPortForwarding,
          allowRemotePortForwarding,
          recorders,
          onRecordingFailure);
    }
  }
}
