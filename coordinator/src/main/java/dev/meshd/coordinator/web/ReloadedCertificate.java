package dev.meshd.coordinator.web;

import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured certificate, taken anew when its files change, so that a renewal needs no restart.
 * Files that cannot be used leave the old certificate in place: renewal tools write certificate and
 * key one after the other. Thread-safe; file access happens in the caller's thread.
 */
public final class ReloadedCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadedCertificate.class);

  private final ServerConfig.TlsFiles files;
  private final List<Consumer<ServerIdentity>> users = new ArrayList<>();

  private ServerIdentity current;
  private String seen;
  private String reported = "";

  private ReloadedCertificate(ServerConfig.TlsFiles files, ServerIdentity first, String seen) {
    this.files = files;
    this.current = first;
    this.seen = seen;
  }

  /**
   * Reads the files.
   *
   * @throws IOException with a sentence when they cannot be used
   */
  public static ReloadedCertificate load(ServerConfig.TlsFiles files) throws IOException {
    String seen = state(files);
    return new ReloadedCertificate(files, read(files), seen);
  }

  private static ServerIdentity read(ServerConfig.TlsFiles files) throws IOException {
    ServerIdentity identity = IdentityFile.load(files.certificate(), files.privateKey());
    if (!identity.keyFitsLeaf()) {
      throw new IOException(
          "the key in " + files.privateKey() + " does not belong to " + files.certificate());
    }
    return identity;
  }

  /** What was read last. */
  public synchronized ServerIdentity current() {
    return current;
  }

  /** Tells {@code user} of each new certificate. */
  public synchronized void onChange(Consumer<ServerIdentity> user) {
    users.add(user);
  }

  /** Reads the files again if they are others than before. */
  public synchronized void check() {
    String now = state(files);
    if (!now.equals(seen)) {
      reload(now);
    }
  }

  /** Reads the files again in any case. */
  public synchronized void reload() {
    reload(state(files));
  }

  private void reload(String now) {
    try {
      ServerIdentity fresh = read(files);
      seen = now;
      reported = "";
      if (!fresh.chain().equals(current.chain())) {
        current = fresh;
        users.forEach(user -> user.accept(fresh));
        LOG.atInfo()
            .addKeyValue("until", fresh.leaf().getNotAfter().toInstant())
            .log("certificate reloaded");
      }
    } catch (IOException | RuntimeException e) {
      // Tried again at the next check: the other file may be on its way. Said once per fault.
      String fault = String.valueOf(e.getMessage());
      if (!fault.equals(reported)) {
        reported = fault;
        LOG.warn("the old certificate stays in use, the new one cannot be used: {}", fault);
      }
    }
  }

  /** Changes whenever the content may have. */
  private static String state(ServerConfig.TlsFiles files) {
    return state(files.certificate()) + " " + state(files.privateKey());
  }

  private static String state(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    } catch (IOException e) {
      return "missing";
    }
  }
}
