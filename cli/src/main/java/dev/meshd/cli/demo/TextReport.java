package dev.meshd.cli.demo;

import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import java.io.PrintWriter;
import java.util.Locale;

/** Lines for people, each with the seconds since the start. */
final class TextReport implements DemoReport {
  private final PrintWriter out;
  private final long startNs = System.nanoTime();

  TextReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begun(DemoOptions options, Lab lab) {
    out.println("A mesh on this machine, in network namespaces of its own:");
    out.println();
    out.println("  internet  203.0.113.0/24");
    var hosts = lab.hosts();
    for (LabHost host : hosts) {
      String branch = host == hosts.getLast() ? "  └─ " : "  ├─ ";
      out.println(branch + describe(host));
    }
    out.println();
    held("lab", "made, with " + options.peers() + " nodes behind " + routers(options.nat()));
  }

  private static String describe(LabHost host) {
    if (host.site().nat() == NatKind.NONE) {
      return "%-15s %s".formatted(host.publicIpv4(), host.name());
    }
    return "%-15s router (%s) ── %s %s"
        .formatted(host.publicIpv4(), host.site().nat(), host.ipv4(), host.name());
  }

  private static String routers(NatKind nat) {
    return nat == NatKind.NONE ? "no router" : nat + " routers";
  }

  @Override
  public void held(String step, String detail, Object... facts) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    out.println(String.format(Locale.ROOT, "%6.1f s  ok  %-12s %s", seconds, step, detail));
    out.flush();
  }

  @Override
  public void failed(String step, String reason, Lab lab) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    out.println(String.format(Locale.ROOT, "%6.1f s  FAILED  %s: %s", seconds, step, reason));
    out.println();
    out.println("Logs of every host are kept in " + lab.directory());
    out.flush();
  }

  @Override
  public void kept(Lab lab) {
    out.println();
    out.println("The mesh stays up until Ctrl-C. To enter a host:");
    for (LabHost host : lab.hosts()) {
      out.println("  %-8s %s".formatted(host.name(), DemoEntry.command(host)));
    }
    out.println(
        "There, as on any host: ping, ip addr, and meshd with the daemon's socket, such as");
    LabHost last = lab.hosts().getLast();
    out.println("  meshd status --socket " + last.directory().resolve("meshd.sock"));
    out.flush();
  }

  @Override
  public void ended(boolean allHeld) {
    out.println();
    out.println(allHeld ? "All of it held. Everything has been removed." : "Not all of it held.");
    out.flush();
  }
}
