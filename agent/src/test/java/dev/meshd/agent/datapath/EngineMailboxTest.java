package dev.meshd.agent.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardSettings;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.MessageMacs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineMailboxTest {
  private static final Endpoint SENDER = Endpoint.parse("192.0.2.1:1");
  private static final int DISCO_BYTES = 100;

  private final WireGuardDevice device =
      new WireGuardDevice(
          NodePrivateKey.generate(), WireGuardSettings.system(true), new SignalQueue(() -> {}));
  private final List<byte[]> taken = new ArrayList<>();
  private int wakeUps;
  private final EngineMailbox mailbox = new EngineMailbox(device, () -> wakeUps++);

  @Test
  void floodOfHandshakesIsBoundedAndHoldsUpNoDisco() {
    for (int i = 0; i < EngineMailbox.CAPACITY + 10; i++) {
      put(initiation());
    }
    put(disco());

    assertThat(mailbox.handshakesWaiting()).isEqualTo(EngineMailbox.CAPACITY);
    assertThat(drops(DropReason.HANDSHAKE_QUEUE_FULL)).isEqualTo(10);
    assertThat(mailbox.drainTo((from, bytes) -> taken.add(bytes), 64)).isTrue();
    assertThat(taken.getFirst()).hasSize(DISCO_BYTES);
    assertThat(taken).hasSize(1 + EngineMailbox.HANDSHAKES_PER_TURN);
  }

  @Test
  void floodOfDiscoIsBoundedAndHoldsUpNoHandshake() {
    for (int i = 0; i < EngineMailbox.CAPACITY + 10; i++) {
      put(disco());
    }
    put(initiation());

    assertThat(drops(DropReason.DISCO_QUEUE_FULL)).isEqualTo(10);
    mailbox.drainTo((from, bytes) -> taken.add(bytes), 64);
    assertThat(taken).hasSize(64 + 1);
    assertThat(taken.getLast()).hasSize(148);
  }

  @Test
  void whoDoesNotKnowOurKeyTakesNoRoomAndWakesNobody() {
    byte[] forged = initiation();
    forged[120] ^= 1;
    put(forged);
    byte[] tooLong = new byte[149];
    tooLong[0] = 1;
    put(tooLong);
    byte[] reservedBytesSet = initiation();
    reservedBytesSet[3] = 1;
    put(reservedBytesSet);

    assertThat(drops(DropReason.MAC1_INVALID)).isEqualTo(1);
    assertThat(drops(DropReason.WRONG_LENGTH)).isEqualTo(1);
    assertThat(drops(DropReason.UNKNOWN_TYPE)).isEqualTo(1);
    assertThat(mailbox.handshakesWaiting()).isZero();
    assertThat(wakeUps).isZero();
  }

  @Test
  void datagramsLongerThanAnyMessageAreDropped() {
    byte[] initiation = new byte[9000];
    initiation[0] = 1;
    put(initiation);
    byte[] disco = new byte[9000];
    System.arraycopy(disco(), 0, disco, 0, DISCO_BYTES);
    put(disco);

    assertThat(drops(DropReason.WRONG_LENGTH)).isEqualTo(2);
    assertThat(mailbox.drainTo((from, bytes) -> taken.add(bytes), 64)).isFalse();
    assertThat(taken).isEmpty();
  }

  private void put(byte[] datagram) {
    mailbox.datagram(MemorySegment.ofArray(datagram), 0, datagram.length, SENDER);
  }

  private long drops(DropReason reason) {
    return device.drops().get(reason);
  }

  /** By somebody who knows our public key and nothing else. */
  private byte[] initiation() {
    byte[] message = new byte[148];
    message[0] = 1;
    MessageMacs.forReceiver(device.publicKey())
        .stamp(message, new CookieJar(device.publicKey()), 0);
    return message;
  }

  private static byte[] disco() {
    byte[] message = new byte[DISCO_BYTES];
    byte[] magic = {'T', 'S', (byte) 0xf0, (byte) 0x9f, (byte) 0x92, (byte) 0xac};
    System.arraycopy(magic, 0, message, 0, magic.length);
    return message;
  }
}
