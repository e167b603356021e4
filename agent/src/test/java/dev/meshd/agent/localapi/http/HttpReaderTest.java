package dev.meshd.agent.localapi.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class HttpReaderTest {
  @Test
  void readsMessagesOneAfterTheOther() throws Exception {
    HttpReader reader =
        reader(
            "POST /a HTTP/1.1\r\nHost: h\r\ncontent-length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n\r\n");
    HttpHead first = reader.readHead().orElseThrow();
    assertThat(first.startLine()).isEqualTo("POST /a HTTP/1.1");
    assertThat(first.first("HOST")).contains("h");
    assertThat(reader.readBody(first, 10)).asString().isEqualTo("abc");
    HttpHead second = reader.readHead().orElseThrow();
    assertThat(second.startLine()).isEqualTo("GET /b HTTP/1.1");
    assertThat(reader.readBody(second, 10)).isEmpty();
    assertThat(reader.readHead()).isEmpty();
  }

  @Test
  void joinsChunksAndSkipsTheTrailer() throws Exception {
    HttpReader reader =
        reader(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    HttpHead head = reader.readHead().orElseThrow();
    assertThat(reader.readBody(head, 10)).asString().isEqualTo("abc");
    assertThat(reader.readHead()).isPresent();
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    HttpReader counted = reader("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n");
    HttpHead head = counted.readHead().orElseThrow();
    assertThatThrownBy(() -> counted.readBody(head, 10)).isInstanceOf(HttpException.class);
    HttpReader chunked =
        reader("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n");
    HttpHead other = chunked.readHead().orElseThrow();
    assertThatThrownBy(() -> chunked.readBody(other, 10)).isInstanceOf(HttpException.class);
    assertThatThrownBy(() -> reader("x".repeat(HttpReader.MAX_LINE_BYTES + 1)).readHead())
        .isInstanceOf(HttpException.class);
    String fields = "a: b\r\n".repeat(HttpReader.MAX_FIELDS + 1);
    assertThatThrownBy(() -> reader("GET / HTTP/1.1\r\n" + fields + "\r\n").readHead())
        .isInstanceOf(HttpException.class);
  }

  @Test
  void refusesMalformedLengths() throws Exception {
    for (String length : new String[] {"-1", "x", "99999999999"}) {
      HttpReader reader = reader("POST / HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n");
      HttpHead head = reader.readHead().orElseThrow();
      assertThatThrownBy(() -> reader.readBody(head, 10)).isInstanceOf(HttpException.class);
    }
  }

  @Property
  void failsOnlyWithIoExceptionsOnAnyBytes(@ForAll byte[] bytes) {
    HttpReader reader = new HttpReader(new ByteArrayInputStream(bytes));
    try {
      Optional<HttpHead> head = reader.readHead();
      if (head.isPresent()) {
        reader.readBody(head.get(), 100);
      }
    } catch (IOException expected) {
      assertThat(expected).isNotNull();
    }
  }

  private static HttpReader reader(String text) {
    return new HttpReader(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }
}
