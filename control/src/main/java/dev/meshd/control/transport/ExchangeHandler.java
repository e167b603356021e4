package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.NoiseSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each request of a stream channel to the server's handler. Runs on the event loop of its
 * channel.
 */
final class ExchangeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(ExchangeHandler.class);

  private final NoiseSession session;
  private final ControlRequestHandler handler;
  private final NoiseServerLimits limits;
  private final ControlStats stats;

  ExchangeHandler(
      NoiseSession session,
      ControlRequestHandler handler,
      NoiseServerLimits limits,
      ControlStats stats) {
    this.session = session;
    this.handler = handler;
    this.limits = limits;
    this.stats = stats;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    ControlExchange exchange = new ControlExchange(ctx.channel(), session, request, limits, stats);
    try {
      handler.onRequest(exchange);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
      exchange.respondText(500, "internal error");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("closing stream {}", ctx.channel(), cause);
    ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }
}
