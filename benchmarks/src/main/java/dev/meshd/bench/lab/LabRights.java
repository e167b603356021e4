package dev.meshd.bench.lab;

import dev.meshd.testkit.lab.LabAccess;

/** Whether namespaces can be made here. Stateless. */
public final class LabRights {
  private LabRights() {}

  /** Throws with a sentence when not. */
  public static void check() {
    switch (LabAccess.find()) {
      case LabAccess.Granted() -> {}
      case LabAccess.ThroughUserNamespace through ->
          throw new IllegalStateException(
              "this benchmark makes network namespaces: run it as root");
      case LabAccess.Denied(String reason) -> throw new IllegalStateException(reason);
    }
  }
}
