package dev.meshd.coordinator.config;

/**
 * One thing wrong with the configuration.
 *
 * @param key dotted key of the file ({@code dns.base_domain}), or the command-line option ({@code
 *     --listen})
 * @param message what is wrong and what would be right, as a clause that follows the key
 */
public record ConfigFault(String key, String message) {
  @Override
  public String toString() {
    return key + ": " + message;
  }
}
