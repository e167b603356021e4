package dev.meshd.testkit.lab;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether this process may make namespaces, and if not, how it gets to. Immutable.
 *
 * <p>Root makes them directly. Anybody else enters a user namespace in which they are root: {@code
 * unshare} with user, network, mount and process namespaces, where {@code /run} is a fresh tmpfs.
 * Everything made there goes away with the last process in it.
 */
public sealed interface LabAccess {
  /** Namespaces can be made here and now. */
  record Granted() implements LabAccess {}

  /**
   * A new process can make them when it is started through this command.
   *
   * @param prefix the words to put before the program and its arguments
   */
  record ThroughUserNamespace(List<String> prefix) implements LabAccess {}

  /**
   * There is no way.
   *
   * @param reason one sentence that says why and what would help
   */
  record Denied(String reason) implements LabAccess {}

  /** Finds out by trying. */
  static LabAccess find() {
    Optional<String> missing = missingTool();
    if (missing.isPresent()) {
      return new Denied(missing.get());
    }
    if (isRoot() && succeeds("unshare", "-nm", "true")) {
      return new Granted();
    }
    for (String flags : List.of("-Urnmpf", "-Urnm")) {
      List<String> unshare = new ArrayList<>(List.of("unshare", flags));
      if (flags.contains("p")) {
        unshare.addAll(List.of("--mount-proc", "--kill-child"));
      }
      var trial = new ArrayList<>(unshare);
      trial.addAll(List.of("sh", "-c", "mount -t tmpfs tmpfs /run"));
      if (succeeds(trial.toArray(String[]::new))) {
        // The shell stays as the first process: it collects what its child leaves behind.
        unshare.addAll(
            List.of(
                "sh",
                "-c",
                "mount -t tmpfs tmpfs /run && mkdir /run/netns && \"$@\"; exit $?",
                "sh"));
        return new ThroughUserNamespace(List.copyOf(unshare));
      }
    }
    return new Denied(whyNoUserNamespaces());
  }

  /** Returns why TUN devices cannot be made, in one sentence with a remedy; empty when they can. */
  static Optional<String> tunProblem() {
    Path tun = Path.of("/dev/net/tun");
    if (!Files.exists(tun)) {
      return Optional.of(
          "/dev/net/tun does not exist: load the module (sudo modprobe tun), or give the container the device"
              + " (--device /dev/net/tun).");
    }
    try {
      new RandomAccessFile(tun.toFile(), "rw").close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "/dev/net/tun cannot be opened by this user: run this as root, or allow everybody to open it (sudo chmod"
              + " 0666 /dev/net/tun), which gives no rights over the machine's own network.");
    }
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> missingTool() {
    for (String[] tool :
        new String[][] {
          {"ip", "iproute2"},
          {"nft", "nftables"},
          {"unshare", "util-linux"},
          {"mount", "mount"},
          {"ping", "iputils-ping"}
        }) {
      if (program(tool[0]).isEmpty()) {
        return Optional.of(
            "The program \"%s\" is not installed (Debian package %s).".formatted(tool[0], tool[1]));
      }
    }
    return Optional.empty();
  }

  /** Returns where a program is, looked for in PATH. */
  static Optional<Path> program(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String directory : path.split(File.pathSeparator)) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static String whyNoUserNamespaces() {
    String asRoot = " Run this as root.";
    if (isRoot()) {
      return "Root may not make network namespaces here (a container without CAP_SYS_ADMIN): run this outside, or start"
          + " the container with --privileged.";
    }
    if (setting("kernel/unprivileged_userns_clone").equals("0")) {
      return "Unprivileged user namespaces are switched off (sysctl kernel.unprivileged_userns_clone is 0)."
          + asRoot;
    }
    if (setting("user/max_user_namespaces").equals("0")) {
      return "User namespaces are switched off (sysctl user.max_user_namespaces is 0)." + asRoot;
    }
    if (setting("kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
      return "AppArmor keeps ordinary users from having user namespaces (sysctl"
          + " kernel.apparmor_restrict_unprivileged_userns is 1)."
          + asRoot;
    }
    return "This user may not make user namespaces." + asRoot;
  }

  private static String setting(String name) {
    try {
      return Files.readString(Path.of("/proc/sys").resolve(name)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean succeeds(String... command) {
    return Shell.run(Duration.ofSeconds(10), command).succeeded();
  }
}
