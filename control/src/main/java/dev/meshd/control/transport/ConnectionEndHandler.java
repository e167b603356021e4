package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last in the pipeline of either side: notices that the other takes no more streams, swallows
 * connection-level frames, and takes a broken connection for what it is, its end.
 */
final class ConnectionEndHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionEndHandler.class);

  private final Runnable onBroken;

  /** Written on the event loop, read by whoever wants a new stream. */
  private volatile boolean draining;

  /**
   * @param onBroken called when an error of the other side ends the connection
   */
  ConnectionEndHandler(Runnable onBroken) {
    this.onBroken = onBroken;
  }

  boolean draining() {
    return draining;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2GoAwayFrame) {
      draining = true;
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("closing {}", ctx.channel(), cause);
    onBroken.run();
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }
}
