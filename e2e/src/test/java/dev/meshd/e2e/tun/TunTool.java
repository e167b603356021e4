package dev.meshd.e2e.tun;

import dev.meshd.linux.Poller;
import dev.meshd.linux.ReceiveBatch;
import dev.meshd.linux.SendBatch;
import dev.meshd.linux.UdpFd;
import dev.meshd.linux.UdpOptions;
import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Checksums;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IcmpView;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.IpVersion;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6View;
import dev.meshd.tun.AssignedAddress;
import dev.meshd.tun.InterfaceConfig;
import dev.meshd.tun.InterfaceSetup;
import dev.meshd.tun.LinkMonitor;
import dev.meshd.tun.StaleInterface;
import dev.meshd.tun.TunDevice;
import dev.meshd.tun.TunException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A few things to do with a TUN interface or a socket inside a host of the lab, as a program of its
 * own:
 *
 * <pre>
 *   echo NAME MTU COMMANDS   make the interface and answer every ping that is routed into it;
 *                            COMMANDS is a FIFO with lines "set ADDRESS... via ROUTE..." or "close"
 *   remove NAME              remove a stale interface; print the outcome
 *   monitor NAME             print a line per change of the underlay
 *   count PORT               print the length of every datagram that arrives
 *   send ADDR PORT N BYTES   send N datagrams of BYTES each with one segmented send
 * </pre>
 */
public final class TunTool {
  private static final int READ_BYTES = 65536;

  private TunTool() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      switch (args[0]) {
        case "echo" -> echo(args[1], Integer.parseInt(args[2]), args[3]);
        case "remove" -> System.out.println(StaleInterface.remove(args[1]));
        case "monitor" -> monitor(args[1]);
        case "count" -> count(Integer.parseInt(args[1]));
        case "send" ->
            send(
                Endpoint.of(IpAddress.parse(args[1]), Integer.parseInt(args[2])),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]));
        default -> throw new IllegalArgumentException(args[0]);
      }
    } catch (TunException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void echo(String name, int mtu, String commands)
      throws IOException, InterruptedException {
    TunDevice device = TunDevice.open(name, mtu);
    Thread reader = Thread.ofPlatform().name("TunReader").start(() -> answerPings(device));
    try (InterfaceSetup setup = new InterfaceSetup(device);
        var lines = new RandomAccessFile(commands, "rw")) { // own writer: the FIFO never ends
      System.out.println("ready");
      for (String line = lines.readLine(); !line.equals("close"); line = lines.readLine()) {
        setup.apply(parse(line));
        System.out.println("done");
      }
    }
    device.close();
    reader.join();
    System.out.println("reader left");
  }

  private static InterfaceConfig parse(String line) {
    Set<AssignedAddress> addresses = new HashSet<>();
    Set<IpPrefix> routes = new HashSet<>();
    boolean inRoutes = false;
    for (String word : List.of(line.split(" ")).subList(1, line.split(" ").length)) {
      if (word.equals("via")) {
        inRoutes = true;
      } else if (inRoutes) {
        routes.add(IpPrefix.parse(word));
      } else {
        addresses.add(AssignedAddress.parse(word));
      }
    }
    return new InterfaceConfig(addresses, routes);
  }

  private static void answerPings(TunDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(READ_BYTES);
      int length = 0;
      while (length != TunDevice.CLOSED) {
        length = device.read(memory, 0, READ_BYTES);
        if (length == TunDevice.NOTHING) {
          device.awaitReadable(-1);
        } else if (length > 0 && turnIntoReply(memory, length)) {
          device.write(memory, 0, length);
        }
      }
    }
  }

  /** Swaps the addresses of an echo request and makes it a reply. */
  private static boolean turnIntoReply(MemorySegment packet, int length) {
    boolean v4 = IpVersion.of(packet, 0, length) == 4;
    int protocol = v4 ? Ipv4View.protocol(packet, 0) : Ipv6View.nextHeader(packet, 0);
    int transport = v4 ? Ipv4View.headerLength(packet, 0) : Ipv6View.HEADER_BYTES;
    int request = v4 ? IcmpView.V4_ECHO_REQUEST : IcmpView.V6_ECHO_REQUEST;
    if (protocol != (v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6)
        || IcmpView.type(packet, transport) != request) {
      return false;
    }
    int addressBytes = v4 ? 4 : 16;
    int source = v4 ? Ipv4View.SOURCE_OFFSET : Ipv6View.SOURCE_OFFSET;
    MemorySegment from = packet.asSlice(source, addressBytes);
    MemorySegment to = packet.asSlice(source + addressBytes, addressBytes);
    byte[] kept = from.toArray(ValueLayout.JAVA_BYTE);
    from.copyFrom(to);
    to.copyFrom(MemorySegment.ofArray(kept));
    int reply = v4 ? IcmpView.V4_ECHO_REPLY : IcmpView.V6_ECHO_REPLY;
    packet.set(ValueLayout.JAVA_BYTE, transport, (byte) reply);
    BigEndian.put16(packet, transport + IcmpView.CHECKSUM_OFFSET, 0);
    int sum = Checksums.sum(packet, transport, length - transport);
    if (!v4) {
      int pseudo = Checksums.pseudoHeaderV6(packet, 0, IpProtocol.ICMPV6, length - transport);
      sum = Checksums.add(sum, pseudo);
    }
    BigEndian.put16(packet, transport + IcmpView.CHECKSUM_OFFSET, ~sum);
    return true;
  }

  private static void monitor(String name) throws InterruptedException {
    try (LinkMonitor monitor =
        LinkMonitor.start(
            name, (before, after, slept) -> System.out.println("changed to " + after))) {
      System.out.println("watching " + monitor.state());
      Thread.currentThread().join();
    }
  }

  private static void count(int port) {
    try (UdpFd socket = UdpFd.open(UdpFd.anyAddress(false, port), UdpOptions.DEFAULTS)) {
      Poller poller = new Poller(1);
      poller.add(socket.fd());
      ReceiveBatch batch = new ReceiveBatch(16, READ_BYTES);
      System.out.println("ready");
      while (true) {
        poller.poll(Poller.FOREVER);
        int count = socket.receive(batch);
        for (int i = 0; i < count; i++) {
          System.out.println("got " + batch.length(i));
        }
      }
    }
  }

  private static void send(Endpoint to, int datagrams, int bytesEach) {
    try (UdpFd socket = UdpFd.open(UdpFd.anyAddress(false, 0), UdpOptions.DEFAULTS);
        Arena arena = Arena.ofConfined()) {
      SendBatch batch = new SendBatch(1);
      int length = datagrams * bytesEach;
      batch.addSegmented(arena.allocate(length), 0, length, to, bytesEach);
      socket.send(batch);
      System.out.println("refused " + batch.refusedCount());
    }
  }
}
