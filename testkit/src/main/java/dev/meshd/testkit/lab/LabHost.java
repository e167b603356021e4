package dev.meshd.testkit.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A machine of the lab: a network namespace with one interface, {@code eth0}, its own names, and a
 * directory for its state and logs. Thread-safe but for {@link #renumber()}.
 */
public final class LabHost {
  private final Lab lab;
  private final String name;
  private final String namespace;
  private final Site site;
  private final Segment segment;
  private final Path directory;

  /** The outermost of the host's routers, or the host itself, and where that is plugged in. */
  private final String edgeNamespace;

  private Segment edge;

  LabHost(
      Lab lab,
      String name,
      String namespace,
      Site site,
      Segment segment,
      String edgeNamespace,
      Segment edge,
      Path directory) {
    this.lab = lab;
    this.name = name;
    this.namespace = namespace;
    this.site = site;
    this.segment = segment;
    this.edgeNamespace = edgeNamespace;
    this.edge = edge;
    this.directory = directory;
  }

  public String name() {
    return name;
  }

  /** Returns the name for {@code ip netns exec}. */
  public String namespace() {
    return namespace;
  }

  public Site site() {
    return site;
  }

  /**
   * Returns the directory for this host's files; it goes away with the lab unless something failed.
   */
  public Path directory() {
    return directory;
  }

  /** Returns the IPv4 address on {@code eth0}. */
  public String ipv4() {
    return segment.bridge().isPresent() ? edge.v4Address() : segment.v4Address();
  }

  /** Returns the IPv6 address on {@code eth0}. */
  public String ipv6() {
    return segment.bridge().isPresent() ? edge.v6Address() : segment.v6Address();
  }

  /**
   * Returns the IPv4 address the internet sees: the host's own, or that of its outermost router.
   */
  public String publicIpv4() {
    return edge.v4Address();
  }

  /** Runs a command to its end, within 30 seconds. */
  public CommandResult run(String... command) {
    return command(command).run();
  }

  /** Starts a program that keeps running; see {@link LabCommand#start}. */
  public LabProcess start(String logName, String... command) {
    return command(command).start(logName);
  }

  public LabCommand command(String... words) {
    return new LabCommand(this, List.of(words));
  }

  public LabCommand command(List<String> words) {
    return new LabCommand(this, words);
  }

  /**
   * Says whether one of three pings, a fifth of a second apart, is answered within a second each.
   */
  public boolean canPing(String address) {
    return command("ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", address)
        .limit(Duration.ofSeconds(10))
        .run()
        .succeeded();
  }

  /**
   * Gives the public side a new address of each family it has, as a provider does; old ones stop
   * working at once.
   */
  public void renumber() {
    edge = lab.renumber(edgeNamespace, site, edge, segment);
  }

  /** Takes the link to the internet down or up again. */
  public void setUplink(boolean up) {
    lab.setUplink(edge, up);
  }

  Path hostsFile() {
    return lab.hostsFile();
  }

  Path resolvConf() {
    return directory.resolve("resolv.conf");
  }

  LabProcess started(LabProcess process) {
    return lab.started(process);
  }

  @Override
  public String toString() {
    return name;
  }
}
