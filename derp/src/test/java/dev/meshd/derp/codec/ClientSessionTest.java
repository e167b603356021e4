package dev.meshd.derp.codec;

import static org.assertj.core.api.Assertions.assertThat;

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

class ClientSessionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final SecureRandomSource RANDOM = SecureRandomSource.system();
  private static final NodePrivateKey SERVER = NodePrivateKey.generate();
  private static final NodePrivateKey CLIENT = NodePrivateKey.generate();
  private static final NodeKey PEER = NodePrivateKey.generate().publicKey();

  private final Recorder out = new Recorder();
  private ClientSession session = ClientSession.awaitServerKey(CLIENT, RANDOM, out, 0);

  @Test
  void logsInWithTheServersKeyAndThenIsAdmitted() {
    feed(LoginCodec.serverKey(SERVER.publicKey()));
    assertThat(out.events).containsExactly("write CLIENT_INFO", "login sent");
    feed(serverInfo(ServerInfo.unlimited()));
    assertThat(out.events).last().isEqualTo("admitted");
    assertThat(session.isAdmitted()).isTrue();
  }

  @Test
  void fastStartLogsInAtOnceAndSkipsTheServerKeyUnread() {
    session = ClientSession.fastStart(CLIENT, SERVER.publicKey(), RANDOM, out, 0);
    assertThat(out.events).containsExactly("write CLIENT_INFO", "login sent");
    feed(LoginCodec.serverKey(NodePrivateKey.generate().publicKey()));
    feed(serverInfo(ServerInfo.unlimited()));
    assertThat(out.events).last().isEqualTo("admitted");
  }

  @Test
  void failsOnAGreetingWithWrongMagicTypeOrLength() {
    byte[] magic = LoginCodec.serverKey(SERVER.publicKey());
    magic[5] ^= 1;
    for (byte[] greeting :
        List.of(
            magic,
            FrameEncoder.keepAlive(),
            FrameEncoder.frame(FrameType.SERVER_KEY, new byte[39]),
            FrameEncoder.frame(FrameType.SERVER_KEY, new byte[1025]))) {
      var recorder = new Recorder();
      ClientSession.awaitServerKey(CLIENT, RANDOM, recorder, 0)
          .onBytes(ByteBuffer.wrap(greeting), 0);
      assertThat(recorder.events).containsExactly("failed BAD_GREETING");
    }
  }

  @Test
  void failsOnAServerInfoThatDoesNotOpen() {
    feed(LoginCodec.serverKey(SERVER.publicKey()));
    feed(FrameEncoder.frame(FrameType.SERVER_INFO, new byte[23]));
    assertThat(out.events).last().isEqualTo("failed BAD_LOGIN");
  }

  @Test
  void deliversPacketsAndNotices() {
    login();
    feed(FrameEncoder.frame(FrameType.RECV_PACKET, PEER.bytes(), new byte[] {1, 2}));
    feed(FrameEncoder.peerGone(PEER, PeerGoneReason.NOT_HERE));
    feed(FrameEncoder.frame(FrameType.PEER_GONE, PEER.bytes()));
    feed(FrameEncoder.frame(FrameType.HEALTH, "full".getBytes()));
    feed(FrameEncoder.frame(FrameType.HEALTH));
    feed(FrameEncoder.echo(FrameType.PONG, 7));
    assertThat(out.events)
        .containsExactly(
            "packet 2 from " + PEER,
            "gone " + PEER + " NOT_HERE",
            "gone " + PEER + " DISCONNECTED",
            "health full",
            "health ",
            "pong 7");
  }

  @Test
  void answersPings() {
    login();
    feed(FrameEncoder.frame(FrameType.PING, new byte[] {0, 0, 0, 0, 0, 0, 0, 9, 9}));
    assertThat(out.events).containsExactly("write PONG");
    assertThat(out.lastWritten).isEqualTo(FrameEncoder.echo(FrameType.PONG, 9));
  }

  @Test
  void skipsFramesThatAreTooShortOrUnknown() {
    login();
    feed(FrameEncoder.frame(FrameType.RECV_PACKET, new byte[31]));
    feed(FrameEncoder.frame(FrameType.PEER_GONE, new byte[31]));
    feed(FrameEncoder.frame(FrameType.PING, new byte[7]));
    feed(FrameEncoder.frame(FrameType.RESTARTING, new byte[7]));
    byte[] unknown = FrameEncoder.frame(FrameType.HEALTH, new byte[100]);
    unknown[0] = 0x77;
    feed(unknown);
    feed(FrameEncoder.echo(FrameType.PONG, 1));
    assertThat(out.events).containsExactly("pong 1");
  }

  @Test
  void givesUpOnAFrameOfMoreThanAMebibyte() {
    login();
    feed(new byte[] {0x14, 0, 0x10, 0, 1});
    assertThat(out.events).containsExactly("failed BAD_FRAME");
  }

  @Test
  void givesUpAfterTwoMinutesOfSilence() {
    login();
    session.onBytes(ByteBuffer.wrap(FrameEncoder.keepAlive()), 100 * SECOND);
    assertThat(session.nextDeadlineNs()).isEqualTo(220 * SECOND);
    session.onDeadline(219 * SECOND);
    assertThat(out.events).isEmpty();
    session.onDeadline(220 * SECOND);
    assertThat(out.events).containsExactly("failed SILENT");
  }

  @Test
  void givesUpOnASlowLogin() {
    session.onDeadline(10 * SECOND);
    assertThat(out.events).containsExactly("failed LOGIN_TIMEOUT");
  }

  @Test
  void keepsToTheRateTheServerAsksFor() {
    feed(LoginCodec.serverKey(SERVER.publicKey()));
    feed(serverInfo(new ServerInfo(2, 100_000, 200_000)));
    int sent = 0;
    while (session.maySend(9963, SECOND)) {
      sent++;
    }
    assertThat(sent).isEqualTo(20);
    assertThat(session.maySend(9963, SECOND + SECOND / 10)).isTrue();
    assertThat(session.maySend(9963, SECOND + SECOND / 10)).isFalse();
  }

  @Test
  void aRateWithoutABurstDoesNotSilenceTheClient() {
    feed(LoginCodec.serverKey(SERVER.publicKey()));
    feed(serverInfo(new ServerInfo(2, 100_000, 0)));
    assertThat(session.maySend(DerpLimits.MAX_PACKET, SECOND)).isTrue();
  }

  @Property
  void survivesAnyBytes(@ForAll @Size(max = 300) byte[] bytes) {
    ClientSession.awaitServerKey(CLIENT, RANDOM, new Recorder(), 0)
        .onBytes(ByteBuffer.wrap(bytes), 1);
    ClientSession.fastStart(CLIENT, SERVER.publicKey(), RANDOM, new Recorder(), 0)
        .onBytes(ByteBuffer.wrap(bytes), 1);
  }

  private void login() {
    feed(LoginCodec.serverKey(SERVER.publicKey()));
    feed(serverInfo(ServerInfo.unlimited()));
    out.events.clear();
  }

  private static byte[] serverInfo(ServerInfo info) {
    return LoginCodec.serverInfo(SERVER, CLIENT.publicKey(), info, RANDOM);
  }

  private void feed(byte[] bytes) {
    session.onBytes(ByteBuffer.wrap(bytes), 0);
  }

  private static final class Recorder implements ClientSessionOutput {
    final List<String> events = new ArrayList<>();
    byte[] lastWritten = new byte[0];

    @Override
    public void write(byte[] frame) {
      lastWritten = frame;
      events.add("write " + FrameType.fromWire(frame[0]));
    }

    @Override
    public void onLoginSent() {
      events.add("login sent");
    }

    @Override
    public void onAdmitted(ServerInfo info) {
      events.add("admitted");
    }

    @Override
    public void onPacket(NodeKey source, byte[] packet) {
      events.add("packet " + packet.length + " from " + source);
    }

    @Override
    public void onPeerGone(NodeKey peer, PeerGoneReason reason) {
      events.add("gone " + peer + " " + reason);
    }

    @Override
    public void onPong(long opaque) {
      events.add("pong " + opaque);
    }

    @Override
    public void onHealth(String problem) {
      events.add("health " + problem);
    }

    @Override
    public void onFailed(SessionFailure failure) {
      events.add("failed " + failure);
    }
  }
}
