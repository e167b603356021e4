package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Instructions that act once on arrival.
 *
 * @param sleepSeconds pause, at most 300 s are honoured
 * @param exit exit code for the process; not obeyed by meshd
 */
public record Debug(
    @JsonProperty("SleepSeconds") double sleepSeconds,
    @JsonProperty("DisableLogTail") boolean disableLogTail,
    @JsonProperty("Exit") @WhenPresent @Nullable Integer exit) {}
