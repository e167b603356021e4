package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.noise.NoiseSession;
import dev.meshd.control.transport.ControlConnectionException.Kind;
import dev.meshd.crypto.MachineKey;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An open channel to a control server; every request is a stream of its own, and any number run at
 * once. Thread-safe.
 */
public final class NoiseConnection implements AutoCloseable {
  private final Channel channel;
  private final NoiseSession session;
  private final DialAttempt attempt;
  private final ConnectionEndHandler end;

  NoiseConnection(
      Channel channel, NoiseSession session, DialAttempt attempt, ConnectionEndHandler end) {
    this.channel = channel;
    this.session = session;
    this.attempt = attempt;
    this.end = end;
  }

  /** Whether new requests may be sent. */
  public boolean isOpen() {
    return channel.isActive() && !end.draining();
  }

  /** The server's static key, proven by the channel. */
  public MachineKey serverKey() {
    return session.peer();
  }

  /** How the server was reached, for status and logs. */
  public String via() {
    return attempt.toString();
  }

  /**
   * Sends a request and gives the reply once its head has arrived; the body is read from it, by one
   * thread.
   *
   * @param authority host and port of the server URL
   * @param headers additional headers, names in lower case
   * @return cancelling it gives the request up; fails with {@link ControlConnectionException} when
   *     the connection is lost first
   */
  public CompletableFuture<ReplyStream> send(
      String method,
      String authority,
      String path,
      Map<String, List<String>> headers,
      byte[] body) {
    CompletableFuture<ReplyStream> reply = new CompletableFuture<>();
    if (!isOpen()) {
      reply.completeExceptionally(lost());
      return reply;
    }
    new Http2StreamChannelBootstrap(channel)
        .option(ChannelOption.AUTO_READ, false)
        .handler(new ReplyHandler(attempt, reply))
        .open()
        .addListener(
            opened -> {
              if (opened.isSuccess()) {
                Http2StreamChannel stream = (Http2StreamChannel) opened.getNow();
                write(stream, method, authority, path, headers, body);
                closeWhenCancelled(stream, reply);
              } else {
                reply.completeExceptionally(
                    new ControlConnectionException(
                        Kind.LOST, "no stream on the connection to " + attempt, opened.cause()));
              }
            });
    return reply;
  }

  private static void write(
      Http2StreamChannel stream,
      String method,
      String authority,
      String path,
      Map<String, List<String>> headers,
      byte[] body) {
    Http2Headers head =
        new DefaultHttp2Headers().method(method).scheme("https").authority(authority).path(path);
    headers.forEach((name, values) -> head.add(name, values));
    stream
        .write(new DefaultHttp2HeadersFrame(head, body.length == 0))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    if (body.length > 0) {
      stream
          .write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
    stream.flush();
    stream.read();
  }

  private static void closeWhenCancelled(
      Http2StreamChannel stream, CompletableFuture<ReplyStream> reply) {
    var _ =
        reply.whenComplete(
            (value, failure) -> {
              if (reply.isCancelled()) {
                stream.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
              }
            });
  }

  private ControlConnectionException lost() {
    return new ControlConnectionException(Kind.LOST, "the connection to " + attempt + " is closed");
  }

  /** Closes the connection and every stream on it. Idempotent; does not wait. */
  @Override
  public void close() {
    channel.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  public String toString() {
    return "control connection via " + attempt;
  }
}
