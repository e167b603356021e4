package dev.meshd.coordinator.config;

import java.util.Comparator;
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
                .sorted(Comparator.comparingInt(ConfigFault::line))
                .map(fault -> "\n  " + fault)
                .collect(
                    Collectors.joining("", "configuration has " + faults.size() + " faults:", "")));
    this.faults = faults.stream().sorted(Comparator.comparingInt(ConfigFault::line)).toList();
  }

  public List<ConfigFault> faults() {
    return faults;
  }
}
