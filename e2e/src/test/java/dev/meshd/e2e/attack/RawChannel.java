package dev.meshd.e2e.attack;

import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A connection to a control port over which any bytes can be sent on any layer: TCP, Noise records,
 * HTTP/2. Owned by one thread.
 */
final class RawChannel implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  private static final int VERSION = 131;

  private final Socket socket = new Socket();
  private Optional<NoiseSession> session = Optional.empty();

  RawChannel(String host, int port) throws IOException {
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
  }

  /** Sends as it is. */
  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void raw(String text) throws IOException {
    raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends inside the Noise channel. */
  void sealed(byte[] plain) throws IOException {
    try {
      raw(session.orElseThrow().writer().write(ByteBuffer.wrap(plain)));
    } catch (NoiseException e) {
      throw new IOException(e);
    }
  }

  /** Becomes a Noise channel with a key of its own, and sends the preface of HTTP/2. */
  void openHttp2(MachineKey server) throws IOException {
    openNoise(server);
    sealed(HttpFrames.PREFACE);
    sealed(HttpFrames.frame(HttpFrames.SETTINGS, 0, 0, new byte[0]));
  }

  void openNoise(MachineKey server) throws IOException {
    try {
      InitiatorHandshake handshake =
          InitiatorHandshake.start(
              MachinePrivateKey.generate(), server, VERSION, SecureRandomSource.system());
      raw(
          "POST /ts2021 HTTP/1.1\r\nHost: mesh\r\nUpgrade: tailscale-control-protocol\r\n"
              + "Connection: upgrade\r\nX-Tailscale-Handshake: "
              + handshake.initiationHeader()
              + "\r\n\r\n");
      InputStream in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int read = in.read();
        if (read < 0) {
          throw new IOException("no upgrade: " + head);
        }
        head.append((char) read);
      }
      while (session.isEmpty()) {
        session = handshake.onBytes(ByteBuffer.wrap(new byte[] {(byte) in.read()}));
      }
    } catch (NoiseException e) {
      throw new IOException(e);
    }
  }

  /** Reads and forgets until the server closes; false when it has not within {@code millis}. */
  boolean isClosedWithin(int millis) throws IOException {
    long endNs = System.nanoTime() + millis * 1_000_000L;
    byte[] sink = new byte[65_536];
    try {
      while (System.nanoTime() - endNs < 0) {
        socket.setSoTimeout((int) Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
        if (socket.getInputStream().read(sink) < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  /** Counts the HTTP/2 frames of {@code type} that come within {@code millis}. */
  int frames(int type, int millis) throws IOException {
    var plain = new java.io.ByteArrayOutputStream();
    long endNs = System.nanoTime() + millis * 1_000_000L;
    byte[] chunk = new byte[65_536];
    try {
      while (System.nanoTime() - endNs < 0) {
        socket.setSoTimeout((int) Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
        int read = socket.getInputStream().read(chunk);
        if (read < 0) {
          break;
        }
        session
            .orElseThrow()
            .reader()
            .read(ByteBuffer.wrap(Arrays.copyOf(chunk, read)), plain::writeBytes);
      }
    } catch (SocketTimeoutException | SocketException e) {
      // What came so far counts.
    } catch (NoiseException e) {
      throw new IOException(e);
    }
    return count(ByteBuffer.wrap(plain.toByteArray()), type);
  }

  private static int count(ByteBuffer plain, int type) {
    if (plain.remaining() >= 9 && plain.get(0) == (byte) 0xff) {
      plain.position(9 + plain.getInt(5)); // the early payload
    }
    int found = 0;
    while (plain.remaining() >= 9) {
      int at = plain.position();
      int length = (plain.get(at) & 0xff) << 16 | (plain.getShort(at + 1) & 0xffff);
      if (plain.get(at + 3) == type) {
        found++;
      }
      plain.position(Math.min(plain.limit(), at + 9 + length));
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
