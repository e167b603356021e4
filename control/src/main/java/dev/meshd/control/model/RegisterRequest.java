package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.TailnetLockKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machine/register}: joins, renews, rotates the node key, or logs out.
 *
 * @param version capability version of the client
 * @param nodeKey the key being registered, never zero
 * @param oldNodeKey the previous key on rotation, else zero
 * @param nlKey tailnet-lock public key, zero for none
 * @param expiry requested expiry; in the past with the current key it means log out
 * @param followup authorisation URL received earlier; the server answers once it is visited
 */
public record RegisterRequest(
    @JsonProperty("Version") @Always int version,
    @JsonProperty("NodeKey") @Always NodeKey nodeKey,
    @JsonProperty("OldNodeKey") @Always NodeKey oldNodeKey,
    @JsonProperty("NLKey") @Always TailnetLockKey nlKey,
    @JsonProperty("Auth") @WhenPresent @Nullable RegisterRequestAuth auth,
    @JsonProperty("Expiry") @Always Instant expiry,
    @JsonProperty("Followup") @Always String followup,
    @JsonProperty("Hostinfo") @WhenPresent @Nullable Hostinfo hostinfo,
    @JsonProperty("Ephemeral") boolean ephemeral,
    @JsonProperty("NodeKeySignature") @WhenPresent @Nullable Octets nodeKeySignature,
    @JsonProperty("SignatureType") String signatureType,
    @JsonProperty("Timestamp") @WhenPresent @Nullable Instant timestamp,
    @JsonProperty("DeviceCert") @WhenPresent @Nullable Octets deviceCert,
    @JsonProperty("Signature") @WhenPresent @Nullable Octets signature,
    @JsonProperty("Tailnet") String tailnet) {

  /** Absent and null members become the empty value; collections are copied. */
  public RegisterRequest {
    nodeKey = Absent.or(nodeKey, NodeKey.zero());
    oldNodeKey = Absent.or(oldNodeKey, NodeKey.zero());
    nlKey = Absent.or(nlKey, TailnetLockKey.zero());
    expiry = Absent.or(expiry, WireTime.UNSET);
    followup = Absent.text(followup);
    signatureType = Absent.text(signatureType);
    tailnet = Absent.text(tailnet);
  }

  /** The expiry real clients send to log out: long past, yet not the unset value. */
  public static final Instant LOGOUT_EXPIRY = Instant.ofEpochSecond(123);

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.version = version;
    b.nodeKey = nodeKey;
    b.oldNodeKey = oldNodeKey;
    b.nlKey = nlKey;
    b.auth = auth;
    b.expiry = expiry;
    b.followup = followup;
    b.hostinfo = hostinfo;
    b.ephemeral = ephemeral;
    b.nodeKeySignature = nodeKeySignature;
    b.signatureType = signatureType;
    b.timestamp = timestamp;
    b.deviceCert = deviceCert;
    b.signature = signature;
    b.tailnet = tailnet;
    return b;
  }

  /**
   * Collects the members of a {@link RegisterRequest}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private int version;
    private NodeKey nodeKey = NodeKey.zero();
    private NodeKey oldNodeKey = NodeKey.zero();
    private TailnetLockKey nlKey = TailnetLockKey.zero();
    private @Nullable RegisterRequestAuth auth;
    private Instant expiry = WireTime.UNSET;
    private String followup = "";
    private @Nullable Hostinfo hostinfo;
    private boolean ephemeral;
    private @Nullable Octets nodeKeySignature;
    private String signatureType = "";
    private @Nullable Instant timestamp;
    private @Nullable Octets deviceCert;
    private @Nullable Octets signature;
    private String tailnet = "";

    private Builder() {}

    public Builder version(int value) {
      version = value;
      return this;
    }

    public Builder nodeKey(NodeKey value) {
      nodeKey = value;
      return this;
    }

    public Builder oldNodeKey(NodeKey value) {
      oldNodeKey = value;
      return this;
    }

    public Builder nlKey(TailnetLockKey value) {
      nlKey = value;
      return this;
    }

    public Builder auth(@Nullable RegisterRequestAuth value) {
      auth = value;
      return this;
    }

    public Builder expiry(Instant value) {
      expiry = value;
      return this;
    }

    public Builder followup(String value) {
      followup = value;
      return this;
    }

    public Builder hostinfo(@Nullable Hostinfo value) {
      hostinfo = value;
      return this;
    }

    public Builder ephemeral(boolean value) {
      ephemeral = value;
      return this;
    }

    public Builder nodeKeySignature(@Nullable Octets value) {
      nodeKeySignature = value;
      return this;
    }

    public Builder signatureType(String value) {
      signatureType = value;
      return this;
    }

    public Builder timestamp(@Nullable Instant value) {
      timestamp = value;
      return this;
    }

    public Builder deviceCert(@Nullable Octets value) {
      deviceCert = value;
      return this;
    }

    public Builder signature(@Nullable Octets value) {
      signature = value;
      return this;
    }

    public Builder tailnet(String value) {
      tailnet = value;
      return this;
    }

    public RegisterRequest build() {
      return new RegisterRequest(
          version,
          nodeKey,
          oldNodeKey,
          nlKey,
          auth,
          expiry,
          followup,
          hostinfo,
          ephemeral,
          nodeKeySignature,
          signatureType,
          timestamp,
          deviceCert,
          signature,
          tailnet);
    }
  }
}
