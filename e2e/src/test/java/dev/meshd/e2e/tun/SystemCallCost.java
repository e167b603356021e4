package dev.meshd.e2e.tun;

import dev.meshd.linux.BootClock;
import dev.meshd.linux.Poller;
import dev.meshd.linux.ReceiveBatch;
import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.UdpOptions;
import dev.meshd.linux.WakeFd;
import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.Ipv4View;
import dev.meshd.tun.AssignedAddress;
import dev.meshd.tun.InterfaceConfig;
import dev.meshd.tun.InterfaceSetup;
import dev.meshd.tun.TunDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Prints what one packet costs in system calls, as a program to be run in a host of the lab: UDP
 * over the loopback interface at several batch sizes, and the TUN device packet by packet. Every
 * figure is taken twice and the second printed, when the code is compiled.
 */
public final class SystemCallCost {
  private static final int DATAGRAM_BYTES = 1312;
  private static final int PACKET_BYTES = 1280;
  private static final int GLUED = 48;
  private static final int DATAGRAMS = 100_000;
  private static final int CALLS = 200_000;
  private static final int SINK_PORT = 9999;

  private SystemCallCost() {}

  public static void main(String[] args) throws IOException {
    for (int batch : new int[] {1, 8, 64}) {
      udp(batch, false);
      System.out.println("UDP, batches of " + batch + ": " + udp(batch, false));
    }
    udp(1, true);
    System.out.println("UDP, " + GLUED + " segmented and glued: " + udp(1, true));
    tun();
    try (WakeFd wake = WakeFd.open()) {
      Poller poller = new Poller(1);
      poller.add(wake.fd());
      print("a reading of the boot clock", () -> (int) BootClock.nowNs());
      print("a look with the poller", () -> poller.poll(0));
      print(
          "a wake",
          () -> {
            wake.wake();
            return 0;
          });
    }
  }

  private static void print(String what, IntSupplier call) {
    nanosPerCall(call);
    System.out.printf("%s: %d ns%n", what, nanosPerCall(call));
  }

  private static long nanosPerCall(IntSupplier call) {
    long startNs = System.nanoTime();
    int sum = 0;
    for (int i = 0; i < CALLS; i++) {
      sum += call.getAsInt();
    }
    long elapsedNs = System.nanoTime() - startNs;
    return sum == 42 ? 0 : elapsedNs / CALLS; // uses the sum, so that no call can be left out
  }

  private static String udp(int batch, boolean glued) {
    Endpoint loopback = Endpoint.parse("127.0.0.1:0");
    UdpOptions receiving = UdpOptions.DEFAULTS.withReceiveOffload(glued);
    try (UdpFd sender = UdpFd.open(loopback, UdpOptions.DEFAULTS);
        UdpFd receiver = UdpFd.open(loopback, receiving);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate((long) 64 * DATAGRAM_BYTES);
      SendBatch out = new SendBatch(batch);
      ReceiveBatch in = new ReceiveBatch(16, 65536);
      long sendNs = 0;
      long receiveNs = 0;
      int sent = 0;
      while (sent < DATAGRAMS) {
        sent += fill(out, memory, receiver.local(), glued);
        long startNs = System.nanoTime();
        sender.send(out);
        long sentNs = System.nanoTime();
        while (receiver.receive(in) > 0) {
          continue;
        }
        sendNs += sentNs - startNs;
        receiveNs += System.nanoTime() - sentNs;
      }
      return "send %d ns, receive %d ns a datagram".formatted(sendNs / sent, receiveNs / sent);
    }
  }

  private static int fill(SendBatch out, MemorySegment memory, Endpoint to, boolean glued) {
    if (glued) {
      out.addSegmented(memory, 0, GLUED * DATAGRAM_BYTES, to, DATAGRAM_BYTES);
      return GLUED;
    }
    int added = 0;
    while (out.add(memory, (long) added * DATAGRAM_BYTES, DATAGRAM_BYTES, to)) {
      added++;
    }
    return added;
  }

  private static void tun() throws IOException {
    try (TunDevice device = TunDevice.open("meshd0", PACKET_BYTES);
        InterfaceSetup setup = new InterfaceSetup(device);
        Arena arena = Arena.ofConfined();
        DatagramSocket sink = new DatagramSocket(SINK_PORT)) {
      setup.apply(
          new InterfaceConfig(
              Set.of(AssignedAddress.parse("100.64.0.1")),
              Set.of(IpPrefix.parse("100.64.0.2/32"))));
      MemorySegment packet = packet(arena);
      print("a packet written to the TUN", () -> device.write(packet, 0, PACKET_BYTES) ? 1 : 0);
      readCost(device, sink, packet);
      readCost(device, sink, packet);
    }
  }

  private static void readCost(TunDevice device, DatagramSocket from, MemorySegment memory)
      throws IOException {
    byte[] payload = new byte[PACKET_BYTES - 28];
    var to = new DatagramPacket(payload, payload.length, InetAddress.getByName("100.64.0.2"), 7);
    long readNs = 0;
    int packets = 0;
    while (packets < DATAGRAMS / 2) {
      for (int i = 0; i < 200; i++) {
        from.send(to);
      }
      long startNs = System.nanoTime();
      while (device.read(memory, 0, PACKET_BYTES) > 0) {
        packets++;
      }
      readNs += System.nanoTime() - startNs;
    }
    System.out.printf("a packet read from the TUN: %d ns%n", readNs / packets);
  }

  /** A UDP packet from the far side to the sink. */
  private static MemorySegment packet(Arena arena) {
    MemorySegment packet = arena.allocate(PACKET_BYTES);
    packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);
    BigEndian.put16(packet, Ipv4View.TOTAL_LENGTH_OFFSET, PACKET_BYTES);
    packet.set(ValueLayout.JAVA_BYTE, Ipv4View.TTL_OFFSET, (byte) 64);
    packet.set(ValueLayout.JAVA_BYTE, Ipv4View.PROTOCOL_OFFSET, (byte) IpProtocol.UDP);
    BigEndian.put32(packet, Ipv4View.SOURCE_OFFSET, IpAddress.parse("100.64.0.2").v4Value());
    BigEndian.put32(packet, Ipv4View.DESTINATION_OFFSET, IpAddress.parse("100.64.0.1").v4Value());
    Ipv4View.updateChecksum(packet, 0);
    BigEndian.put16(packet, 20, 7);
    BigEndian.put16(packet, 22, SINK_PORT);
    BigEndian.put16(packet, 24, PACKET_BYTES - 20);
    return packet;
  }
}
