package dev.meshd.cli.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.meshd.cli.CommandFailure;
import dev.meshd.coordinator.admin.AdminClient;
import dev.meshd.coordinator.admin.AdminException;
import dev.meshd.coordinator.admin.ApiJson;
import dev.meshd.coordinator.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command that asks a running server, and how such a command runs. */
final class AdminOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The server's administration socket; default /run/meshd-server/server.sock.")
  private @Nullable Path socket;

  @Option(names = "--json", description = "Print JSON; the same as -o json.")
  private boolean json;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      converter = OutputConverter.class,
      description = "table, json, or json-line for JSON on one line.")
  private Output output = Output.TABLE;

  /** How an answer is printed. */
  private enum Output {
    TABLE("table"),
    JSON("json"),
    JSON_LINE("json-line");

    private final String text;

    Output(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Reads the forms as Headscale's commands name them. */
  private static final class OutputConverter implements CommandLine.ITypeConverter<Output> {
    @Override
    public Output convert(String word) {
      return Arrays.stream(Output.values())
          .filter(form -> form.text.equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new CommandLine.TypeConversionException(
                      "must be table, json or json-line, not '" + word + "'"));
    }
  }

  /** Something to ask the server. */
  @FunctionalInterface
  interface Question<T> {
    T ask(AdminClient client) throws AdminException;
  }

  /** Asks and prints the answer: as JSON where asked for, else as {@code text} prints it. */
  <T> void show(Question<T> question, BiConsumer<T, PrintWriter> text) {
    T answer = ask(question);
    switch (json ? Output.JSON : output) {
      case TABLE -> text.accept(answer, out());
      case JSON -> printJson(answer, ApiJson.mapper().writerWithDefaultPrettyPrinter());
      case JSON_LINE -> printJson(answer, ApiJson.mapper().writer());
    }
  }

  private <T> T ask(Question<T> question) {
    try {
      return question.ask(
          new AdminClient(socket == null ? ServerConfig.DEFAULT_ADMIN_SOCKET : socket));
    } catch (AdminException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private void printJson(Object answer, ObjectWriter writer) {
    try {
      out().println(writer.writeValueAsString(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer of the API can always be written", e);
    }
  }

  private PrintWriter out() {
    if (mixee == null) {
      throw new IllegalStateException("used outside a command");
    }
    return mixee.commandLine().getOut();
  }
}
