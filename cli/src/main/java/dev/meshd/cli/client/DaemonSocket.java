package dev.meshd.cli.client;

import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.cli.CommandFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --socket}, before or after the command's name, and the client that speaks through it. */
public final class DaemonSocket {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The daemon's socket (default: /run/meshd/meshd.sock).")
  private @Nullable Path socket;

  LocalApiClient client() {
    return new LocalApiClient(path());
  }

  private Path path() {
    if (socket != null) {
      return socket;
    }
    CommandLine root = command.root().commandLine();
    Path before =
        root.getParseResult() == null
            ? null
            : root.getParseResult().matchedOptionValue("--socket", (Path) null);
    return before == null ? LocalApiClient.DEFAULT_SOCKET : before;
  }

  /** A call to the daemon. */
  interface Call<T> {
    T run() throws LocalApiException;
  }

  /** Runs a call and turns its failure into the sentence the user reads. */
  <T> T ask(Call<T> call) {
    try {
      return call.run();
    } catch (LocalApiException e) {
      throw failure(e);
    }
  }

  CommandFailure failure(LocalApiException e) {
    if (e instanceof LocalApiException.Refused refused && refused.isAccessDenied()) {
      String name = command.qualifiedName();
      return new CommandFailure(
          "access denied: this needs root or the operator. Use 'sudo "
              + name
              + "'; to not require root, use 'sudo meshd up --operator=$USER' once.",
          e);
    }
    return new CommandFailure(e.sentence(), e);
  }
}
