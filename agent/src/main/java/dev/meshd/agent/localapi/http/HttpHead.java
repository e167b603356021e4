package dev.meshd.agent.localapi.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The first line and the header fields of one message.
 *
 * @param startLine request line or status line, without its line end
 * @param fields header fields in the order received
 */
public record HttpHead(String startLine, List<Field> fields) {
  public HttpHead {
    fields = List.copyOf(fields);
  }

  /** One header field; {@code name} as received, {@code value} without surrounding white space. */
  public record Field(String name, String value) {}

  /** The value of the first field of that name, whatever its case. */
  public Optional<String> first(String name) {
    return fields.stream()
        .filter(f -> f.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  boolean isChunked() {
    return first("Transfer-Encoding")
        .map(v -> v.toLowerCase(Locale.ROOT))
        .filter("chunked"::equals)
        .isPresent();
  }

  /** The announced body length, 0 when none is. */
  int contentLength() throws HttpException {
    Optional<String> value = first("Content-Length");
    if (value.isEmpty()) {
      return 0;
    }
    try {
      int length = Integer.parseInt(value.get());
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw new HttpException(400, "malformed Content-Length", e);
    }
    throw new HttpException(400, "negative Content-Length");
  }
}
