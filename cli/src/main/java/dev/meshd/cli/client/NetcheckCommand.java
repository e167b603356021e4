package dev.meshd.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.netcheck.NetcheckJson;
import dev.meshd.agent.netcheck.NetcheckRunner;
import dev.meshd.agent.netcheck.NetcheckText;
import dev.meshd.agent.netcheck.RelayMaps;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code meshd netcheck}: what the network lets through and which relay is near, measured from this
 * process. The relay map is the daemon's, or a file's.
 */
@Command(
    name = "netcheck",
    description = "Show what the network lets through and which relay is near.")
public final class NetcheckCommand implements Callable<Integer> {
  private static final String UNSTABLE =
      "# Warning: this JSON format is not yet considered a stable interface";

  /** How a report is printed. */
  enum Format {
    TEXT,
    JSON,
    JSON_LINE
  }

  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Print 'json' or 'json-line'; text without it.")
  private String format = "";

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Repeat after this time, such as 30s, until interrupted.")
  private Duration every = Duration.ZERO;

  @Option(
      names = "--verbose",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Name relay regions by number too.")
  private boolean verbose;

  @Option(
      names = "--bind-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "UDP port to measure from (default: any).")
  private int bindPort;

  @Option(
      names = "--derp-map",
      paramLabel = "FILE",
      description = "JSON file to take the relay map from, in place of the daemon's.")
  private @Nullable Path derpMap;

  @Override
  public Integer call() throws InterruptedException {
    Format chosen = chosenFormat();
    DerpMap map = relayMap();
    EventLoopGroup eventLoops = DerpClientConfig.newEventLoops(1, "netcheck");
    DerpClientConfig config =
        DerpClientConfig.system(eventLoops).withTrust(SystemTrust.load().context());
    if (chosen != Format.TEXT) {
      spec.commandLine().getErr().println(UNSTABLE);
    }
    try (var runner = NetcheckRunner.open(config, bindPort)) {
      NetcheckRunner.warmUp(config);
      do {
        NetcheckReport report = runner.measure(map, false);
        print(chosen, report, map);
      } while (pause());
    } catch (IOException e) {
      throw new CommandFailure("cannot measure: " + e.getMessage(), e);
    } finally {
      eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
    return Meshd.EXIT_OK;
  }

  private Format chosenFormat() {
    return switch (format) {
      case "" -> Format.TEXT;
      case "json" -> Format.JSON;
      case "json-line" -> Format.JSON_LINE;
      default -> throw new CommandFailure("unknown output format '" + format + "'");
    };
  }

  private DerpMap relayMap() {
    try {
      JsonNode json =
          derpMap == null
              ? daemon.ask(daemon.client()::derpMap)
              : Json.parse(Files.readAllBytes(derpMap));
      DerpMap map = RelayMaps.of(json);
      if (map.isEmpty()) {
        throw new CommandFailure(
            "the daemon knows no relays; log in, or name a relay map with --derp-map");
      }
      return map;
    } catch (IOException e) {
      throw new CommandFailure("cannot read the relay map: " + e.getMessage(), e);
    }
  }

  private void print(Format chosen, NetcheckReport report, DerpMap map) {
    PrintWriter out = spec.commandLine().getOut();
    ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
    switch (chosen) {
      case TEXT -> NetcheckText.lines(report, map, now, verbose).forEach(out::println);
      case JSON -> out.println(Json.pretty(NetcheckJson.of(report, now.toInstant()), "\t"));
      case JSON_LINE -> out.println(NetcheckJson.of(report, now.toInstant()));
    }
    out.flush();
  }

  private boolean pause() throws InterruptedException {
    if (every.isZero()) {
      return false;
    }
    TimeUnit.NANOSECONDS.sleep(every.toNanos());
    return true;
  }
}
