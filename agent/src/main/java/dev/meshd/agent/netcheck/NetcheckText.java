package dev.meshd.agent.netcheck;

import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import java.math.BigDecimal;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report for people, in the words and order of the {@code tailscale netcheck} command. Stateless.
 */
public final class NetcheckText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSSXXX", Locale.ROOT);
  private static final long ROUND_TO_NS = 100_000;

  private NetcheckText() {}

  /**
   * Lines without a trailing newline.
   *
   * @param verbose name regions by id too
   */
  public static List<String> lines(
      NetcheckReport report, DerpMap map, ZonedDateTime at, boolean verbose) {
    var out = new ArrayList<String>();
    out.add("");
    out.add("Report:");
    out.add("\t* Time: " + TIME.format(at));
    out.add("\t* UDP: " + report.udp());
    out.add("\t* IPv4: " + report.globalV4().map(seen -> "yes, " + seen).orElse("(no addr found)"));
    out.add("\t* IPv6: " + ipv6(report));
    out.add(
        "\t* MappingVariesByDestIP: "
            + report.mappingVariesByDestIp().map(String::valueOf).orElse(""));
    out.add("\t* PortMapping: not checked");
    out.add("\t* Nearest DERP: " + nearest(report, map));
    if (!report.regionLatency().isEmpty()) {
      out.add("\t* DERP latency:");
      regions(report, map).forEach(region -> out.add(latencyLine(region, report, verbose)));
    }
    return List.copyOf(out);
  }

  private static String ipv6(NetcheckReport report) {
    if (report.globalV6().isPresent()) {
      return "yes, " + report.globalV6().get();
    }
    if (report.ipv6()) {
      return "(no addr found)";
    }
    return report.osHasIpv6() ? "no, but OS has support" : "no, unavailable in OS";
  }

  private static String nearest(NetcheckReport report, DerpMap map) {
    int home = report.preferredDerp();
    if (home != 0) {
      return map.region(home).map(DerpRegion::name).orElse(home + " (region not found in map)");
    }
    return map.isEmpty() ? "[none]" : "unknown (no response to latency probes)";
  }

  /** Measured regions first, the nearest on top. */
  private static List<DerpRegion> regions(NetcheckReport report, DerpMap map) {
    Map<Integer, Long> latencyNs = report.regionLatency();
    return map.regions().values().stream()
        .sorted(
            Comparator.<DerpRegion>comparingLong(
                    region -> latencyNs.getOrDefault(region.id(), Long.MAX_VALUE))
                .thenComparingInt(DerpRegion::id))
        .toList();
  }

  private static String latencyLine(DerpRegion region, NetcheckReport report, boolean verbose) {
    Long ns = report.regionLatency().get(region.id());
    String id = verbose ? "derp" + region.id() + ", " : "";
    return String.format(
        Locale.ROOT,
        "\t\t- %3s: %-7s (%s%s)",
        region.code(),
        ns == null ? "" : duration(ns),
        id,
        region.name());
  }

  /** Rounded to a tenth of a millisecond, in the unit that keeps it short: 300µs, 12.3ms, 1.2s. */
  static String duration(long ns) {
    long rounded = (ns + ROUND_TO_NS / 2) / ROUND_TO_NS * ROUND_TO_NS;
    if (rounded < 1_000_000) {
      return rounded == 0 ? "0s" : rounded / 1000 + "µs";
    }
    return rounded < 1_000_000_000
        ? decimal(rounded, 1_000_000) + "ms"
        : decimal(rounded, 1_000_000_000) + "s";
  }

  private static String decimal(long value, long unit) {
    return BigDecimal.valueOf(value)
        .divide(BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }
}
