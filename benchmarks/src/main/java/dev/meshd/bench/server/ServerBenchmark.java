package dev.meshd.bench.server;

import static dev.meshd.bench.measure.MarkdownTable.number;

import dev.meshd.bench.measure.CpuTrace;
import dev.meshd.bench.measure.MarkdownTable;
import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.bench.measure.Samples;
import dev.meshd.bench.server.Changes.Outcome;
import dev.meshd.coordinator.admin.AdminException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lets many nodes join a server, changes things and watches the changes spread, restarts the server
 * twice, and checks at the end that every node holds the right map. Prints a table per part. Owned
 * by one thread.
 */
public final class ServerBenchmark {
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
  private static final long SETTLE_POLL_MS = 200;
  private static final double MIB = 1048576.0;

  private final ServerOptions options;
  private final ServerProcess server;
  private final Fleet fleet;
  private final PrintStream out;
  private final List<String> faults = new ArrayList<>();

  private ServerBenchmark(
      ServerOptions options, ServerProcess server, Fleet fleet, PrintStream out) {
    this.options = options;
    this.server = server;
    this.fleet = fleet;
    this.out = out;
  }

  /**
   * Runs everything with a server of its own.
   *
   * @param directory for the server's data and log
   * @return what was not as it must be, in sentences; slowness is no fault
   */
  public static List<String> run(ServerOptions options, Path directory, PrintStream out)
      throws IOException, InterruptedException, AdminException {
    try (ServerProcess server = ServerProcess.start(options.program(), directory)) {
      server.admin().createUser("bench", "", "");
      String key =
          server
              .admin()
              .createPreAuthKey(Optional.of("bench"), true, false, Optional.empty(), List.of())
              .key();
      try (Fleet fleet = new Fleet(server.url(), key)) {
        ServerBenchmark benchmark = new ServerBenchmark(options, server, fleet, out);
        benchmark.runParts();
        return benchmark.faults;
      }
    }
  }

  private void runParts() throws IOException, InterruptedException, AdminException {
    OptionalLong heapEmpty = server.liveHeapBytes();
    ProcessUsage empty = server.usage();
    join();
    checkMaps("after joining");
    memory(empty, heapEmpty);
    changes();
    checkMaps("after all changes");
    restart("SIGTERM", false);
    checkMaps("after the restart");
    restart("kill -9", true);
    checkMaps("after the kill");
    List<String> warnings = server.warnings();
    if (!warnings.isEmpty()) {
      faults.add("the server warned %d times: %s".formatted(warnings.size(), warnings.getFirst()));
    }
    out.println("What the nodes met: " + (fleet.troubles().isEmpty() ? "-" : fleet.troubles()));
  }

  private void join() throws InterruptedException, IOException {
    Span span = new Span();
    for (int added = 0; added < options.nodes(); added++) {
      int wanted = added - options.joinsAtOnce() + 1;
      if (wanted > 0 && fleet.awaitStreaming(wanted, options.limit()) < wanted) {
        throw new IOException("nodes do not get in: " + fleet.troubles());
      }
      fleet.add();
    }
    awaitAll("join");
    double seconds = span.seconds();
    settle();
    out.println(
        new MarkdownTable("Joining", "Value")
            .row("nodes", Integer.toString(options.nodes()))
            .row("joins per second", number(options.nodes() / seconds))
            .row("until every map is complete", number(span.seconds()) + " s")
            .row("processors used by server / nodes", span.shares())
            .row("messages / MiB received", traffic()));
  }

  private void memory(ProcessUsage empty, OptionalLong heapEmpty)
      throws IOException, InterruptedException {
    OptionalLong heap = server.liveHeapBytes();
    Span span = new Span();
    Thread.sleep(options.idle());
    ProcessUsage idle = server.usage();
    MarkdownTable table =
        new MarkdownTable("Server with all nodes, idle", "Value")
            .row("processors used by server / nodes", span.shares())
            .row(
                "RSS without and with nodes",
                number(empty.residentMebibytes())
                    + " / "
                    + number(idle.residentMebibytes())
                    + " MiB");
    if (heap.isPresent() && heapEmpty.isPresent()) {
      double perNode = (heap.getAsLong() - heapEmpty.getAsLong()) / 1024.0 / options.nodes();
      table
          .row(
              "live heap without and with nodes",
              number(heapEmpty.getAsLong() / MIB) + " / " + number(heap.getAsLong() / MIB) + " MiB")
          .row("live heap per node", number(perNode) + " KiB");
    }
    table.row(
        "RSS of the simulated nodes", number(ProcessUsage.own().residentMebibytes()) + " MiB");
    out.println(table);
  }

