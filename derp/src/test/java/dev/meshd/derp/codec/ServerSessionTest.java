package dev.meshd.derp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSessionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodePrivateKey SERVER = NodePrivateKey.generate();
  private static final NodePrivateKey CLIENT = NodePrivateKey.generate();

  private final Recorder out = new Recorder();
  private final ServerSession session = out.session;

  @Test
  void greetsThenAdmits() {
    session.start(0);
    feed(clientInfo());
    assertThat(out.events)
        .containsExactly("write SERVER_KEY", "login " + CLIENT.publicKey(), "write SERVER_INFO");
  }

  @Test
  void turnsAwayWhomItIsToldTo() {
    out.admits = false;
    session.start(0);
    feed(clientInfo());
    assertThat(out.events).last().isEqualTo("failed NOT_ADMITTED");
  }

  @Test
  void endsALoginThatTakesTooLong() {
    session.start(0);
    session.onDeadline(10 * SECOND);
    assertThat(out.events).last().isEqualTo("failed LOGIN_TIMEOUT");
  }

  @ParameterizedTest
  @CsvSource({"2, 55", "2, 262145", "4, 100", "6, 0"})
  void endsOnAFirstFrameThatIsNoLogin(int type, int length) {
    session.start(0);
    feed(header(type, length));
    assertThat(out.events).last().isEqualTo("failed BAD_GREETING");
  }

  @Test
  void endsOnALoginThatDoesNotOpen() {
    session.start(0);
    byte[] frame = clientInfo();
    frame[frame.length - 1] ^= 1;
    feed(frame);
    assertThat(out.events).last().isEqualTo("failed BAD_LOGIN");
  }

  @ParameterizedTest
  @CsvSource({
    "4, 31, BAD_FRAME",
    "4, 65569, BAD_FRAME",
    "7, 0, BAD_FRAME",
    "7, 2, BAD_FRAME",
    "18, 7, BAD_FRAME",
    "18, 1001, BAD_FRAME",
    "10, 100, NO_MESH_RIGHT",
    "16, 0, NO_MESH_RIGHT",
    "17, 32, NO_MESH_RIGHT"
  })
  void endsOnAWrongLengthOrAMissingRight(int type, int length, SessionFailure failure) {
    login();
    feed(header(type, length));
    assertThat(out.events).containsExactly("heard", "failed " + failure);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "65536"})
  void routesPacketsOfEveryAllowedLength(int length) {
    login();
    feed(FrameEncoder.sendPacket(CLIENT.publicKey(), new byte[length]));
    assertThat(out.events).containsExactly("heard", "packet " + length);
  }

  @Test
  void skipsWhatItDoesNotKnowOrExpect() {
    login();
    byte[] unknown = FrameEncoder.frame(FrameType.HEALTH, new byte[1 << 20]);
    unknown[0] = 0x70;
    feed(unknown);
    feed(clientInfo());
    feed(FrameEncoder.echo(FrameType.PONG, 1));
    feed(FrameEncoder.notePreferred(true));
    assertThat(out.events).containsExactly("heard", "heard", "heard", "heard", "preferred true");
  }

  @Test
  void passesOnTheFirstEightBytesOfAPing() {
    login();
    feed(FrameEncoder.frame(FrameType.PING, new byte[] {0, 0, 0, 0, 0, 0, 0, 5}, new byte[992]));
    assertThat(out.events).containsExactly("heard", "ping 5");
  }

  @Test
  void keepsAnIdleClientAliveForEver() {
    login();
    long deadline = session.nextDeadlineNs();
    for (int i = 0; i < 5; i++) {
      session.onDeadline(deadline);
      long next = session.nextDeadlineNs();
      assertThat(next - deadline).isBetween(60 * SECOND, 65 * SECOND);
      deadline = next;
    }
    assertThat(out.events).hasSize(5).containsOnly("write KEEP_ALIVE");
  }

  @Property
  void survivesAnyBytes(@ForAll @Size(max = 300) byte[] bytes, @ForAll boolean loggedIn) {
    var recorder = new Recorder();
    recorder.session.start(0);
    if (loggedIn) {
      recorder.session.onBytes(ByteBuffer.wrap(clientInfo()), 0);
    }
    recorder.session.onBytes(ByteBuffer.wrap(bytes), 1);
  }

  private void login() {
    session.start(0);
    feed(clientInfo());
    out.events.clear();
  }

  private static byte[] clientInfo() {
    return LoginCodec.clientInfo(
        CLIENT, SERVER.publicKey(), ClientInfo.node(), SecureRandomSource.system());
  }

  private static byte[] header(int type, int length) {
    return ByteBuffer.allocate(5).put((byte) type).putInt(length).array();
  }

  private void feed(byte[] bytes) {
    session.onBytes(ByteBuffer.wrap(bytes), 0);
  }

  private static final class Recorder implements ServerSessionOutput {
    final List<String> events = new ArrayList<>();
    final ServerSession session =
        new ServerSession(SERVER, SecureRandomSource.system(), JitterSource.seeded(1), this);
    boolean admits = true;

    @Override
    public void write(byte[] frame) {
      events.add("write " + FrameType.fromWire(frame[0]));
    }

    @Override
    public void onLogin(NodeKey client, ClientInfo info) {
      events.add("login " + client);
      if (admits) {
        session.admit();
      } else {
        session.refuse();
      }
    }

    @Override
    public void onFrameHeard() {
      events.add("heard");
    }

    @Override
    public void onSendPacket(ByteBuffer destinationAndPacket) {
      events.add("packet " + (destinationAndPacket.remaining() - DerpLimits.KEY_LENGTH));
    }

    @Override
    public void onPreferred(boolean preferred) {
      events.add("preferred " + preferred);
    }

    @Override
    public void onPing(long opaque) {
      events.add("ping " + opaque);
    }

    @Override
    public void onFailed(SessionFailure failure) {
      events.add("failed " + failure);
    }
  }
}
