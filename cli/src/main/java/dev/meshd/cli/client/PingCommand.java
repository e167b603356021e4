package dev.meshd.cli.client;

import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code meshd ping}: asks a peer for a pong and shows the path it came by. Goes on, one ping a
 * second, until a pong comes directly.
 */
@Command(name = "ping", description = "Ping a peer and show the path to it.")
public final class PingCommand implements Callable<Integer> {
  private static final Duration BETWEEN_PONGS = Duration.ofSeconds(1);

  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Option(
      names = "-c",
      defaultValue = "10",
      paramLabel = "N",
      description = "Pings to send, 0 for no end (default: 10).")
  private int count;

  @Option(
      names = "--timeout",
      defaultValue = "5s",
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "Wait this long for each pong (default: 5s).")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--until-direct",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Stop at the first direct pong (default: true).")
  private boolean untilDirect;

  @Option(
      names = "--verbose",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Say what is being done.")
  private boolean verbose;

  @Parameters(paramLabel = "HOST", description = "Name or address of the peer.")
  private String host;

  @Override
  public Integer call() throws InterruptedException {
    LocalApiClient client = daemon.client();
    Status status = daemon.ask(client::status);
    PrintWriter out = spec.commandLine().getOut();
    if (!StatusCommand.isConnected(status.state())) {
      out.println(StatusCommand.explain(status));
      return Meshd.EXIT_FAILURE;
    }
    PeerLookup lookup = new PeerLookup(status);
    String address = lookup.address(host);
    if (lookup.isSelf(address)) {
      out.println(address + " is local meshd IP");
      return Meshd.EXIT_OK;
    }
    if (verbose && !address.equals(host)) {
      out.println("lookup \"" + host + "\" => \"" + address + "\"");
    }
    return pingUntilDone(client, address, out);
  }

  private int pingUntilDone(LocalApiClient client, String address, PrintWriter out)
      throws InterruptedException {
    boolean anyPong = false;
    for (int sent = 1; ; sent++) {
      PingResult result = pingOnce(client, address);
      boolean last = count > 0 && sent >= count;
      if (result.err().isEmpty()) {
        anyPong = true;
        out.println(describe(result));
        if (!result.endpoint().isEmpty() && untilDirect) {
          return Meshd.EXIT_OK;
        }
        if (!last) {
          Thread.sleep(BETWEEN_PONGS);
        }
      } else if (result.err().equals(TIMED_OUT)) {
        out.println("ping \"" + address + "\" timed out");
      } else if (result.isLocalIp()) {
        out.println(result.err());
        return Meshd.EXIT_OK;
      } else {
        throw new CommandFailure(result.err());
      }
      out.flush();
      if (last) {
        if (!anyPong) {
          throw new CommandFailure("no reply");
        }
        if (untilDirect) {
          throw new CommandFailure("direct connection not established");
        }
        return Meshd.EXIT_OK;
      }
    }
  }

  private static final String TIMED_OUT = "timed out";

  /** One ping, given up after the timeout. */
  private PingResult pingOnce(LocalApiClient client, String address) throws InterruptedException {
    CompletableFuture<PingResult> answer = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    answer.complete(client.ping(address, "disco"));
                  } catch (LocalApiException e) {
                    answer.completeExceptionally(e);
                  }
                });
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      asking.interrupt();
      return PingResult.failed(address, TIMED_OUT);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LocalApiException refused) {
        throw daemon.failure(refused);
      }
      throw new CommandFailure("ping failed: " + e.getMessage(), e);
    }
  }

  private static String describe(PingResult result) {
    String via =
        result.endpoint().isEmpty() ? "DERP(" + result.derpRegionCode() + ")" : result.endpoint();
    return "pong from "
        + result.nodeName()
        + " ("
        + result.nodeIp()
        + ") via "
        + via
        + " in "
        + Math.round(result.latencySeconds() * 1000)
        + "ms";
  }
}
