package dev.meshd.agent.localapi.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads messages one after the other from a connection. Owned by the connection's thread.
 *
 * <p>Lines are at most {@value #MAX_LINE_BYTES} bytes, a head at most {@value #MAX_FIELDS} fields;
 * whatever exceeds a bound or is malformed ends in an {@link HttpException}, after which the
 * connection cannot be used.
 */
public final class HttpReader {
  static final int MAX_LINE_BYTES = 16 * 1024;
  static final int MAX_FIELDS = 100;

  private final InputStream in;

  public HttpReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next head, or empty when the other side closed between two messages. */
  public Optional<HttpHead> readHead() throws IOException {
    Optional<String> startLine = readLine();
    if (startLine.isEmpty()) {
      return Optional.empty();
    }
    List<HttpHead.Field> fields = new ArrayList<>();
    String line = requireLine();
    while (!line.isEmpty()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || fields.size() == MAX_FIELDS) {
        throw new HttpException(
            400, colon <= 0 ? "malformed header field" : "too many header fields");
      }
      fields.add(new HttpHead.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
      line = requireLine();
    }
    return Optional.of(new HttpHead(startLine.get(), fields));
  }

  /**
   * The whole body that belongs to {@code head}; more than {@code maxBytes} is refused with status
   * 413.
   */
  public byte[] readBody(HttpHead head, int maxBytes) throws IOException {
    if (head.isChunked()) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (byte[] chunk = readChunk(maxBytes);
          chunk.length > 0;
          chunk = readChunk(maxBytes - body.size())) {
        body.writeBytes(chunk);
      }
      return body.toByteArray();
    }
    int length = head.contentLength();
    if (length > maxBytes) {
      throw new HttpException(413, "request body too large");
    }
    return exactly(length);
  }

  /**
   * The body of {@code head} as it arrives: chunked, or else all bytes until the other side closes.
   */
  public InputStream bodyStream(HttpHead head) {
    return head.isChunked() ? new ChunkedStream() : in;
  }

  /** One chunk; an empty array for the last one, whose trailer is skipped. */
  private byte[] readChunk(int maxBytes) throws IOException {
    String line = requireLine();
    int semicolon = line.indexOf(';');
    int length;
    try {
      length =
          Integer.parseUnsignedInt(
              semicolon < 0 ? line.strip() : line.substring(0, semicolon).strip(), 16);
    } catch (NumberFormatException e) {
      throw new HttpException(400, "malformed chunk", e);
    }
    if (length < 0 || length > maxBytes) {
      throw new HttpException(413, "body too large");
    }
    byte[] chunk = exactly(length);
    String rest = requireLine();
    while (length == 0 && !rest.isEmpty()) {
      rest = requireLine();
    }
    return chunk;
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("connection closed inside a message");
    }
    return bytes;
  }

  private String requireLine() throws IOException {
    return readLine().orElseThrow(() -> new EOFException("connection closed inside a message"));
  }

  private Optional<String> readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("connection closed inside a line");
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw new HttpException(431, "header line too long");
      }
      line.write(next);
      next = in.read();
    }
    String text = line.toString(ISO_8859_1);
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** Joins the chunks of one body. */
  private final class ChunkedStream extends InputStream {
    private static final int MAX_CHUNK_BYTES = 64 * 1024 * 1024;

    private byte[] chunk = new byte[0];
    private int position;
    private boolean ended;

    @Override
    public int read() throws IOException {
      return refill() ? chunk[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!refill()) {
        return -1;
      }
      int count = Math.min(length, chunk.length - position);
      System.arraycopy(chunk, position, target, offset, count);
      position += count;
      return count;
    }

    private boolean refill() throws IOException {
      if (!ended && position == chunk.length) {
        chunk = readChunk(MAX_CHUNK_BYTES);
        position = 0;
        ended = chunk.length == 0;
      }
      return !ended;
    }
  }
}
