package dev.meshd.control.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MapFramesTest {

  @Test
  void lengthIsLittleEndian() {
    assertThat(MapFrames.encode("ab".getBytes(UTF_8), false)).containsExactly(2, 0, 0, 0, 'a', 'b');
  }

  @Test
  void readsAFrameWithTheDecodedSize() throws IOException {
    byte[] frame = HexFormat.of().parseHex(rawFrame("20", "12"));
    assertThat(new String(MapFrames.decompress(frame, 100), UTF_8))
        .isEqualTo("{\"KeepAlive\":true}");
  }

  @Test
  void readsAFrameWithoutTheDecodedSize() throws IOException {
    // Frame header descriptor 0: no single segment, no content size; then a window of 1 KiB.
    byte[] frame = HexFormat.of().parseHex(rawFrame("00", "00"));
    assertThat(new String(MapFrames.decompress(frame, 100), UTF_8))
        .isEqualTo("{\"KeepAlive\":true}");
  }

  @Test
  void refusesToDecodeMoreThanAllowed() {
    byte[] frame = MapFrames.encode(new byte[1 << 20], true);
    byte[] payload = java.util.Arrays.copyOfRange(frame, 4, frame.length);
    assertThat(payload.length).isLessThan(1000);
    assertThatThrownBy(() -> MapFrames.decompress(payload, 1000)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesEmptyAndOversizedFrames() {
    assertThatThrownBy(() -> MapFrames.read(stream("00000000"), 10))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> MapFrames.read(stream("0b000000"), 10))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> MapFrames.read(stream("ffffffff"), 10))
        .isInstanceOf(IOException.class);
  }

  @Test
  void tellsAnOrderlyEndFromABrokenOne() throws IOException {
    assertThat(MapFrames.read(stream(""), 10)).isEmpty();
    assertThatThrownBy(() -> MapFrames.read(stream("0200"), 10)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> MapFrames.read(stream("0200000061"), 10))
        .isInstanceOf(EOFException.class);
  }

  @Property(tries = 300)
  void anyMessageComesBack(@ForAll @Size(max = 3000) byte[] message) throws IOException {
    byte[] frame = MapFrames.encode(message, true);
    byte[] payload = MapFrames.read(new ByteArrayInputStream(frame), frame.length).orElseThrow();
    assertThat(MapFrames.decompress(payload, 3000)).isEqualTo(message);
  }

  @Property(tries = 500)
  void anyBytesAreDecodedOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    tryDecode(bytes);
  }

  @Property(tries = 1000)
  void anyChangedFrameIsDecodedOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] message = new byte[random.nextInt(2000) + 1];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) random.nextInt(4);
    }
    byte[] frame = MapFrames.encode(message, true);
    byte[] payload = java.util.Arrays.copyOfRange(frame, 4, frame.length);
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      payload[random.nextInt(payload.length)] = (byte) random.nextInt();
    }
    tryDecode(payload);
  }

  private static void tryDecode(byte[] payload) {
    try {
      assertThat(MapFrames.decompress(payload, 10_000)).hasSizeLessThanOrEqualTo(10_000);
    } catch (IOException refused) {
      assertThat(refused).hasMessageNotContainingAny("\n");
    }
  }

  private static ByteArrayInputStream stream(String hex) {
    return new ByteArrayInputStream(HexFormat.of().parseHex(hex));
  }

  /** A raw block of the keep-alive message after a header of our choice. */
  private static String rawFrame(String descriptor, String sizeOrWindow) {
    return "28b52ffd"
        + descriptor
        + sizeOrWindow
        + "910000"
        + "7b224b656570416c697665223a747275657d";
  }
}
