package dev.meshd.coordinator.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Collects request bodies and ends the connection of a body that is too large, unread. */
final class SmallBodies extends HttpObjectAggregator {
  private final WebStats stats;

  SmallBodies(int maxBytes, WebStats stats) {
    super(maxBytes);
    this.stats = stats;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized)
      throws Exception {
    stats.badRequests.increment();
    super.handleOversizedMessage(ctx, oversized);
    var _ = ctx.close();
  }
}
