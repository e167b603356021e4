package dev.meshd.agent.localapi.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the Unix socket, which every local user may connect to: rights are decided per
 * request. At most {@value #MAX_CONNECTIONS} connections are open at once; further ones wait to be
 * accepted.
 *
 * <p>{@link #close} may be called from any thread, closes every connection and removes the socket.
 */
public final class LocalApiServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(LocalApiServer.class);
  static final int MAX_CONNECTIONS = 256;
  private static final int MAX_PATH_BYTES = 107;

  private final Path socket;
  private final ServerSocketChannel listener;
  private final AccessRules rules;
  private final LocalBackend backend;
  private final Semaphore slots = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private LocalApiServer(
      Path socket, ServerSocketChannel listener, AccessRules rules, LocalBackend backend) {
    this.socket = socket;
    this.listener = listener;
    this.rules = rules;
    this.backend = backend;
  }

  /**
   * Starts to listen and serve. A socket file nobody answers at is a leftover and is replaced.
   *
   * @throws SocketTakenException if another daemon answers at this path
   */
  public static LocalApiServer open(Path socket, AccessRules rules, LocalBackend backend)
      throws IOException {
    if (socket.toString().length() > MAX_PATH_BYTES) {
      throw new IOException(
          "the socket path " + socket + " is longer than " + MAX_PATH_BYTES + " characters");
    }
    Path directory = socket.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    if (Files.exists(socket)) {
      if (isServed(socket)) {
        throw new SocketTakenException(socket);
      }
      Files.delete(socket);
    }
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (BindException e) {
      listener.close();
      throw new IOException("cannot listen at " + socket + ": " + e.getMessage(), e);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    LocalApiServer server = new LocalApiServer(socket, listener, rules, backend);
    Thread.ofVirtual().name("local-api-accept").start(server::acceptAll);
    return server;
  }

  /** Another daemon listens where this one was told to. */
  public static final class SocketTakenException extends IOException {
    public SocketTakenException(Path socket) {
      super("another meshd daemon is already listening at " + socket);
    }
  }

  /** Whether somebody listens at this path. */
  public static boolean isServed(Path socket) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        slots.acquire();
        SocketChannel channel = listener.accept();
        connections.add(channel);
        Thread.ofVirtual().name("local-api").start(() -> serve(channel));
      }
    } catch (ClosedChannelException | InterruptedException e) {
      log.debug("local API closed");
    } catch (IOException e) {
      log.error("local API stopped listening at {}", socket, e);
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var caller = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      new Connection(channel, caller, rules, backend).serve();
    } catch (IOException | InterruptedException e) {
      log.debug("local API connection ended: {}", e.getMessage());
    } finally {
      connections.remove(channel);
      slots.release();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel channel : connections) {
      channel.close();
    }
    Files.deleteIfExists(socket);
  }
}
