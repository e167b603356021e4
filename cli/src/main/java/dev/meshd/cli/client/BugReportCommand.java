package dev.meshd.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.cli.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code meshd bugreport}: marks the daemon's log and bundles what it tells about itself, with the
 * network settings of this machine, into a zip file that only its owner can read.
 */
@Command(
    name = "bugreport",
    description = "Bundle what helps to find a fault into a zip file without secrets.",
    footer = {
      "",
      "The file holds the last log lines, status, settings, health, counters, threads, addresses and",
      "routes. Private keys, login keys and login links are left out; names and addresses are not."
    })
public final class BugReportCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it (default: a new file here, named after the marker).")
  private @Nullable Path output;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "What went wrong; written to the log next to the marker.")
  private String note = "";

  @Override
  public void run() {
    String marker = daemon.ask(() -> daemon.client().markLog(note));
    JsonNode report = daemon.ask(daemon.client()::bugReport);
    Map<String, String> files = new TreeMap<>();
    report.properties().forEach(entry -> files.put(entry.getKey(), entry.getValue().asText()));
    files.putAll(NetworkSettings.read());
    if (!note.isEmpty()) {
      files.put("note.txt", note + "\n");
    }
    Path file = output == null ? Path.of("meshd-" + marker + ".zip") : output;
    write(files, file);
    PrintWriter out = spec.commandLine().getOut();
    out.println(marker);
    out.println("Wrote " + file + ": " + String.join(", ", files.keySet()) + ".");
    out.println("Private keys and login links are left out; names and addresses are not.");
  }

  private static void write(Map<String, String> files, Path file) {
    try (OutputStream bytes = create(file);
        ZipOutputStream zip = new ZipOutputStream(bytes, UTF_8)) {
      for (Map.Entry<String, String> entry : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(file + " exists already; name another file with --output", e);
    } catch (IOException e) {
      throw new CommandFailure("cannot write " + file + ": " + e, e);
    }
  }

  private static OutputStream create(Path file) throws IOException {
    Path created =
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.newOutputStream(created, StandardOpenOption.WRITE);
  }
}
