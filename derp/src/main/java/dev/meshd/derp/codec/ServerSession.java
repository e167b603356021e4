package dev.meshd.derp.codec;

import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.codec.FrameDecoder.Verdict;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection, from the first byte of the relay stream on.
 *
 * <pre>
 * GREETED ── client info ──▶ (asks for admission) ── admit ──▶ SERVING
 * any ── failure, refuse ──▶ CLOSED
 * </pre>
 *
 * <p>A frame of a known type with a wrong length ends the session before its payload is read; a
 * frame of any other type is skipped, whatever its length. There is no error frame: the client sees
 * the connection close.
 *
 * <p>Once serving, the session never times a client out by silence; the keep-alives it sends find
 * dead peers.
 *
 * <p>Owned by the thread of its connection. Source: tailscale derp/derpserver/derpserver.go.
 */
public final class ServerSession {

  private enum State {
    GREETED,
    SERVING,
    CLOSED
  }

  private final NodePrivateKey privateKey;
  private final SecureRandomSource random;
  private final ServerSessionOutput output;
  private final long keepAliveNs;
  private final FrameDecoder decoder = new FrameDecoder(new Frames());

  private State state = State.GREETED;
  private @Nullable NodeKey client;
  private long nowNs;
  private long deadlineNs;

  /**
   * A session whose server key is written from within {@link #start}.
   *
   * @param privateKey borrowed for the life of the session
   */
  public ServerSession(
      NodePrivateKey privateKey,
      SecureRandomSource random,
      JitterSource jitter,
      ServerSessionOutput output) {
    this.privateKey = privateKey;
    this.random = random;
    this.output = output;
    this.keepAliveNs = DerpLimits.KEEP_ALIVE_NS + jitter.below(DerpLimits.KEEP_ALIVE_JITTER_NS);
  }

  /** Greets the client. Called once, before anything else. */
  public void start(long now) {
    nowNs = now;
    deadlineNs = now + DerpLimits.LOGIN_TIMEOUT_NS;
    output.write(LoginCodec.serverKey(privateKey.publicKey()));
  }

  /** Consumes all of {@code chunk}. After a failure bytes are ignored. */
  public void onBytes(ByteBuffer chunk, long now) {
    nowNs = now;
    decoder.feed(chunk);
  }

  /** When {@link #onDeadline} wants to be called. */
  public long nextDeadlineNs() {
    return deadlineNs;
  }

  /** Ends a login that takes too long, or keeps an idle connection alive. */
  public void onDeadline(long now) {
    nowNs = now;
    if (deadlineNs - now > 0) {
      return;
    }
    switch (state) {
      case GREETED -> fail(SessionFailure.LOGIN_TIMEOUT);
      case SERVING -> {
        deadlineNs = now + keepAliveNs;
        output.write(FrameEncoder.keepAlive());
      }
      case CLOSED -> {}
    }
  }

  /** Welcomes the client that just logged in. */
  public void admit() {
    if (state != State.GREETED || client == null) {
      throw new IllegalStateException("no login is waiting");
    }
    state = State.SERVING;
    deadlineNs = nowNs + keepAliveNs;
    output.write(LoginCodec.serverInfo(privateKey, client, ServerInfo.unlimited(), random));
  }

  /** Turns the client that just logged in away. */
  public void refuse() {
    fail(SessionFailure.NOT_ADMITTED);
  }

  /** The key the client proved, once it did. */
  public Optional<NodeKey> client() {
    return Optional.ofNullable(client);
  }

  private void fail(SessionFailure failure) {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      decoder.stop();
      output.onFailed(failure);
    }
  }

  private final class Frames implements FrameDecoder.Sink {

    @Override
    public Verdict onHeader(FrameType type, long length) {
      if (state == State.GREETED) {
        boolean right =
            type == FrameType.CLIENT_INFO
                && length >= LoginCodec.MIN_CLIENT_INFO
                && length <= DerpLimits.MAX_CLIENT_INFO;
        return right ? Verdict.ACCEPT : reject(SessionFailure.BAD_GREETING);
      }
      output.onFrameHeard();
      return switch (type) {
        case SEND_PACKET ->
            within(length, DerpLimits.KEY_LENGTH, DerpLimits.KEY_LENGTH + DerpLimits.MAX_PACKET);
        case NOTE_PREFERRED -> within(length, 1, 1);
        case PING -> within(length, DerpLimits.PING_LENGTH, DerpLimits.MAX_PING);
        case FORWARD_PACKET, WATCH_CONNS, CLOSE_PEER -> reject(SessionFailure.NO_MESH_RIGHT);
        default -> Verdict.SKIP;
      };
    }

    @Override
    public void onFrame(FrameType type, ByteBuffer payload) {
      switch (type) {
        case CLIENT_INFO ->
            LoginCodec.parseClientInfo(privateKey, payload)
                .ifPresentOrElse(this::onLogin, () -> fail(SessionFailure.BAD_LOGIN));
        case SEND_PACKET -> output.onSendPacket(payload);
        case NOTE_PREFERRED -> output.onPreferred(payload.get() != 0);
        case PING -> output.onPing(payload.getLong());
        default ->
            throw new IllegalStateException("a frame was accepted that has no meaning: " + type);
      }
    }

    private void onLogin(LoginCodec.ClientLogin login) {
      client = login.key();
      output.onLogin(login.key(), login.info());
    }

    private Verdict within(long length, int min, int max) {
      return length >= min && length <= max ? Verdict.ACCEPT : reject(SessionFailure.BAD_FRAME);
    }

    private Verdict reject(SessionFailure failure) {
      fail(failure);
      return Verdict.REJECT;
    }
  }
}
