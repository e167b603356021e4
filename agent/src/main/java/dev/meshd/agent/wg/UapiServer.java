package dev.meshd.agent.wg;

import dev.meshd.linux.FileModeMask;
import dev.meshd.wireguard.uapi.UapiDecoder;
import dev.meshd.wireguard.uapi.UapiFault;
import dev.meshd.wireguard.uapi.UapiRequest;
import dev.meshd.wireguard.uapi.UapiState;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an interface to {@code wg} and other tools at {@code /var/run/wireguard/NAME.sock}, which
 * only the owner of the process can open.
 *
 * <p>A connection may carry any number of requests, one after the other. At most {@value
 * #MAX_CONNECTIONS} are served at a time; more wait. One virtual thread accepts and one serves each
 * connection; the interface does the work.
 */
public final class UapiServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(UapiServer.class);
  private static final Path DIRECTORY = Path.of("/var/run/wireguard");
  private static final int BUFFER_BYTES = 64 << 10;

  /** How long a process that is ending may take to give its socket up. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** What is served; its methods are called on the threads of the connections. */
  public interface Served {
    /** The interface's name. */
    String name();

    /** The whole state, in the text of the protocol. It holds keys: the server wipes it. */
    byte[] get();

    /** Carries out changes and returns what went wrong. */
    Optional<UapiFault> set(UapiRequest.Set request);
  }

  private final Served served;
  private final ServerSocketChannel listener;
  private final @Nullable Path file;
  private final @Nullable Object fileKey;
  private final Semaphore slots = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private UapiServer(Served served, ServerSocketChannel listener, @Nullable Path file)
      throws IOException {
    this.served = served;
    this.listener = listener;
    this.file = file;
    this.fileKey = file == null ? null : keyOf(file);
  }

  /**
   * Starts to serve. A socket that a dead process has left is replaced; one whose process is just
   * ending is waited for.
   *
   * @throws WgException if another process serves an interface of this name
   */
  public static UapiServer open(Served served) {
    return open(served, DIRECTORY);
  }

  static UapiServer open(Served served, Path directory) {
    Path file = directory.resolve(served.name() + ".sock");
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      }
      makeRoom(file, served.name());
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try (FileModeMask _ = FileModeMask.ownerOnly()) {
        listener.bind(UnixDomainSocketAddress.of(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      } catch (IOException e) {
        listener.close();
        throw e;
      }
      return start(new UapiServer(served, listener, file));
    } catch (IOException e) {
      throw new WgException("cannot listen at " + file + ": " + e.getMessage(), e);
    }
  }

  /** Serves a socket that the process that started this one listens at. */
  public static UapiServer adopt(Served served, ServerSocketChannel listener) {
    try {
      return start(new UapiServer(served, listener, null));
    } catch (IOException e) {
      throw new WgException("cannot use the socket that was passed: " + e.getMessage(), e);
    }
  }

  private static UapiServer start(UapiServer server) {
    Thread.ofVirtual().name("uapi-accept").start(server::acceptAll);
    return server;
  }

  private static void makeRoom(Path file, String name) throws IOException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (isServed(file)) {
      if (deadlineNs - System.nanoTime() <= 0) {
        throw new WgException(
            "another process already runs an interface " + name + " and listens at " + file);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    Files.deleteIfExists(file);
  }

  private static boolean isServed(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it listens; empty if the socket was made by somebody else. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** Whether the socket is still in its place. */
  boolean isInPlace() {
    try {
      return file == null || keyOf(file).equals(fileKey);
    } catch (IOException e) {
      return false;
    }
  }

  private static Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      try {
        slots.acquire();
        SocketChannel channel = listener.accept();
        connections.add(channel);
        Thread.ofVirtual().name("uapi").start(() -> serve(channel));
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        if (listener.isOpen()) {
          LOG.error("no longer listening at {}", file, e);
          closeQuietly(listener);
        }
      }
    }
  }

  private void serve(SocketChannel channel) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (channel) {
      UapiDecoder decoder = new UapiDecoder(UapiServer::interfaceIndex);
      ByteBuffer bytes = ByteBuffer.wrap(buffer);
      while (channel.read(bytes.clear()) >= 0) {
        for (UapiRequest request : decoder.decode(bytes.flip())) {
          if (!answer(channel, request)) {
            return;
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("a client of {} went away: {}", served.name(), e.getMessage());
    } finally {
      Arrays.fill(buffer, (byte) 0);
      connections.remove(channel);
      slots.release();
    }
  }

  private static OptionalInt interfaceIndex(String nameOrNumber) {
    try {
      if (nameOrNumber.matches("[1-9][0-9]{0,8}")) {
        return OptionalInt.of(Integer.parseInt(nameOrNumber));
      }
      NetworkInterface found = NetworkInterface.getByName(nameOrNumber);
      return found == null ? OptionalInt.empty() : OptionalInt.of(found.getIndex());
    } catch (SocketException e) {
      return OptionalInt.empty();
    }
  }

  /** False if the connection is to end. */
  private boolean answer(SocketChannel channel, UapiRequest request) throws IOException {
    switch (request) {
      case UapiRequest.Get _ -> write(channel, served.get());
      case UapiRequest.Set set -> {
        Optional<UapiFault> fault = served.set(set);
        fault.ifPresent(f -> LOG.error("a change of {} was refused: {}", served.name(), f));
        write(channel, fault.map(UapiState::failed).orElseGet(UapiState::done));
      }
      case UapiRequest.Nonsense _ -> {
        LOG.debug("a client of {} does not speak the protocol", served.name());
        return false;
      }
    }
    return true;
  }

  private static void write(SocketChannel channel, byte[] answer) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(answer);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      Arrays.fill(answer, (byte) 0);
    }
  }

  /** Takes the socket away, unless another process has put its own there, and ends connections. */
  @Override
  public void close() {
    try {
      if (file != null && isInPlace()) {
        Files.deleteIfExists(file); // first, so that nobody connects to a socket of the dead
      }
    } catch (IOException e) {
      LOG.error("cannot remove {}", file, e);
    }
    closeQuietly(listener);
    connections.forEach(UapiServer::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      LOG.debug("closing {}", channel, e);
    }
  }
}
