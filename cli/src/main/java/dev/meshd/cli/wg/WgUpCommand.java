package dev.meshd.cli.wg;

import dev.meshd.agent.wg.WgConfig;
import dev.meshd.agent.wg.WgConfigException;
import dev.meshd.agent.wg.WgConfigFile;
import dev.meshd.agent.wg.WgException;
import dev.meshd.agent.wg.WgRunFile;
import dev.meshd.agent.wg.WgTunnel;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code meshd wg up FILE}: brings the tunnel up and leaves it to a process in the background, as
 * wg-quick users expect; with {@code --foreground} this process is the tunnel until it is
 * interrupted.
 */
@Command(
    name = "up",
    description = {
      "Bring a tunnel up from a wg-quick style file.",
      "The interface is named after the file. The tunnel runs in a process in the background; with"
          + " --foreground, in this one."
    })
final class WgUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The tunnel's configuration, NAME.conf.")
  private Path file;

  @Option(names = "--foreground", description = "Stay in this process until interrupted.")
  private boolean foreground;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log handshakes and more to stderr; give it twice for more still.")
  private boolean[] verbose = {};

  @Override
  public Integer call() throws InterruptedException {
    String name = TunnelName.of(file.toString());
    WgRunFile runFile = WgRunFile.of(name);
    runFile
        .process()
        .ifPresent(
            process -> {
              throw new CommandFailure(
                  "meshd wg: " + name + " is up already, process " + process.pid());
            });
    WgConfig config = read();
    if (foreground) {
      run(name, runFile, config);
    } else {
      config.privateKey().close();
      config.warnings().forEach(warning -> spec.commandLine().getErr().println(warning));
      spec.commandLine().getOut().println(startInBackground(runFile.log()));
    }
    return 0;
  }

  private String startInBackground(Path log) {
    List<String> arguments = new ArrayList<>(List.of("wg", "up", "--foreground"));
    arguments.addAll(Collections.nCopies(verbose.length, "-v"));
    arguments.add(file.toAbsolutePath().toString());
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Optional<String> ready =
          new BackgroundTunnel(arguments, Map.of()).start(ProcessBuilder.Redirect.to(log.toFile()));
      if (ready.isEmpty()) {
        throw new CommandFailure(lastWords(log));
      }
      return ready.get();
    } catch (IOException e) {
      throw new CommandFailure("meshd wg: cannot use " + log + ": " + e.getMessage(), e);
    }
  }

  private static String lastWords(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    Files.delete(log);
    return lines.isEmpty() ? "meshd wg: the tunnel ended at once" : lines.getLast();
  }

  private WgConfig read() {
    try {
      return WgConfigFile.parse(file.toString(), Files.readString(file));
    } catch (WgConfigException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CommandFailure("meshd wg: there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new CommandFailure("meshd wg: you may not read " + file, e);
    } catch (MalformedInputException e) {
      throw new CommandFailure("meshd wg: " + file + " is not a text file", e);
    } catch (IOException e) {
      throw new CommandFailure("meshd wg: cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void run(String name, WgRunFile runFile, WgConfig config) throws InterruptedException {
    Logging.forService(verbose.length);
    PrintWriter out = spec.commandLine().getOut();
    WgTunnel tunnel = open(name, config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> takeDown(tunnel, runFile), "shutdown"));
    runFile.claim();
    out.println("interface " + name + " is up, UDP port " + tunnel.port());
    out.flush();
    tunnel.awaitEnd();
  }

  private static WgTunnel open(String name, WgConfig config) {
    try {
      return WgTunnel.open(name, config);
    } catch (WgException e) {
      throw new CommandFailure("meshd wg: " + e.getMessage(), e);
    }
  }

  private static void takeDown(WgTunnel tunnel, WgRunFile runFile) {
    tunnel.close();
    runFile.release();
  }
}
