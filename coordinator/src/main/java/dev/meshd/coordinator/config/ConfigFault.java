package dev.meshd.coordinator.config;

/**
 * One thing wrong with the configuration.
 *
 * @param key dotted key of the file ({@code dns.base_domain}), or the command-line option ({@code
 *     --listen})
 * @param message what is wrong and what would be right, as a clause that follows the key
 * @param line where in the file, from 1; 0 when it is not about a line
 */
public record ConfigFault(String key, String message, int line) {
  public ConfigFault(String key, String message) {
    this(key, message, 0);
  }

  ConfigFault at(int newLine) {
    return new ConfigFault(key, message, newLine);
  }

  @Override
  public String toString() {
    return (line > 0 ? "line " + line + ": " : "") + key + ": " + message;
  }
}
