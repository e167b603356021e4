package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.model.EarlyNoise;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an {@link EarlyPayload} off the front of the plain stream, if there is one, and then leaves
 * the pipeline; everything else passes to HTTP/2 unchanged. The challenge in it needs no answer. A
 * payload that cannot be read closes the connection.
 */
final class EarlyPayloadDecoder extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyPayloadDecoder.class);

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < EarlyPayload.HEADER_LENGTH) {
      return;
    }
    if (EarlyPayload.announcedBy(in)) {
      int length = EarlyPayload.length(in);
      if (length < 0 || length > EarlyPayload.MAX_LENGTH) {
        LOG.debug("early payload of {} bytes", length);
        ctx.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
        return;
      }
      if (in.readableBytes() < EarlyPayload.HEADER_LENGTH + length) {
        return;
      }
      in.skipBytes(EarlyPayload.HEADER_LENGTH);
      byte[] json = new byte[length];
      in.readBytes(json);
      try {
        LOG.trace("early payload {}", WireJson.decode(json, EarlyNoise.class));
      } catch (WireException e) {
        LOG.debug("ignoring an early payload: {}", e.getMessage());
      }
    }
    ctx.pipeline().remove(this);
  }
}
