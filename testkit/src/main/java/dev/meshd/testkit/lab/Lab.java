package dev.meshd.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small internet on one machine, made of network namespaces:
 *
 * <pre>
 *                 internet: bridge, 203.0.113.0/24 and 2001:db8::/64, routes between all
 *                    |                          |                         |
 *                 eth0 .10                   wan .11                   wan .12
 *               [ server ]              [ router: nat ]           [ carrier: nat ]
 *                                            lan .1                    lan .1
 *                                   192.168.11.0/24           10.200.12.0/24  wan .2
 *                                          eth0 .2                 [ router: nat ]
 *                                        [ alice ]                 192.168.12.0/24
 *                                                                     eth0 .2 [ bob ]
 * </pre>
 *
 * <p>IPv6 is never translated: the network behind router n is 2001:db8:0:n::/64, reached through a
 * stateful firewall.
 *
 * <p>Needs the rights that {@link LabAccess} finds or gets. Everything is removed by {@link
 * #close()}, which also happens when the process is told to end; what a killed process leaves is
 * removed when the next lab starts. Owned by one thread; hosts and processes may be used from
 * several.
 */
public final class Lab implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int FIRST_NUMBER = 10;
  private static final int LAST_NUMBER = 250;

  private final String id;
  private final Path directory;
  private final LabMarker marker;
  private final String internet;
  private final List<LabHost> hosts = new ArrayList<>();
  private final Deque<LabProcess> processes = new ArrayDeque<>();
  private final Thread closeOnExit = new Thread(this::remove, "lab-cleanup");
  private int nextNumber = FIRST_NUMBER;
  private boolean failed;
  private boolean closed;

  private Lab(String name) {
    id = name + "-" + Long.toString(ProcessHandle.current().pid(), 36) + Sequence.next();
    directory = temporaryDirectory(id);
    marker = LabMarker.create(id, directory);
    Runtime.getRuntime().addShutdownHook(closeOnExit);
    internet = addNamespace("internet");
    write(hostsFile(), "127.0.0.1 localhost\n::1 localhost\n");
    ip(
        internet,
        """
        link add %1$s type bridge mcast_snooping 0
        addr add 203.0.113.1/24 dev %1$s
        addr add 2001:db8::1/64 dev %1$s nodad
        link set %1$s up
        """
            .formatted(Segment.BRIDGE));
    forward(internet);
  }

  /**
   * Makes an empty lab, after removing what dead ones left behind.
   *
   * @param name up to eight lower-case letters; the start of every namespace's name
   */
  public static Lab create(String name) {
    LabMarker.removeLeftovers();
    return new Lab(name);
  }

  /** Returns the part of namespace names that is this lab's own. */
  public String id() {
    return id;
  }

  /** Returns the directory with the state and logs of all hosts. */
  public Path directory() {
    return directory;
  }

  public List<LabHost> hosts() {
    return List.copyOf(hosts);
  }

  /**
   * Adds a host. Its name is known to all hosts as {@code NAME.lab} with its public IPv4 address.
   */
  public LabHost addHost(String name, Site site) {
    int number = takeNumber();
    Segment edge = Segment.internet(internet, number);
    Segment inner = edge;
    String edgeNamespace = "";
    if (site.nat() == NatKind.DOUBLE) {
      edgeNamespace = addRouter(name + "-carrier", site, inner, NatKind.carrierRules());
      inner = Segment.carrier(edgeNamespace, number);
      routeV6Down(inner, edge);
    }
    if (site.nat() != NatKind.NONE) {
      Segment home = Segment.home("", number);
      String router =
          addRouter(name + "-router", site, inner, site.nat().homeRules(home.v4Address()));
      routeV6Down(home, edge);
      if (site.nat() == NatKind.DOUBLE) {
        routeV6Down(home, inner);
      }
      edgeNamespace = edgeNamespace.isEmpty() ? router : edgeNamespace;
      inner = Segment.home(router, number);
    }
    String namespace = addNamespace(name);
    plug(namespace, "eth0", site, inner);
    Path hostDirectory = makeHostDirectory(name);
    var host =
        new LabHost(
            this,
            name,
            namespace,
            site,
            inner,
            edgeNamespace.isEmpty() ? namespace : edgeNamespace,
            edge,
            hostDirectory);
    hosts.add(host);
    addName(name + ".lab", host);
    return host;
  }

  /** Makes a name known to every host, for the public address of one. */
  public void addName(String name, LabHost host) {
    String address = host.site().ipv4() ? host.publicIpv4() : host.ipv6();
    write(hostsFile(), address + " " + name + "\n");
  }

  /** Keeps state and logs when the lab is closed, because something went wrong in it. */
  public void markFailed() {
    failed = true;
  }

  /**
   * Ends what still runs, last started first, and removes every namespace. Files stay when
   * something failed.
   */
  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(closeOnExit);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }

  private synchronized void remove() {
    if (closed) {
      return;
    }
    closed = true;
    processes.reversed().forEach(LabProcess::stop);
    marker.removeAll();
    if (!failed) {
      LabFiles.deleteTree(directory);
    }
  }

  Path hostsFile() {
    return directory.resolve("hosts");
  }

  synchronized LabProcess started(LabProcess process) {
    if (closed) {
      process.kill();
      throw new LabException("the lab is closed");
    }
    processes.add(process);
    return process;
  }

  /** Moves the edge of a host to a free number of the internet. */
  Segment renumber(String edgeNamespace, Site site, Segment old, Segment hostSegment) {
    Segment fresh =
        new Segment(old.namespace(), old.bridge(), old.port(), old.v4(), old.v6(), takeNumber());
    String device = hostSegment.bridge().isPresent() ? "eth0" : "wan";
    var lines = new StringBuilder();
    if (site.ipv4()) {
      lines.append("addr del %s/24 dev %s%n".formatted(old.v4Address(), device));
      lines.append("addr add %s/24 dev %s%n".formatted(fresh.v4Address(), device));
      lines.append("route replace default via %s%n".formatted(fresh.v4Gateway()));
    }
    if (site.ipv6()) {
      lines.append("addr del %s/64 dev %s%n".formatted(old.v6Address(), device));
      lines.append("addr add %s/64 dev %s nodad%n".formatted(fresh.v6Address(), device));
      lines.append("route replace default via %s%n".formatted(fresh.v6Gateway()));
    }
    ip(edgeNamespace, lines.toString());
    if (site.ipv6() && hostSegment.bridge().isEmpty()) {
      ip(internet, "route replace %s/64 via %s%n".formatted(hostSegment.v6(), fresh.v6Address()));
    }
    return fresh;
  }

  void setUplink(Segment edge, boolean up) {
    ip(internet, "link set %s %s%n".formatted(edge.port(), up ? "up" : "down"));
  }

  private String addRouter(String name, Site site, Segment outer, String rules) {
    String namespace = addNamespace(name);
    plug(namespace, "wan", site, outer);
    forward(namespace);
    Shell.feed(rules, "ip", "netns", "exec", namespace, "nft", "-f", "-");
    return namespace;
  }

  /**
   * Links a namespace to a segment and gives its end the segment's next addresses and default
   * routes.
   */
  private void plug(String namespace, String device, Site site, Segment segment) {
    machineIp(
        "link",
        "add",
        device,
        "netns",
        namespace,
        "type",
        "veth",
        "peer",
        "name",
        segment.port(),
        "netns",
        segment.namespace());
    // The far end: a port of the bridge, or the inner side of a router with the gateway's
    // addresses.
    var far = new StringBuilder();
    far.append("link set %s mtu %d%n".formatted(segment.port(), site.mtuBytes()));
    if (segment.bridge().isPresent()) {
      far.append("link set %s master %s%n".formatted(segment.port(), segment.bridge().get()));
    } else {
      far.append("addr add %s/24 dev lan%n".formatted(segment.v4Gateway()));
      far.append("addr add %s/64 dev lan nodad%n".formatted(segment.v6Gateway()));
    }
    far.append("link set %s up%n".formatted(segment.port()));
    ip(segment.namespace(), far.toString());

    var near = new StringBuilder();
    near.append("link set %s mtu %d%n".formatted(device, site.mtuBytes()));
    near.append("link set %s up%n".formatted(device));
    if (site.ipv4()) {
      near.append("addr add %s/24 dev %s%n".formatted(segment.v4Address(), device));
      near.append("route add default via %s%n".formatted(segment.v4Gateway()));
    }
    if (site.ipv6()) {
      near.append("addr add %s/64 dev %s nodad%n".formatted(segment.v6Address(), device));
      near.append("route add default via %s%n".formatted(segment.v6Gateway()));
    }
    ip(namespace, near.toString());
  }

  /** Tells the router of a segment that an inner network is behind whatever is plugged in there. */
  private void routeV6Down(Segment inner, Segment outer) {
    ip(outer.namespace(), "route add %s/64 via %s%n".formatted(inner.v6(), outer.v6Address()));
  }

  private String addNamespace(String name) {
    String namespace = id + "-" + name;
    marker.note(namespace);
    machineIp("netns", "add", namespace);
    // Addresses are usable at once: there is nobody to have a duplicate.
    setKernel(namespace, "net/ipv6/conf/all/accept_dad", "0");
    setKernel(namespace, "net/ipv6/conf/default/accept_dad", "0");
    ip(namespace, "link set lo up\n");
    return namespace;
  }

  private static void forward(String namespace) {
    setKernel(namespace, "net/ipv4/ip_forward", "1");
    setKernel(namespace, "net/ipv6/conf/all/forwarding", "1");
  }

  private static void setKernel(String namespace, String setting, String value) {
    Shell.feed(value, "ip", "netns", "exec", namespace, "sh", "-c", "cat > /proc/sys/" + setting);
  }

  private static void machineIp(String... words) {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Shell.run(LIMIT, command.toArray(String[]::new)).orThrow();
  }

  /** Runs lines of {@code ip} commands in a namespace. */
  private static void ip(String namespace, String lines) {
    Shell.feed(lines, "ip", "-n", namespace, "-batch", "-");
  }

  private int takeNumber() {
    if (nextNumber > LAST_NUMBER) {
      throw new LabException("the lab's internet has no address left");
    }
    return nextNumber++;
  }

  private Path makeHostDirectory(String name) {
    Path made = directory.resolve(name);
    try {
      Files.createDirectory(made);
      Files.createFile(made.resolve("resolv.conf"));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryDirectory(String id) {
    try {
      return Files.createTempDirectory("meshd-lab-" + id + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Numbers the labs of this process. */
  private static final class Sequence {
    private static final AtomicInteger LAST = new AtomicInteger();

    static int next() {
      return LAST.incrementAndGet();
    }
  }
}
