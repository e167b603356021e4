package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where an exit node stands.
 *
 * @param countryCode ISO 3166-1 alpha-2, upper case
 * @param latitude degrees
 * @param longitude degrees
 * @param priority higher is preferred
 */
public record Location(
    @JsonProperty("Country") String country,
    @JsonProperty("CountryCode") String countryCode,
    @JsonProperty("City") String city,
    @JsonProperty("CityCode") String cityCode,
    @JsonProperty("Latitude") double latitude,
    @JsonProperty("Longitude") double longitude,
    @JsonProperty("Priority") int priority) {

  /** Absent and null members become the empty value; collections are copied. */
  public Location {
    country = Absent.text(country);
    countryCode = Absent.text(countryCode);
    city = Absent.text(city);
    cityCode = Absent.text(cityCode);
  }
}
