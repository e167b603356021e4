package dev.meshd.bench.mesh;

import dev.meshd.bench.lab.Load;
import dev.meshd.bench.lab.Rounds;
import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.bench.measure.Samples;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two nodes of each mesh behind easy routers: how long joining takes, what an idle daemon costs,
 * how fast {@code status} is, throughput directly and, with two more nodes behind hard routers,
 * over the relay. The meshes take turns. Owned by one thread.
 */
public final class MeshBenchmark {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final int WARM_UP_SECONDS = 6;
  private static final int STATUS_CALLS = 20;
  private static final int API_CALLS = 200;

  private final Rounds figures;
  private final List<Pair> pairs;
  private final int rounds;
  private final int seconds;

  private MeshBenchmark(List<Pair> pairs, int rounds, int seconds) {
    this.pairs = pairs;
    this.rounds = rounds;
    this.seconds = seconds;
    this.figures = new Rounds(pairs.stream().map(pair -> pair.mesh().name()).toList());
  }

  /** Two nodes of one mesh. */
  private record Pair(Mesh mesh, MeshNode a, MeshNode b) {
    static Pair start(Mesh mesh, NatKind nat, String names) {
      Site site = Site.behind(nat).ipv4Only();
      return new Pair(
          mesh, mesh.node(names.substring(0, 1), site), mesh.node(names.substring(1), site));
    }

    Load.Link link() {
      return new Load.Link(b.host(), a.host(), a.ipv4(), List.of(b.pid(), a.pid()));
    }
  }

  /**
   * Measures with namespaces of its own and prints a table.
   *
   * @param rounds of joining and of traffic
   * @param seconds of each kind of traffic
   * @param idle how long the daemons are watched doing nothing
   */
  public static void run(int rounds, int seconds, Duration idle, PrintStream out)
      throws InterruptedException {
    try (Lab lab = Lab.create("bmesh")) {
      List<Mesh> meshes = new ArrayList<>();
      meshes.add(Mesh.ours(lab));
      Mesh.reference(lab).ifPresent(meshes::add);
      List<Pair> pairs = meshes.stream().map(mesh -> Pair.start(mesh, NatKind.EASY, "ab")).toList();
      MeshBenchmark benchmark = new MeshBenchmark(pairs, rounds, seconds);
      benchmark.starts();
      benchmark.joins();
      benchmark.idle(idle);
      benchmark.statusCalls();
      benchmark.direct();
      pairs.forEach(
          pair -> {
            pair.a().stop();
            pair.b().stop();
          });
      benchmark.relayed(meshes.stream().map(mesh -> Pair.start(mesh, NatKind.HARD, "cd")).toList());
      out.println(benchmark.figures.table());
    }
  }

  private void starts() {
    for (Pair pair : pairs) {
      note("daemon start to first answer, s", pair, pair.a().startSeconds());
      note("daemon start to first answer, s", pair, pair.b().startSeconds());
    }
  }

  private void joins() {
    for (int round = 0; round < rounds; round++) {
      for (Pair pair : pairs) {
        if (round > 0) {
          pair.a().run("logout");
          pair.b().run("logout");
        }
        join(pair);
      }
    }
  }

  private void join(Pair pair) {
    Mesh mesh = pair.mesh();
    pair.a().up(mesh.url(), mesh.authKey());
    note("`up` of the second node, s", pair, pair.b().up(mesh.url(), mesh.authKey()));
    String address = pair.a().ipv4();
    LabHost host = pair.b().host();
    long runningNs = System.nanoTime();
    host.command("ping", "-n", "-i", "0.1", "-c", "1", "-w", "30", address)
        .limit(LIMIT)
        .run()
        .orThrow();
    note("from there to the first answer, s", pair, secondsSince(runningNs));
    try (LabProcess _ = host.start("traffic", "ping", "-n", "-i", "0.2", "-w", "60", address)) {
      Await.until(LIMIT, "a direct path", () -> pair.b().isDirectTo(address));
    }
    note("from there to a direct path, s", pair, secondsSince(runningNs));
  }

