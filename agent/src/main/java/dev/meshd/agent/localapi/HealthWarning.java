package dev.meshd.agent.localapi;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One condition that needs attention.
 *
 * @param warnableCode stable name, for example {@code not-in-map-poll}
 * @param severity {@code high}, {@code medium} or {@code low}
 * @param brokenSince RFC 3339
 * @see "tailscale: health/state.go, UnhealthyState"
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record HealthWarning(
    String warnableCode,
    String severity,
    String title,
    String text,
    String brokenSince,
    boolean impactsConnectivity) {}
