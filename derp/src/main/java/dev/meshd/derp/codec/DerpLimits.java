package dev.meshd.derp.codec;

import java.util.concurrent.TimeUnit;

/**
 * Numbers both ends must agree on. Source: tailscale derp/derp.go, derp/derp_client.go,
 * derp/derpserver.
 */
public final class DerpLimits {

  /**
   * Version sent in both login messages. Version 1 had no source key in {@link
   * FrameType#RECV_PACKET}.
   */
  public static final int PROTOCOL_VERSION = 2;

  /** Bytes of a public key. */
  public static final int KEY_LENGTH = 32;

  /** Largest user payload, keys and header not counted. */
  public static final int MAX_PACKET = 65_536;

  /** A client gives up on a server that announces a larger frame. */
  public static final int MAX_FRAME_TO_CLIENT = 1 << 20;

  /** Largest server-key frame a client reads; everything past the key is for the future. */
  public static final int MAX_SERVER_KEY = 1024;

  /**
   * Largest client-info frame a server reads. Real ones have about 150 bytes; derper reads up to
   * 256 KiB, which strangers could make it hold for each of their connections.
   */
  public static final int MAX_CLIENT_INFO = 16 * 1024;

  /** Opaque bytes of a ping. */
  public static final int PING_LENGTH = 8;

  /**
   * A server reads pings up to this length and answers with the first {@link #PING_LENGTH} bytes.
   */
  public static final int MAX_PING = 1000;

  /** Each step of a login must finish within this. */
  public static final long LOGIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

  /** A server is never silent for longer than this plus {@link #KEEP_ALIVE_JITTER_NS}. */
  public static final long KEEP_ALIVE_NS = TimeUnit.SECONDS.toNanos(60);

  public static final long KEEP_ALIVE_JITTER_NS = TimeUnit.SECONDS.toNanos(5);

  /** A client gives up on a server that was silent this long. */
  public static final long READ_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(120);

  private DerpLimits() {}
}
