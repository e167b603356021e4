package dev.meshd.cli;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The sub-commands of {@code meshd}. There is one implementation, found as a service. */
public interface CommandCatalog {
  /** All names, in the order help lists them. */
  List<String> names();

  /** A fresh command object, or empty for a name nobody knows. */
  Optional<Object> create(String name);

  /** The catalog of this build. */
  static CommandCatalog load() {
    return ServiceLoader.load(CommandCatalog.class).findFirst().orElseThrow();
  }
}
