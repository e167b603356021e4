package dev.meshd.control.transport;

import static io.netty.channel.ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE;

import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.crypto.MachineKey;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request inside a Noise channel and the way to answer it: {@link #respond} once, or {@link
 * #startStreaming} once and then writes. Thread-safe: answering may happen on any thread.
 */
public final class ControlExchange {
  private final Channel stream;
  private final NoiseSession session;
  private final String method;
  private final String path;
  private final Map<String, List<String>> query;
  private final Map<String, String> headers;
  private final byte[] body;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final long answerTimeMs;
  private final ControlStats stats;

  ControlExchange(
      Channel stream,
      NoiseSession session,
      FullHttpRequest request,
      NoiseServerLimits limits,
      ControlStats stats) {
    this.answerTimeMs = limits.answerTime().toMillis();
    this.stats = stats;
    this.stream = stream;
    this.session = session;
    this.method = request.method().name();
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    this.path = uri.path();
    this.query = uri.parameters();
    var names = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    request.headers().forEach(header -> names.putIfAbsent(header.getKey(), header.getValue()));
    this.headers = names;
    this.body = ByteBufUtil.getBytes(request.content());
    stream.closeFuture().addListener(future -> closed.complete(null));
  }

  /** The client's machine key, proven by the channel; never taken from JSON. */
  public MachineKey machineKey() {
    return session.peer();
  }

  /** The capability version the client bound in the handshake. */
  public int noiseVersion() {
    return session.version();
  }

  /** The request method in upper case. */
  public String method() {
    return method;
  }

  /** The decoded path without query. */
  public String path() {
    return path;
  }

  /** The first value of a query parameter. */
  public Optional<String> queryParameter(String name) {
    return Optional.ofNullable(query.get(name))
        .filter(values -> !values.isEmpty())
        .map(values -> values.get(0));
  }

  /** The first value of a header; the name's case does not matter. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** A copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as a message of the model. */
  public <T> T decodeBody(Class<T> type) throws WireException {
    return WireJson.decode(body, type);
  }

  /** Address of the client's side of the connection, for logs. */
  public String remoteAddress() {
    return String.valueOf(connection().remoteAddress());
  }

  /** The connection that carries the exchange, to tell connections apart and for its address. */
  public Channel connection() {
    Channel connection = stream.parent();
    return connection == null ? stream : connection;
  }

  /** The client turned out to be one the server knows: its connection may do more from now on. */
  public void recognise() {
    StreamCount.recognise(connection());
  }

  /**
   * Completes when the exchange is over: answered in full, reset by the client, or the connection
   * lost.
   */
  public CompletableFuture<Void> closed() {
    return closed.copy();
  }

  /** Answers with a text and ends the exchange. */
  public void respondText(int status, String text) {
    respond(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers 200 with a message of the model and ends the exchange. */
  public void respondJson(Object message) {
    respond(200, "application/json", WireJson.encode(message));
  }

  /** Answers and ends the exchange. Does nothing when the exchange was answered before. */
  public void respond(int status, String contentType, byte[] content) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(content));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, content.length);
    expectToBeTaken(
        stream.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE));
  }

  /**
   * Closes the connection when the write is not done in time: a client that takes nothing would
   * otherwise hold the answer in memory for as long as it likes.
   */
  private void expectToBeTaken(ChannelFuture write) {
    if (!write.isDone()) {
      var timeout =
          stream
              .eventLoop()
              .schedule(
                  () -> {
                    if (!write.isDone()) {
                      stats.answersNotTaken.increment();
                      connection().close().addListener(FIRE_EXCEPTION_ON_FAILURE);
                    }
                  },
                  answerTimeMs,
                  TimeUnit.MILLISECONDS);
      write.addListener(done -> timeout.cancel(false));
    }
  }

  /**
   * Answers with a body that is written piece by piece and has no announced length.
   *
   * @throws IllegalStateException if the exchange was answered before
   */
  public StreamingBody startStreaming(int status, String contentType) {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("the exchange is answered");
    }
    DefaultHttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    stream.writeAndFlush(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    return new StreamingBody();
  }

  /** The body of a streamed answer. Thread-safe; pieces go out in the order of the calls. */
  public final class StreamingBody {
    private StreamingBody() {}

    /**
     * Sends {@code piece} now.
     *
     * @return completes when the piece was handed to the network, exceptionally when the exchange
     *     is over
     */
    public CompletableFuture<Void> write(byte[] piece) {
      CompletableFuture<Void> written = new CompletableFuture<>();
      ChannelFuture write =
          stream.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
      expectToBeTaken(write);
      write.addListener(
          future -> {
            if (future.isSuccess()) {
              written.complete(null);
            } else {
              written.completeExceptionally(future.cause());
            }
          });
      return written;
    }

    /** Whether the client keeps up; while false, hold back or coalesce instead of writing more. */
    public boolean writable() {
      return stream.isWritable();
    }

    /** Whether the exchange is still open. */
    public boolean open() {
      return stream.isActive();
    }

    /** Ends the body in order. */
    public void end() {
      stream
          .writeAndFlush(new DefaultLastHttpContent())
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Ends the exchange without finishing the body. */
    public void abort() {
      stream.close().addListener(FIRE_EXCEPTION_ON_FAILURE);
    }
  }
}
