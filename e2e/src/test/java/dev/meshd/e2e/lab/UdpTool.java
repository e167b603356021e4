package dev.meshd.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * A few things to do with UDP inside a host of the lab, as a program of its own:
 *
 * <pre>
 *   reflect PORT               answer every datagram with the address it came from
 *   ask PORT ADDR PORT...      from one port, ask several reflectors; print what each saw, or "nothing"
 *   hold PORT ADDR PORT        ask one reflector, then print every datagram that arrives
 *   send PORT ADDR PORT TEXT   send one datagram
 * </pre>
 */
public final class UdpTool {
  private static final int ANSWER_MILLIS = 1000;

  private UdpTool() {}

  public static void main(String[] args) throws IOException {
    try (var socket = new DatagramSocket(Integer.parseInt(args[1]))) {
      switch (args[0]) {
        case "reflect" -> reflect(socket);
        case "ask" -> {
          for (int i = 2; i < args.length; i += 2) {
            System.out.println(ask(socket, args[i], args[i + 1]));
          }
        }
        case "hold" -> hold(socket, args[2], args[3]);
        case "send" -> send(socket, args[4], args[2], args[3]);
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void reflect(DatagramSocket socket) throws IOException {
    System.out.println("ready");
    while (true) {
      DatagramPacket received = receive(socket);
      byte[] answer = describe(received).getBytes(UTF_8);
      socket.send(new DatagramPacket(answer, answer.length, received.getSocketAddress()));
    }
  }

  private static String ask(DatagramSocket socket, String address, String port) throws IOException {
    send(socket, "hello", address, port);
    socket.setSoTimeout(ANSWER_MILLIS);
    try {
      return text(receive(socket));
    } catch (SocketTimeoutException e) {
      return "nothing";
    }
  }

  private static void hold(DatagramSocket socket, String address, String port) throws IOException {
    System.out.println("seen as " + ask(socket, address, port));
    socket.setSoTimeout(0);
    while (true) {
      DatagramPacket received = receive(socket);
      System.out.println("got " + text(received) + " from " + describe(received));
    }
  }

  private static void send(DatagramSocket socket, String text, String address, String port)
      throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    socket.send(
        new DatagramPacket(
            bytes, bytes.length, InetAddress.getByName(address), Integer.parseInt(port)));
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    var packet = new DatagramPacket(new byte[1500], 1500);
    socket.receive(packet);
    return packet;
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  private static String describe(DatagramPacket packet) {
    var from = (InetSocketAddress) packet.getSocketAddress();
    return from.getAddress().getHostAddress() + " " + from.getPort();
  }
}
