package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;

/**
 * What becomes of streams that a server opens: closed at once, since we have told it not to push.
 */
@Sharable
final class RefusedStream extends ChannelInitializer<Channel> {
  @Override
  protected void initChannel(Channel stream) {
    stream.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }
}
