package dev.meshd.fuzz.reader;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.fuzz.Fixed;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.util.ArrayList;
import java.util.List;

/** Handshake messages as a peer would really send them, and damaged ones with a right mac1. */
final class GenuineHandshake {

  private static final int INITIATION_BYTES = 148;
  private static final int RESPONSE_BYTES = 92;
  private static final int MACS_BYTES = 32;

  private GenuineHandshake() {}

  /** The first message from the holder of {@code from} to {@code to}. */
  static byte[] initiation(NodeKey to, NodePrivateKey from) {
    Sent out = new Sent();
    try (WireGuardDevice device =
        new WireGuardDevice(from, Fixed.wireGuard(11), new SignalQueue(() -> {}))) {
      WireGuardPeer peer = device.addPeer(to, 0);
      device.setAllowedIps(peer, List.of(IpPrefix.parse("10.0.0.1/32")));
      device.startHandshake(peer, 1, out);
    }
    return out.messages.getFirst();
  }

  /**
   * The message exclusive-or {@code change}, with mac1 made right again: whoever knows a public key
   * can do that.
   */
  static byte[] changed(byte[] message, byte[] change, NodeKey receiver) {
    byte[] changed = message.clone();
    for (int i = 0; i < Math.min(change.length, changed.length); i++) {
      changed[i] ^= change[i];
    }
    return withMac1(changed, receiver);
  }

  /** Sets mac1 if the message is as long as one that has it. */
  static byte[] withMac1(byte[] message, NodeKey receiver) {
    if (message.length == INITIATION_BYTES || message.length == RESPONSE_BYTES) {
      MessageMacs.forReceiver(receiver).stamp(message, new CookieJar(receiver), 0);
    }
    return message;
  }

  /** How much of a message of that length the handshake itself covers. */
  static int covered(byte[] message) {
    return message.length - MACS_BYTES;
  }

  /** Keeps what a device sends. */
  static final class Sent implements WireGuardOutput {
    final List<byte[]> messages = new ArrayList<>();
    int completed;

    @Override
    public void sendToPeer(WireGuardPeer peer, byte[] message) {
      messages.add(message.clone());
    }

    @Override
    public void sendCookieReply(Endpoint to, byte[] reply) {
      messages.add(reply);
    }

    @Override
    public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {}

    @Override
    public void flushStaged(WireGuardPeer peer) {}

    @Override
    public void dropStaged(WireGuardPeer peer) {}

    @Override
    public void handshakeCompleted(WireGuardPeer peer) {
      completed++;
    }
  }
}
