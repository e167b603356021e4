package dev.meshd.cli.demo;

import dev.meshd.cli.CommandFailure;
import dev.meshd.testkit.lab.LabAccess;
import dev.meshd.testkit.lab.NatKind;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code meshd demo}: exits 0 only if everything it shows held. */
@Command(
    name = "demo",
    description = {
      "Show a mesh working on this machine: a server and nodes behind NATs, in network namespaces.",
      "Needs no root where unprivileged user namespaces are allowed. Removes everything it made."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int FEWEST_PEERS = 2;
  private static final int MOST_PEERS = DemoNode.NAMES.size();

  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "N",
      description = "How many nodes, 2 to 10 (default: 2).")
  private int peers = FEWEST_PEERS;

  @Option(
      names = "--nat",
      paramLabel = "KIND",
      converter = NatKindOption.class,
      description =
          "The router in front of each node: none, easy, hard, address-only, full-cone, double or udp-blocked"
              + " (default: easy).")
  private NatKind nat = NatKind.EASY;

  @Option(names = "--ipv6", description = "Give the nodes IPv6 to the internet as well.")
  private boolean ipv6;

  @Option(
      names = "--keep",
      description = "Leave it running, with commands to look around, until Ctrl-C.")
  private boolean keep;

  @Option(
      names = "--json",
      description = "Print one JSON document at the end instead of the report.")
  private boolean json;

  @Override
  public Integer call() {
    if (peers < FEWEST_PEERS || peers > MOST_PEERS) {
      throw new ParameterException(
          spec.commandLine(),
          "--peers is a number from %d to %d, not %d".formatted(FEWEST_PEERS, MOST_PEERS, peers));
    }
    LabAccess.tunProblem()
        .ifPresent(
            problem -> {
              throw new CommandFailure("meshd demo: " + problem);
            });
    return switch (LabAccess.find()) {
      case LabAccess.Granted() -> runHere();
      case LabAccess.ThroughUserNamespace through when !UserNamespace.isInside() ->
          UserNamespace.run(through.prefix(), spec.commandLine().getParseResult().originalArgs());
      case LabAccess.ThroughUserNamespace through ->
          throw new CommandFailure(
              "meshd demo: a user namespace was made, but it gives no rights here. Run this as root.");
      case LabAccess.Denied(String reason) -> throw new CommandFailure("meshd demo: " + reason);
    };
  }

  private int runHere() {
    PrintWriter out = spec.commandLine().getOut();
    var options = new DemoOptions(peers, nat, ipv6, keep);
    DemoReport report = json ? new JsonReport(out) : new TextReport(out);
    UserNamespace.endWithParent();
    return new Demo(options, report).run() ? 0 : 1;
  }

  /** Reads the names of {@link NatKind} as they are written in options. */
  static final class NatKindOption implements ITypeConverter<NatKind> {
    @Override
    public NatKind convert(String value) {
      for (NatKind kind : NatKind.values()) {
        if (kind.optionName().equals(value)) {
          return kind;
        }
      }
      String names =
          Arrays.stream(NatKind.values())
              .map(NatKind::optionName)
              .collect(Collectors.joining(", "));
      throw new TypeConversionException("'" + value + "' is not one of " + names);
    }
  }
}
