package dev.meshd.control.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.EarlyNoise;
import dev.meshd.crypto.ChallengeKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EarlyPayloadDecoderTest {
  private static final byte[] SETTINGS = HexFormat.of().parseHex("000006040000000000000300000064");

  @Property(tries = 100)
  void payloadIsTakenOffHoweverItIsCut(@ForAll @IntRange(min = 1, max = 60) int cut) {
    ByteBuf wire = Unpooled.wrappedBuffer(payload(), Unpooled.wrappedBuffer(SETTINGS));
    assertThat(pass(ByteBufUtil.getBytes(wire), cut)).isEqualTo(SETTINGS);
  }

  @Property(tries = 50)
  void withoutPayloadEverythingPasses(@ForAll @IntRange(min = 1, max = 20) int cut) {
    assertThat(pass(SETTINGS, cut)).isEqualTo(SETTINGS);
  }

  @Property(tries = 300)
  void anyBytesPassOrCloseTheConnection(@ForAll @Size(min = 9, max = 60) byte[] bytes) {
    byte[] passed = pass(bytes, 7);
    assertThat(passed.length).isLessThanOrEqualTo(bytes.length);
  }

  @Test
  void anImmenseLengthClosesTheConnection() {
    EmbeddedChannel channel = new EmbeddedChannel(new EarlyPayloadDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("ffffff54537fffffff")));
    assertThat(channel.isOpen()).isFalse();
  }

  private static ByteBuf payload() {
    return EarlyPayload.encode(new EarlyNoise(ChallengeKey.zero()));
  }

  private static byte[] pass(byte[] wire, int cut) {
    EmbeddedChannel channel = new EmbeddedChannel(new EarlyPayloadDecoder());
    for (int i = 0; i < wire.length && channel.isOpen(); i += cut) {
      channel.writeInbound(Unpooled.wrappedBuffer(wire, i, Math.min(cut, wire.length - i)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
      out.writeBytes(ByteBufUtil.getBytes(piece));
      piece.release();
    }
    return out.toByteArray();
  }
}
