package dev.meshd.agent.wg;

import java.util.List;

/** A configuration file with faults, all of which the message lists, one on each line. */
public final class WgConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Fault> faults;

  WgConfigException(String file, List<Fault> faults) {
    super(String.join("\n", faults.stream().map(fault -> fault.sentence(file)).toList()));
    this.faults = List.copyOf(faults);
  }

  /**
   * One thing that is wrong.
   *
   * @param line counted from 1; 0 when it concerns the file as a whole
   * @param key the key concerned, or empty; never a value, which may be secret
   */
  public record Fault(int line, String key, String reason) {
    String sentence(String file) {
      String where = line == 0 ? file : file + ":" + line;
      return key.isEmpty() ? where + ": " + reason : where + ": " + key + ": " + reason;
    }
  }

  public List<Fault> faults() {
    return faults;
  }
}
