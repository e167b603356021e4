package dev.meshd.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.OrdinaryUser;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabAccess;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A lab leaves nothing behind, however it ends. */
@ExtendWith(LabExtension.class)
class LabCleanupTest {
  /**
   * Makes a lab with a router and a running program, prints its id, and dies as the argument says.
   */
  public static final class Abandoned {
    public static void main(String[] args) throws InterruptedException {
      Lab lab = Lab.create("dead");
      LabHost host = lab.addHost("a", Site.behind(NatKind.EASY));
      LabProcess sleeper = host.start("sleeper", "sleep", "1000");
      System.out.println(lab.id() + " " + sleeper.pid() + " " + lab.directory());
      System.out.flush();
      if (args[0].equals("halt")) {
        Runtime.getRuntime().halt(1);
      }
      System.exit(0);
    }
  }

  @Test
  void closingRemovesNamespacesProcessesAndFiles() {
    Lab lab = Lab.create("closing");
    LabHost host = lab.addHost("a", Site.behind(NatKind.DOUBLE));
    LabProcess sleeper = host.start("sleeper", "sleep", "1000");
    assertThat(namespacesOf(lab.id())).hasSize(4);
    lab.close();
    lab.close();
    assertThat(namespacesOf(lab.id())).isEmpty();
    assertThat(sleeper.isAlive()).isFalse();
    assertThat(lab.directory()).doesNotExist();
  }

  @Test
  void aFailedLabKeepsItsLogs() throws IOException {
    Lab lab = Lab.create("failed");
    LabHost host = lab.addHost("a", Site.open());
    host.start("echo", "echo", "what happened").awaitExit(Duration.ofSeconds(5));
    lab.markFailed();
    lab.close();
    assertThat(namespacesOf(lab.id())).isEmpty();
    assertThat(Files.readString(lab.directory().resolve("a/echo.log"))).contains("what happened");
    deleteTree(lab.directory());
  }

  @Test
  void theEndOfTheProcessClosesItsLab() throws Exception {
    Remains remains = runAbandoned("exit");
    assertThat(namespacesOf(remains.id)).isEmpty();
    assertThat(runs(remains.sleeperPid)).isFalse();
    assertThat(remains.directory).doesNotExist();
  }

  @Test
  void theNextLabRemovesWhatAKilledOneLeft() throws Exception {
    Remains remains = runAbandoned("halt");
    assertThat(namespacesOf(remains.id)).isNotEmpty();
    Lab.create("next").close();
    assertThat(namespacesOf(remains.id)).isEmpty();
    assertThat(runs(remains.sleeperPid)).isFalse();
    assertThat(remains.directory).doesNotExist();
  }

  @Test
  void anotherLivingLabIsLeftAlone(Lab lab) {
    LabHost host = lab.addHost("a", Site.open());
    Lab.create("other").close();
    assertThat(host.canPing("127.0.0.1")).isTrue();
  }

  /** The same lab, made by the user "nobody" in a user namespace. */
  @Test
  void anOrdinaryUserHasALabInAUserNamespace() throws Exception {
    assumeTrue(
        new ProcessBuilder(OrdinaryUser.program("unshare", "-Urnm", "true")).start().waitFor() == 0,
        "ordinary users may not make user namespaces here");
    List<String> command = OrdinaryUser.java(Programs.java(Rootless.class));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("pinged through two routers");
  }

  /** Enters a user namespace when it must, and pings through two routers there. */
  public static final class Rootless {
    public static void main(String[] args) throws Exception {
      switch (LabAccess.find()) {
        case LabAccess.Granted() -> ping();
        case LabAccess.ThroughUserNamespace(List<String> prefix) -> {
          var command = new ArrayList<>(prefix);
          command.addAll(Programs.java(Rootless.class));
          System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
        }
        case LabAccess.Denied(String reason) -> throw new IllegalStateException(reason);
      }
    }

    private static void ping() {
      try (Lab lab = Lab.create("rootless")) {
        LabHost a = lab.addHost("a", Site.open());
        LabHost b = lab.addHost("b", Site.behind(NatKind.DOUBLE));
        if (b.canPing("a.lab") && b.canPing(a.ipv6())) {
          System.out.println("pinged through two routers");
        }
      }
    }
  }

  private record Remains(String id, long sleeperPid, Path directory) {}

  private static Remains runAbandoned(String how) throws Exception {
    Process process =
        new ProcessBuilder(Programs.java(Abandoned.class, how)).redirectErrorStream(true).start();
    String[] words;
    try (var reader = process.inputReader()) {
      words = reader.readLine().split(" ");
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Remains(words[0], Long.parseLong(words[1]), Path.of(words[2]));
  }

  /** A process that ended but has not been collected by its new parent has no command any more. */
  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private static List<String> namespacesOf(String id) {
    String[] all = Path.of("/run/netns").toFile().list();
    return all == null ? List.of() : Arrays.stream(all).filter(n -> n.startsWith(id)).toList();
  }

  private static void deleteTree(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
