package dev.meshd.derp.codec;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.codec.FrameDecoder.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one connection, from the first byte of the relay stream on.
 *
 * <pre>
 * AWAITING_KEY  ── server key ──▶ AWAITING_INFO ── server info ──▶ ADMITTED
 *      (fast start begins in AWAITING_INFO: the key came with the TLS certificates)
 * any ── failure ──▶ CLOSED
 * </pre>
 *
 * <p>Packets may be sent from {@link ClientSessionOutput#onLoginSent()} on; the server handles them
 * after the login. Frames of the wrong length are skipped, except that a server key must be right
 * and nothing may exceed {@link DerpLimits#MAX_FRAME_TO_CLIENT}. In fast start the server key frame
 * still comes and is skipped unread.
 *
 * <p>Owned by the thread of its connection. Source: tailscale derp/derp_client.go.
 */
public final class ClientSession {

  private static final int LARGEST_SEND =
      FrameDecoder.HEADER_LENGTH + DerpLimits.KEY_LENGTH + DerpLimits.MAX_PACKET;

  private enum State {
    AWAITING_KEY,
    AWAITING_INFO,
    ADMITTED,
    CLOSED
  }

  private final NodePrivateKey privateKey;
  private final SecureRandomSource random;
  private final ClientSessionOutput output;
  private final FrameDecoder decoder = new FrameDecoder(new Frames());

  private State state = State.AWAITING_KEY;
  private @Nullable NodeKey serverKey;
  private @Nullable TokenBucket rateLimit;
  private int rateBytesPerSecond;
  private int rateBurstBytes;
  private long nowNs;
  private long deadlineNs;

  private ClientSession(
      NodePrivateKey privateKey,
      SecureRandomSource random,
      ClientSessionOutput output,
      long nowNs) {
    this.privateKey = privateKey;
    this.random = random;
    this.output = output;
    this.nowNs = nowNs;
    this.deadlineNs = nowNs + DerpLimits.LOGIN_TIMEOUT_NS;
  }

  /**
   * A session that waits for the server's key. The private key is borrowed for the life of the
   * session.
   */
  public static ClientSession awaitServerKey(
      NodePrivateKey privateKey,
      SecureRandomSource random,
      ClientSessionOutput output,
      long nowNs) {
    return new ClientSession(privateKey, random, output, nowNs);
  }

  /** A session with a server whose key is known, which writes its login from within this call. */
  public static ClientSession fastStart(
      NodePrivateKey privateKey,
      NodeKey serverKey,
      SecureRandomSource random,
      ClientSessionOutput output,
      long nowNs) {
    var session = new ClientSession(privateKey, random, output, nowNs);
    session.login(serverKey);
    return session;
  }

  /** Consumes all of {@code chunk}. After a failure bytes are ignored. */
  public void onBytes(ByteBuffer chunk, long now) {
    nowNs = now;
    if (!decoder.feed(chunk) && state != State.CLOSED) {
      fail(state == State.AWAITING_KEY ? SessionFailure.BAD_GREETING : SessionFailure.BAD_FRAME);
    }
  }

  /** When {@link #onDeadline} wants to be called; it moves with every frame. */
  public long nextDeadlineNs() {
    return deadlineNs;
  }

  public void onDeadline(long now) {
    nowNs = now;
    if (state != State.CLOSED && deadlineNs - now <= 0) {
      fail(state == State.ADMITTED ? SessionFailure.SILENT : SessionFailure.LOGIN_TIMEOUT);
    }
  }

  /**
   * Charges a packet to the rate the server asked for.
   *
   * @return false if it must be dropped
   */
  public boolean maySend(int packetLength, long now) {
    return rateLimit == null
        || rateLimit.tryTake(
            FrameDecoder.HEADER_LENGTH + DerpLimits.KEY_LENGTH + packetLength, now);
  }

  public boolean isAdmitted() {
    return state == State.ADMITTED;
  }

  /** The key of the server, once known. */
  public Optional<NodeKey> serverKey() {
    return Optional.ofNullable(serverKey);
  }

  private void login(NodeKey server) {
    serverKey = server;
    state = State.AWAITING_INFO;
    deadlineNs = nowNs + DerpLimits.LOGIN_TIMEOUT_NS;
    output.write(LoginCodec.clientInfo(privateKey, server, ClientInfo.node(), random));
    output.onLoginSent();
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
      if (state == State.AWAITING_KEY) {
        boolean right =
            type == FrameType.SERVER_KEY
                && length >= LoginCodec.SERVER_KEY_LENGTH
                && length <= DerpLimits.MAX_SERVER_KEY;
        return right ? Verdict.ACCEPT : Verdict.REJECT;
      }
      if (length > DerpLimits.MAX_FRAME_TO_CLIENT) {
        return Verdict.REJECT;
      }
      if (state == State.ADMITTED) {
        deadlineNs = nowNs + DerpLimits.READ_TIMEOUT_NS;
      }
      return length >= shortest(type) ? Verdict.ACCEPT : Verdict.SKIP;
    }

    @Override
    public void onFrame(FrameType type, ByteBuffer payload) {
      if (state == State.AWAITING_KEY) {
        LoginCodec.parseServerKey(payload)
            .ifPresentOrElse(ClientSession.this::login, () -> fail(SessionFailure.BAD_GREETING));
        return;
      }
      switch (type) {
        case SERVER_INFO -> onServerInfo(payload);
        case RECV_PACKET -> output.onPacket(takeKey(payload), takeRest(payload));
        case PEER_GONE -> {
          NodeKey peer = takeKey(payload);
          int reason = payload.hasRemaining() ? payload.get() : PeerGoneReason.DISCONNECTED.code();
          output.onPeerGone(peer, PeerGoneReason.fromWire(reason));
        }
        case PING -> output.write(FrameEncoder.echo(FrameType.PONG, payload.getLong()));
        case PONG -> output.onPong(payload.getLong());
        case HEALTH -> output.onHealth(StandardCharsets.UTF_8.decode(payload).toString());
        default -> {}
      }
    }

    /**
     * The least a frame must carry to mean something; more than any frame may carry if it means
     * nothing here.
     */
    private long shortest(FrameType type) {
      return switch (type) {
        case SERVER_INFO, HEALTH, KEEP_ALIVE -> 0;
        case RECV_PACKET, PEER_GONE -> DerpLimits.KEY_LENGTH;
        case PING, PONG -> DerpLimits.PING_LENGTH;
        default -> Long.MAX_VALUE;
      };
    }

    private void onServerInfo(ByteBuffer payload) {
      Optional<ServerInfo> info =
          serverKey == null
              ? Optional.empty()
              : LoginCodec.parseServerInfo(privateKey, serverKey, payload);
      if (info.isEmpty()) {
        fail(SessionFailure.BAD_LOGIN);
        return;
      }
      obeyRate(info.get());
      state = State.ADMITTED;
      deadlineNs = nowNs + DerpLimits.READ_TIMEOUT_NS;
      output.onAdmitted(info.get());
    }

    private void obeyRate(ServerInfo info) {
      if (info.tokenBucketBytesPerSecond() <= 0) {
        rateLimit = null;
      } else if (rateLimit == null
          || info.tokenBucketBytesPerSecond() != rateBytesPerSecond
          || info.tokenBucketBytesBurst() != rateBurstBytes) {
        rateBytesPerSecond = info.tokenBucketBytesPerSecond();
        rateBurstBytes = info.tokenBucketBytesBurst();
        // A burst that no packet fits into would silence us for ever.
        int burst = Math.max(rateBurstBytes, LARGEST_SEND);
        rateLimit = new TokenBucket(rateBytesPerSecond, burst, nowNs);
      }
    }

    private NodeKey takeKey(ByteBuffer payload) {
      byte[] key = new byte[DerpLimits.KEY_LENGTH];
      payload.get(key);
      return NodeKey.of(key);
    }

    private byte[] takeRest(ByteBuffer payload) {
      byte[] rest = new byte[payload.remaining()];
      payload.get(rest);
      return rest;
    }
  }
}
