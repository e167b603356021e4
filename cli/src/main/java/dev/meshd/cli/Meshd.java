package dev.meshd.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code meshd} command: {@link CommandCatalog} lists its sub-commands.
 *
 * <p>Exit codes: 0 done; 1 the command could not do it, with one sentence on stderr; 2 the command
 * line itself is wrong. Results go to stdout. A stack trace is printed only with {@code --debug}.
 */
@Command(
    name = "meshd",
    description = "A userspace WireGuard mesh: node agent, coordination server and relay.",
    synopsisSubcommandLabel = "COMMAND",
    subcommandsRepeatable = false)
public final class Meshd implements Runnable {
  public static final int EXIT_OK = 0;
  public static final int EXIT_FAILURE = 1;
  public static final int EXIT_USAGE = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The daemon's socket; may also follow the command.")
  @SuppressWarnings("UnusedVariable") // read by the commands through the parse result
  private @Nullable Path socket;

  @Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      description = "Print the version.")
  private boolean version;

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    int exitCode = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Runs one command line in this process and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Optional<String> name = commandName(args);
    CommandCatalog commands = CommandCatalog.load();
    CommandLine root = new CommandLine(new Meshd());
    if (name.isPresent()) {
      Optional<Object> command = commands.create(name.get());
      if (command.isEmpty()) {
        err.println("meshd: unknown subcommand: " + name.get());
        return EXIT_FAILURE;
      }
      root.addSubcommand(name.get(), command.get());
    } else {
      commands
          .names()
          .forEach(each -> root.addSubcommand(each, commands.create(each).orElseThrow()));
    }
    root.setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(Meshd::failed)
        .setParameterExceptionHandler(Meshd::misused)
        .setCaseInsensitiveEnumValuesAllowed(true);
    try {
      return root.execute(args);
    } catch (LinkageError e) {
      // Native parts that cannot be loaded, or not initialised, on this system.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (((Meshd) root.getCommandSpec().userObject()).debug) {
        e.printStackTrace(err);
      }
      err.println("meshd: this system lacks something meshd needs: " + describe(cause));
      return EXIT_FAILURE;
    }
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (version) {
      out.println(Version.text());
    } else {
      spec.commandLine().usage(out);
    }
  }

  /** The first argument that is neither an option of the root command nor the value of one. */
  private static Optional<String> commandName(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--socket")) {
        i++;
      } else if (args[i].equals("help")) {
        args[i] = "--help";
      } else if (!args[i].startsWith("-")) {
        return Optional.of(args[i]);
      }
    }
    return Optional.empty();
  }

  private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (debugRequested(command)) {
      failure.printStackTrace(err);
    }
    if (failure instanceof CommandFailure known) {
      err.println(known.sentence());
      return known.exitCode();
    }
    err.println(command.getCommandSpec().qualifiedName() + ": " + describe(failure));
    return EXIT_FAILURE;
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? "unexpected " + failure.getClass().getSimpleName() + "; run it with --debug for details"
        : message.lines().findFirst().orElse(message);
  }

  private static int misused(ParameterException misuse, String[] args) {
    CommandLine command = misuse.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(blankSecrets(String.valueOf(misuse.getMessage()), Arrays.asList(args)));
    if (misuse instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      err.println("Did you mean: " + String.join(" or ", unmatched.getSuggestions()) + "?");
    }
    err.println("Run '" + command.getCommandSpec().qualifiedName() + " --help' for usage.");
    return EXIT_USAGE;
  }

  /** Keeps an auth key typed into the wrong place out of terminals and logs. */
  private static String blankSecrets(String message, List<String> args) {
    String blanked = message;
    for (String arg : args) {
      String value = arg.substring(arg.indexOf('=') + 1);
      if (value.startsWith("tskey-") || value.startsWith("hskey-")) {
        blanked = blanked.replace(value, "…");
      }
    }
    return blanked;
  }

  private static boolean debugRequested(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommandSpec().userObject() instanceof Meshd meshd && meshd.debug;
  }
}
