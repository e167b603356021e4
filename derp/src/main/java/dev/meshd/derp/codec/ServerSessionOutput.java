package dev.meshd.derp.codec;

import dev.meshd.crypto.NodeKey;
import java.nio.ByteBuffer;

/**
 * What a {@link ServerSession} wants done. Called from within its inputs; may call {@link
 * ServerSession#admit} and {@link ServerSession#refuse} from {@link #onLogin} only.
 */
public interface ServerSessionOutput {

  /** Writes a whole frame ahead of queued packets; the array is handed over. */
  void write(byte[] frame);

  /**
   * A client proved its key; the answer is {@link ServerSession#admit} or {@link
   * ServerSession#refuse}.
   */
  void onLogin(NodeKey client, ClientInfo info);

  /**
   * Any frame of an admitted client, before its own callback: this connection is the one that
   * speaks.
   */
  void onFrameHeard();

  /**
   * A packet to route. The buffer holds the 32-byte destination and, from {@link
   * DerpLimits#KEY_LENGTH} on, the packet; it is borrowed until return and its position is 0.
   */
  void onSendPacket(ByteBuffer destinationAndPacket);

  /** This region is, or is not, the client's home. */
  void onPreferred(boolean preferred);

  /** A ping to answer with these eight bytes when there is room. */
  void onPing(long opaque);

  /** The session is over and takes no more input; the connection is to be closed. */
  void onFailed(SessionFailure failure);
}
