package dev.meshd.coordinator.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Carries every fault found, in file order. */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigFault> faults;

  public InvalidConfigException(List<ConfigFault> faults) {
    super(
        faults.size() == 1
            ? "configuration: " + faults.getFirst()
            : faults.stream()
                .map(fault -> "\n  " + fault)
                .collect(
                    Collectors.joining("", "configuration has " + faults.size() + " faults:", "")));
    this.faults = List.copyOf(faults);
  }

  public List<ConfigFault> faults() {
    return faults;
  }
}
