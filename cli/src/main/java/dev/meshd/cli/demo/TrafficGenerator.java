package dev.meshd.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/**
 * One TCP stream of zeros and what arrives of it, for machines without iperf3. A program of its
 * own:
 *
 * <pre>
 *   receive ADDRESS PORT          take one connection (port 0: any); print "received N Mbit/s" when it ends
 *   send ADDRESS PORT SECONDS     fill one connection for that long
 * </pre>
 */
public final class TrafficGenerator {
  private static final int CHUNK_BYTES = 128 * 1024;

  private TrafficGenerator() {}

  public static void main(String[] args) throws IOException {
    InetAddress address = InetAddress.getByName(args[1]);
    int port = Integer.parseInt(args[2]);
    if (args[0].equals("receive")) {
      receive(address, port);
    } else {
      send(address, port, Integer.parseInt(args[3]));
    }
  }

  private static void receive(InetAddress address, int port) throws IOException {
    try (var listener = new ServerSocket(port, 1, address)) {
      System.out.println("listening on port " + listener.getLocalPort());
      try (Socket socket = listener.accept();
          InputStream in = socket.getInputStream()) {
        byte[] chunk = new byte[CHUNK_BYTES];
        long startNs = System.nanoTime();
        long bytes = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
          bytes += n;
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(Locale.ROOT, "received %.1f Mbit/s%n", bytes * 8 / 1e6 / seconds);
      }
    }
  }

  private static void send(InetAddress address, int port, int seconds) throws IOException {
    try (Socket socket = new Socket(address, port);
        OutputStream out = socket.getOutputStream()) {
      byte[] chunk = new byte[CHUNK_BYTES];
      long endNs = System.nanoTime() + seconds * 1_000_000_000L;
      while (System.nanoTime() - endNs < 0) {
        out.write(chunk);
      }
    }
  }
}
