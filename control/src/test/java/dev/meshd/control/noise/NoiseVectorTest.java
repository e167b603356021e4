package dev.meshd.control.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.MachinePrivateKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A known answer for the whole handshake and the first records, version 131, with four fixed
 * private keys.
 */
class NoiseVectorTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final MachinePrivateKey CLIENT = key(0x01);
  private static final MachinePrivateKey SERVER = key(0x21);

  private static final String INITIATION =
      "008301006064b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466822e8514e63891"
          + "69bdfd10afecae5bded9cda3f0157ac1d03cd3620b3bb73a866b0550bfaba5a8fe34da3159a2aa6fd87aad8d"
          + "8b3aff94fe99050c0de46b4315";
  private static final String RESPONSE =
      "020030244fe3b963e899dd295baffce248d3530f3a9a7479ba063002680ebfe7adad49bee71ed31751e6eff7"
          + "3787d7af901a9d";

  @Test
  void handshakeAndRecordsGiveTheKnownBytes() throws NoiseException {
    InitiatorHandshake client =
        InitiatorHandshake.start(CLIENT, SERVER.publicKey(), 131, target -> fill(target, 0x41));
    assertThat(HEX.formatHex(client.initiation())).isEqualTo(INITIATION);

    var accepted =
        ResponderHandshake.accept(SERVER, client.initiation(), target -> fill(target, 0x61));
    assertThat(HEX.formatHex(accepted.response())).isEqualTo(RESPONSE);
    assertThat(accepted.session().peer()).isEqualTo(CLIENT.publicKey());
    assertThat(accepted.session().version()).isEqualTo(131);

    NoiseSession session = client.onBytes(ByteBuffer.wrap(accepted.response())).orElseThrow();
    assertThat(HEX.formatHex(session.handshakeHash()))
        .isEqualTo("2b4e6a5378311beeaa2cacbabba92d72a0656f584dc7096b875d7567ba9316cd")
        .isEqualTo(HEX.formatHex(accepted.session().handshakeHash()));

    assertThat(record(session.writer(), "ping"))
        .isEqualTo("04001409010f62baa93657d8059c5027463419386ec3f6");
    assertThat(record(session.writer(), "ping"))
        .isEqualTo("0400148e47657fec86f53a5aefb8d5214ec66e95f65568");

    RecordWriter back = accepted.session().writer();
    byte[] first = back.write(ByteBuffer.wrap("x".getBytes(US_ASCII)));
    byte[] second = back.write(ByteBuffer.wrap("pong".getBytes(US_ASCII)));
    assertThat(HEX.formatHex(second)).isEqualTo("040014631e48aa1faebfce8a9a401c470c9cdd55972863");

    List<String> received = new ArrayList<>();
    session
        .reader()
        .read(ByteBuffer.wrap(first), plain -> received.add(new String(plain, US_ASCII)));
    session
        .reader()
        .read(ByteBuffer.wrap(second), plain -> received.add(new String(plain, US_ASCII)));
    assertThat(received).containsExactly("x", "pong");
  }

  private static String record(RecordWriter writer, String text) throws NoiseException {
    return HEX.formatHex(writer.write(ByteBuffer.wrap(text.getBytes(US_ASCII))));
  }

  private static MachinePrivateKey key(int from) {
    byte[] bytes = new byte[32];
    fill(bytes, from);
    return MachinePrivateKey.of(bytes);
  }

  /** Ascending bytes; the key type clamps them. */
  private static void fill(byte[] target, int from) {
    for (int i = 0; i < target.length; i++) {
      target[i] = (byte) (from + i);
    }
  }
}
