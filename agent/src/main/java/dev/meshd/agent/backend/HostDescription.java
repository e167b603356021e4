package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.NetInfo;
import dev.meshd.packet.IpPrefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the coordination server is told about this machine. What does not change is read once. */
final class HostDescription {
  private final String version;
  private final String systemHostname = hostname();
  private final String kernel = firstLine(Path.of("/proc/sys/kernel/osrelease"));
  private final Map<String, String> release = osRelease();

  HostDescription(String version) {
    this.version = version;
  }

  Hostinfo hostinfo(Prefs prefs, Optional<dev.meshd.engine.NetInfo> measured) {
    return Hostinfo.builder()
        .ipnVersion(version)
        .os("linux")
        .osVersion(kernel)
        .distro(release.getOrDefault("ID", ""))
        .distroVersion(release.getOrDefault("VERSION_ID", ""))
        .distroCodeName(release.getOrDefault("VERSION_CODENAME", ""))
        .hostname(prefs.hostname().isEmpty() ? systemHostname : prefs.hostname())
        .shieldsUp(prefs.shieldsUp())
        .machine(machine())
        .goArch(goArchitecture())
        .routableIps(
            prefs.advertiseRoutes().stream()
                .flatMap(route -> IpPrefix.tryParse(route).stream())
                .toList())
        .requestTags(prefs.advertiseTags())
        .netInfo(measured.map(HostDescription::netInfo).orElse(null))
        .build();
  }

  private static @Nullable NetInfo netInfo(dev.meshd.engine.NetInfo measured) {
    return NetInfo.builder()
        .mappingVariesByDestIp(measured.mappingVaries().orElse(null))
        .workingIpv6(measured.workingIpv6())
        .osHasIpv6(measured.osHasIpv6())
        .workingUdp(measured.workingUdp())
        .preferredDerp(measured.homeRegion())
        .derpLatency(measured.relayLatency())
        .build();
  }

  private static String hostname() {
    String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static String machine() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  private static String goArchitecture() {
    return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case "arm" -> "arm";
      default -> "";
    };
  }

  private static Map<String, String> osRelease() {
    Map<String, String> values = new HashMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
        }
      }
    } catch (IOException e) {
      return Map.of(); // a system without this file is described without it
    }
    return values;
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      return "";
    }
  }
}