  private void changes() throws IOException, InterruptedException, AdminException {
    Changes changes = new Changes(fleet, server.admin(), options.limit());
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    Span span = new Span();
    for (int round = 0; round < options.rounds(); round++) {
      note(outcomes, "endpoints of a node", changes.endpoints());
      note(outcomes, "host name of a node", changes.hostname());
      note(outcomes, "a node is renamed", changes.rename());
      note(outcomes, "a key's expiry", changes.expiry());
      List<Outcome> both = changes.joinAndLeave();
      note(outcomes, "a node joins", both.get(0));
      note(outcomes, "a node is deleted", both.get(1));
    }
    String shares = span.shares();
    List<Outcome> single = outcomes.values().stream().flatMap(List::stream).toList();
    Span burstSpan = new Span();
    for (int round = 0; round < options.rounds(); round++) {
      note(outcomes, "endpoints of a tenth of all at once", changes.burst());
    }
    MarkdownTable table =
        new MarkdownTable(
            "Change (reaching all: ms)", "p50", "p95", "max", "one viewer p50", "p95", "times");
    outcomes.forEach((kind, list) -> row(table, kind, list));
    row(table, "all single changes", single);
    out.println(table);
    out.println("Processors used by server / nodes during single changes: " + shares);
    out.println("Processors used by server / nodes during the bursts: " + burstSpan.shares());
    out.println();
  }

  private void note(Map<String, List<Outcome>> outcomes, String kind, Outcome outcome) {
    outcomes.computeIfAbsent(kind, k -> new ArrayList<>()).add(outcome);
    if (outcome.missed() > 0) {
      faults.add(
          "%s: %d of %d viewers never saw it".formatted(kind, outcome.missed(), outcome.viewers()));
    }
  }

  private static void row(MarkdownTable table, String kind, List<Outcome> outcomes) {
    Samples all = Samples.millis(outcomes.stream().mapToLong(Outcome::allNs).toArray());
    Samples each =
        Samples.millis(
            outcomes.stream()
                .flatMap(outcome -> outcome.delaysNs().stream())
                .mapToLong(Long::longValue)
                .toArray());
    table.row(
        kind,
        number(all.median()),
        number(all.quantile(0.95)),
        number(all.max()),
        number(each.median()),
        number(each.quantile(0.95)),
        Integer.toString(outcomes.size()));
  }

  private void restart(String how, boolean kill) throws IOException, InterruptedException {
    int registrations = fleet.counters().registrations.get();
    int refusals = fleet.counters().refusals.get();
    int step = fleet.counters().step();
    fleet.forgetStreams();
    Span span = new Span();
    if (kill) {
      server.kill();
    } else {
      server.terminate();
    }
    double ended = span.seconds();
    server.restart();
    double answering = span.seconds();
    Span back = new Span();
    double all;
    double peak;
    try (CpuTrace trace = CpuTrace.start(server.pid())) {
      awaitAll("come back");
      all = span.seconds();
      settle();
      peak = trace.peakProcessors();
    }
    int again = fleet.counters().registrations.get() - registrations;
    if (again > 0) {
      faults.add("%s: %d nodes registered again".formatted(how, again));
    }
    out.println(
        new MarkdownTable("Server restart (" + how + ")", "Value")
            .row(
                "until it has ended / until it answers again",
                number(ended) + " / " + number(answering) + " s")
            .row("until all nodes have their map again", number(all) + " s")
            .row("until every map is right", number(span.seconds()) + " s")
            .row(
                "registrations / refused map requests",
                again + " / " + (fleet.counters().refusals.get() - refusals))
            .row(
                "peak of attempts / connections per second",
                fleet.counters().peakDials(step) + " / " + fleet.counters().peakConnections(step))
            .row("server's busiest second after that", number(peak) + " processors")
            .row("processors used by server / nodes", back.shares()));
  }

  private void awaitAll(String what) throws InterruptedException, IOException {
    int all = fleet.nodes().size();
    int streaming = fleet.awaitStreaming(all, options.limit());
    if (streaming < all) {
      throw new IOException(
          "only %d of %d nodes %s within %d s: %s"
              .formatted(streaming, all, what, options.limit().toSeconds(), fleet.troubles()));
    }
  }

  /** Waits until everybody sees everybody online. */
  private void settle() throws InterruptedException {
    int peers = fleet.nodes().size() - 1;
    long deadlineNs = System.nanoTime() + SETTLE_LIMIT.toNanos();
    while (System.nanoTime() - deadlineNs < 0
        && !fleet.nodes().stream().allMatch(node -> node.seesOnline(peers))) {
      Thread.sleep(SETTLE_POLL_MS);
    }
  }

  private void checkMaps(String when) throws IOException, InterruptedException, AdminException {
    long deadlineNs = System.nanoTime() + SETTLE_LIMIT.toNanos();
    List<String> wrong = NetmapCheck.faults(fleet.nodes(), server);
    while (!wrong.isEmpty() && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(SETTLE_POLL_MS);
      wrong = NetmapCheck.faults(fleet.nodes(), server);
    }
    wrong.forEach(fault -> faults.add(when + ": " + fault));
    out.printf(
        "Maps %s: %s%n%n",
        when, wrong.isEmpty() ? "all " + fleet.nodes().size() + " equal the server's" : "WRONG");
  }

  private String traffic() {
    return fleet.counters().messages.get()
        + " / "
        + number(fleet.counters().messageBytes.get() / MIB);
  }

  /** Processor time of both sides from now on. */
  private final class Span {
    private final long startNs = System.nanoTime();
    private final ProcessUsage nodesBefore = ProcessUsage.own();
    private final ProcessUsage serverBefore = server.usage();

    double seconds() {
      return (System.nanoTime() - startNs) / 1e9;
    }

    String shares() {
      double seconds = seconds();
      return number(server.usage().cpuSince(serverBefore) / seconds)
          + " / "
          + number(ProcessUsage.own().cpuSince(nodesBefore) / seconds);
    }
  }
}