  /** All daemons at once, as nothing disturbs anything. */
  private void idle(Duration time) throws InterruptedException {
    Thread.sleep(SETTLE);
    List<ProcessUsage> before = pairs.stream().map(pair -> pair.a().usage()).toList();
    Thread.sleep(time);
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      ProcessUsage now = pair.a().usage();
      double spanSeconds = time.toMillis() / 1e3;
      note("idle daemon, CPU ms per s", pair, now.cpuSince(before.get(i)) * 1e3 / spanSeconds);
      note(
          "idle daemon, context switches per s",
          pair,
          (now.contextSwitches() - before.get(i).contextSwitches()) / spanSeconds);
      note("idle daemon, RSS, MiB", pair, now.residentMebibytes());
      note("idle daemon, threads", pair, now.threads());
      note(
          "server with two nodes, RSS, MiB",
          pair,
          ProcessUsage.of(pair.mesh().server().pid()).residentMebibytes());
    }
  }

  private void statusCalls() {
    List<List<Double>> commands = new ArrayList<>();
    List<List<Double>> calls = new ArrayList<>();
    for (Pair _ : pairs) {
      commands.add(new ArrayList<>());
      calls.add(new ArrayList<>());
    }
    for (int call = 0; call < API_CALLS; call++) {
      for (int i = 0; i < pairs.size(); i++) {
        MeshNode node = pairs.get(i).a();
        if (call < STATUS_CALLS) {
          commands.get(i).add(node.run("status") * 1e3);
        }
        long beginNs = System.nanoTime();
        var _ = node.status();
        calls.get(i).add(secondsSince(beginNs) * 1e3);
      }
    }
    for (int i = 0; i < pairs.size(); i++) {
      Samples command = Samples.of(commands.get(i));
      Samples call = Samples.of(calls.get(i));
      note("`status` command, p50, ms", pairs.get(i), command.median());
      note("`status` command, p95, ms", pairs.get(i), command.quantile(0.95));
      note("status by local API, p50, ms", pairs.get(i), call.median());
      note("status by local API, p95, ms", pairs.get(i), call.quantile(0.95));
    }
  }

  private void direct() {
    traffic("direct: ", pairs, List.of(Load.Kind.values()));
    for (Pair pair : pairs) {
      note("after load, RSS, sender, MiB", pair, pair.b().usage().residentMebibytes());
      note("after load, RSS, receiver, MiB", pair, pair.a().usage().residentMebibytes());
    }
  }

  private void relayed(List<Pair> behindHardRouters) {
    for (Pair pair : behindHardRouters) {
      pair.a().up(pair.mesh().url(), pair.mesh().authKey());
      pair.b().up(pair.mesh().url(), pair.mesh().authKey());
      Await.until(
          LIMIT, "an answer over the relay", () -> pair.b().host().canPing(pair.a().ipv4()));
    }
    traffic("relay: ", behindHardRouters, List.of(Load.Kind.TCP_1));
    for (Pair pair : behindHardRouters) {
      if (pair.b().isDirectTo(pair.a().ipv4())) {
        throw new IllegalStateException(
            pair.mesh().name() + " went direct behind hard routers: the relay was not measured");
      }
      note(
          "server after relaying, RSS, MiB",
          pair,
          ProcessUsage.of(pair.mesh().server().pid()).residentMebibytes());
    }
  }

  private void traffic(String prefix, List<Pair> through, List<Load.Kind> kinds) {
    List<Load.Link> links = through.stream().map(Pair::link).toList();
    links.forEach(link -> Load.run(link, Load.Kind.TCP_1, WARM_UP_SECONDS));
    for (int round = 0; round < rounds; round++) {
      for (Load.Kind kind : kinds) {
        for (int i = 0; i < through.size(); i++) {
          Pair pair = through.get(i);
          Load.Result result = Load.run(links.get(i), kind, seconds);
          note(prefix + kind.title(), pair, result.megabitsPerSecond());
          if (kind == Load.Kind.TCP_1) {
            note(prefix + "CPU seconds per GB, both ends", pair, result.cpuSecondsPerGigabyte());
            result
                .pingMs()
                .ifPresent(
                    ping -> note(prefix + "ping under 1 stream, p50, ms", pair, ping.median()));
          }
        }
      }
    }
  }

  private void note(String what, Pair pair, double value) {
    figures.note(what, pair.mesh().name(), value);
  }

  private static double secondsSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e9;
  }
}
