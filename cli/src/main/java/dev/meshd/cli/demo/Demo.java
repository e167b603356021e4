package dev.meshd.cli.demo;

import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabException;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The story: make a small internet, start a server, join nodes behind NATs, reach one from another
 * by the relay and then directly, ping both ways in both families, measure a stream. The first
 * promise that does not hold ends it. Owned by the thread that runs it.
 */
final class Demo {
  private static final Duration KNOWN_LIMIT = Duration.ofMinutes(1);
  private static final int PINGS_UNTIL_DIRECT = 20;
  private static final int PINGS_ON_RELAY = 3;
  private static final int ICMP_ECHOES = 3;

  private final DemoOptions options;
  private final DemoReport report;
  private final List<DemoNode> nodes = new ArrayList<>();
  private String step = "lab";

  Demo(DemoOptions options, DemoReport report) {
    this.options = options;
    this.report = report;
  }

  /** Runs everything and returns whether all of it held. */
  boolean run() {
    boolean held;
    try (Lab lab = Lab.create("demo")) {
      held = run(lab);
      if (options.keep()) {
        report.kept(lab);
        stayUntilInterrupted();
      }
    }
    report.ended(held);
    return held;
  }

  private boolean run(Lab lab) {
    try {
      build(lab);
      for (DemoNode from : nodes) {
        for (DemoNode to : nodes.subList(nodes.indexOf(from) + 1, nodes.size())) {
          showPath(from, to);
        }
      }
      pingEverybody();
      measure(nodes.get(0), nodes.get(1));
      measure(nodes.get(1), nodes.get(0));
      return true;
    } catch (DemoFailure | LabException e) {
      lab.markFailed();
      report.failed(step, String.valueOf(e.getMessage()), lab);
      return false;
    }
  }

  private void build(Lab lab) {
    LabHost serverHost = lab.addHost("server", Site.open());
    List<LabHost> hosts = new ArrayList<>();
    for (String name : DemoNode.NAMES.subList(0, options.peers())) {
      hosts.add(lab.addHost(name, options.site()));
    }
    report.begun(options, lab);

    step = "server";
    hosts.forEach(host -> nodes.add(DemoNode.start(host))); // daemons start while the server does
    DemoServer server = DemoServer.start(serverHost);
    Path authKey = server.makeAuthKey();
    report.held(step, "answers at " + server.url() + "; made a user and a pre-auth key");

    for (DemoNode node : nodes) {
      join(node, server, authKey);
    }
  }

  private void join(DemoNode node, DemoServer server, Path authKey) {
    step = "join";
    node.awaitDaemon();
    long startNs = System.nanoTime();
    node.up(server.url(), authKey);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    report.held(
        step,
        String.format(
            Locale.ROOT,
            "%s is %s and %s (up took %.2f s)",
            node.name(),
            node.ipv4(),
            node.ipv6(),
            seconds),
        "node",
        node.name(),
        "ipv4",
        node.ipv4(),
        "ipv6",
        node.ipv6(),
        "upSeconds",
        seconds);
  }

  /**
   * From the first answer, which the relay carries, to a path that needs no relay, where the NATs
   * allow one.
   */
  private void showPath(DemoNode from, DemoNode to) {
    step = "path";
    Await.until(KNOWN_LIMIT, from.name() + " to hear of " + to.name(), () -> from.knows(to));
    long startNs = System.nanoTime();
    PathTrace trace =
        from.pingPath(to, options.directPathExists() ? PINGS_UNTIL_DIRECT : PINGS_ON_RELAY);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    Optional<PathTrace.Answer> relayed = trace.relayed();
    Optional<PathTrace.Answer> direct = trace.direct();
    if (options.directPathExists() && direct.isEmpty()) {
      throw new DemoFailure(from.name() + " and " + to.name() + " stay on the relay");
    }
    String viaRelay = relayed.map(a -> "relay " + a.via() + " in " + a.time()).orElse("");
    String viaDirect =
        direct
            .map(
                a ->
                    String.format(
                        Locale.ROOT, "direct %s in %s, after %.2f s", a.via(), a.time(), seconds))
            .orElse("and stays there, as these NATs demand");
    String arrow = relayed.isPresent() && direct.isPresent() ? ", then " : " ";
    report.held(
        step,
        from.name() + " → " + to.name() + ": " + (viaRelay + arrow + viaDirect).strip(),
        "from",
        from.name(),
        "to",
        to.name(),
        "relay",
        relayed.map(PathTrace.Answer::via).orElse(""),
        "direct",
        direct.map(PathTrace.Answer::via).orElse(""),
        "directAfterSeconds",
        seconds);
  }

  private void pingEverybody() {
    step = "ping";
    for (DemoNode from : nodes) {
      for (DemoNode to : nodes) {
        if (from != to) {
          double v4 = from.icmp(to.ipv4(), ICMP_ECHOES);
          double v6 = from.icmp(to.ipv6(), ICMP_ECHOES);
          report.held(
              step,
              String.format(
                  Locale.ROOT,
                  "%s → %s: IPv4 %.2f ms, IPv6 %.2f ms",
                  from.name(),
                  to.name(),
                  v4,
                  v6),
              "from",
              from.name(),
              "to",
              to.name(),
              "ipv4Millis",
              v4,
              "ipv6Millis",
              v6);
        }
      }
    }
  }

  private void measure(DemoNode from, DemoNode to) {
    step = "throughput";
    Throughput throughput = Throughput.measure(from, to);
    report.held(
        step,
        String.format(
            Locale.ROOT,
            "%s → %s: %s (one TCP stream, %s)",
            from.name(),
            to.name(),
            throughput,
            throughput.tool()),
        "from",
        from.name(),
        "to",
        to.name(),
        "megabitsPerSecond",
        throughput.megabitsPerSecond(),
        "tool",
        throughput.tool());
  }

  private static void stayUntilInterrupted() {
    try {
      new CountDownLatch(1).await(); // Ctrl-C ends the process, and the lab's own hook removes it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
