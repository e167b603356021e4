package dev.meshd.e2e.attack;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.codec.ClientInfo;
import dev.meshd.derp.codec.FrameType;
import dev.meshd.derp.codec.LoginCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A connection to a relay, below or inside TLS, that sends any bytes. Owned by one thread. */
final class RawRelay implements AutoCloseable {
  private static final int TIMEOUT_MS = 15_000;
  private static final int SOON_MS = 5000;
  private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;

  private final Socket socket;
  private final DataInputStream in;

  private RawRelay(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawRelay tcp(String host, int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
    return new RawRelay(socket);
  }

  static RawRelay tls(String host, int port) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEverybody()}, null);
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
      socket.setSoTimeout(TIMEOUT_MS);
      // Whoever does not read should not have the kernel do it for him.
      socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
      socket.startHandshake();
      return new RawRelay(socket);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** A relay connection up to the server's greeting, whose key is returned by {@link #greeted}. */
  static RawRelay upgraded(String host, int port) throws IOException {
    RawRelay relay = tls(host, port);
    relay.raw("GET /derp HTTP/1.1\r\nHost: r\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n\r\n");
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) relay.in.readUnsignedByte());
    }
    return relay;
  }

  /** Reads the server's greeting. */
  NodeKey greeted() throws IOException {
    in.readUnsignedByte();
    byte[] payload = new byte[in.readInt()];
    in.readFully(payload);
    return LoginCodec.parseServerKey(ByteBuffer.wrap(payload)).orElseThrow();
  }

  /** Logs in and returns whether the server welcomed the key. */
  boolean logIn(NodePrivateKey key) throws IOException {
    raw(LoginCodec.clientInfo(key, greeted(), ClientInfo.node(), SecureRandomSource.system()));
    try {
      boolean welcome = FrameType.fromWire(in.readByte()) == FrameType.SERVER_INFO;
      in.skipNBytes(in.readInt());
      return welcome;
    } catch (IOException e) {
      return false;
    }
  }

  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void raw(String text) throws IOException {
    raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads and forgets until the server closes; false when it has not within {@code millis}. */
  boolean isClosedWithin(int millis) throws IOException {
    long endNs = System.nanoTime() + millis * 1_000_000L;
    byte[] sink = new byte[65_536];
    try {
      while (System.nanoTime() - endNs < 0) {
        socket.setSoTimeout((int) Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
        if (in.read(sink) < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException | SSLException e) {
      return true;
    }
  }

  /** Reads nothing for {@code millis}, then says whether the server has closed meanwhile. */
  boolean isClosedAfterSilence(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return isClosedWithin(SOON_MS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** An attacker does not care whom he attacks. */
  private static final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
