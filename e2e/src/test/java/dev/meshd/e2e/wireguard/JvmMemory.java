package dev.meshd.e2e.wireguard;

import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM of ours occupies.
 *
 * @param heapBytes in use after a full collection
 * @param residentBytes of the process
 */
record JvmMemory(long heapBytes, long residentBytes) {
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  static JvmMemory of(LabProcess process) {
    try {
      jcmd(process, "GC.run");
      Matcher used = USED.matcher(jcmd(process, "GC.heap_info"));
      long heap = 0;
      while (used.find()) {
        heap += Long.parseLong(used.group(1)) << 10;
      }
      Matcher resident =
          RESIDENT.matcher(Files.readString(Path.of("/proc", "" + process.pid(), "status")));
      if (heap == 0 || !resident.find()) {
        throw new AssertionError("the memory of " + process.name() + " cannot be read");
      }
      return new JvmMemory(heap, Long.parseLong(resident.group(1)) << 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jcmd(LabProcess process, String command) throws IOException {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process jcmd =
        new ProcessBuilder(program, Long.toString(process.pid()), command)
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes());
  }
}
