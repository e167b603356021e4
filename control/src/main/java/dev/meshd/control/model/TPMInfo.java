package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The trusted platform module of a machine.
 *
 * @param firmwareVersion unsigned 64 bits
 */
public record TPMInfo(
    @JsonProperty("Manufacturer") String manufacturer,
    @JsonProperty("Vendor") String vendor,
    @JsonProperty("Model") int model,
    @JsonProperty("FirmwareVersion") java.math.BigInteger firmwareVersion,
    @JsonProperty("SpecRevision") int specRevision,
    @JsonProperty("FamilyIndicator") String familyIndicator) {

  /** Absent and null members become the empty value; collections are copied. */
  public TPMInfo {
    manufacturer = Absent.text(manufacturer);
    vendor = Absent.text(vendor);
    firmwareVersion = Absent.or(firmwareVersion, java.math.BigInteger.ZERO);
    familyIndicator = Absent.text(familyIndicator);
  }
}
