package dev.meshd.cli.demo;

import dev.meshd.testkit.lab.LabHost;

/** The command that opens a shell in a host of a lab that stays up. Stateless. */
final class DemoEntry {
  private DemoEntry() {}

  static String command(LabHost host) {
    String enter = "ip netns exec " + host.namespace() + " bash";
    return UserNamespace.pidOutside()
        .map(pid -> "nsenter --preserve-credentials -U -m -t " + pid + " " + enter)
        .orElse("sudo " + enter);
  }
}
