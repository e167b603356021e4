package dev.meshd.control.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Answers HTTP requests that the server sends to this node inside a ping ("c2n"). {@code /echo}
 * gives the body back; the rest is up to {@link ControlServices}. Any bytes are answered or refused
 * with an {@link IOException}. Thread-safe.
 */
final class ServerRequestHandler {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final ControlServices services;

  ServerRequestHandler(ControlServices services) {
    this.services = services;
  }

  /** One HTTP/1.1 request in, one response out. */
  byte[] answer(byte[] request) throws IOException {
    EmbeddedChannel decoder =
        new EmbeddedChannel(new HttpRequestDecoder(), new HttpObjectAggregator(MAX_BODY_BYTES));
    try {
      decoder.writeInbound(Unpooled.wrappedBuffer(request));
      FullHttpRequest decoded = decoder.readInbound();
      if (decoded == null) {
        throw new IOException("the server's request is not complete");
      }
      try {
        if (!decoded.decoderResult().isSuccess()) {
          throw new IOException("the server's request is not HTTP");
        }
        return encode(answerTo(decoded));
      } finally {
        decoded.release();
      }
    } finally {
      decoder.finishAndReleaseAll();
    }
  }

  private ControlServices.Answer answerTo(FullHttpRequest request) {
    String path = new QueryStringDecoder(request.uri()).path();
    byte[] body = ByteBufUtil.getBytes(request.content());
    return path.equals("/echo")
        ? new ControlServices.Answer(200, new String(body, UTF_8))
        : services.onServerRequest(request.method().name(), path, body);
  }

  private static byte[] encode(ControlServices.Answer answer) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.copiedBuffer(answer.text(), UTF_8));
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    EmbeddedChannel encoder = new EmbeddedChannel(new HttpResponseEncoder());
    try {
      encoder.writeOutbound(response);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (ByteBuf piece = encoder.readOutbound(); piece != null; piece = encoder.readOutbound()) {
        bytes.writeBytes(ByteBufUtil.getBytes(piece));
        piece.release();
      }
      return bytes.toByteArray();
    } finally {
      encoder.finishAndReleaseAll();
    }
  }
}
